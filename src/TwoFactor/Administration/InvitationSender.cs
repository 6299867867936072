namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>Sends invitations inside a story: the first one, one that replaces the older ones, or one beside them.</summary>
public sealed class InvitationSender(
    CodeGuards guards,
    Tickets tickets,
    InvitationMessages messages,
    OwnerNotifications notifications,
    Outbox outbox,
    ImportedAuthenticators authenticators,
    AccountSeals seals,
    AuditLog audit)
{
    /// <summary>The account whose invitation has expired and was ended by nothing else; null when there is none.</summary>
    public async Task<Guid?> OwnerOfEndedAsync(Token? token, CancellationToken cancellation) =>
        Ended(await tickets.FindAsync(token, cancellation, TicketKinds.Invitation))?.AccountId;

    /// <summary>Sends an expired invitation again, as often as its owner may ask for that.</summary>
    internal async Task<ResendOutcome> ResendAsync(Work work, Token? token)
    {
        if (Ended(await tickets.FindAsync(work, token, TicketKinds.Invitation)) is not { AccountId: { } account } old)
        {
            return new ResendOutcome.NotPossible();
        }

        if (!tickets.MayResend(old))
        {
            return new ResendOutcome.TooOften();
        }

        var guard = await guards.ReadAsync(account, CancellationToken.None);
        var row = await work.Rows.Set<Account>().AsNoTracking().SingleAsync(found => found.Id == account);
        if (guard.Epoch != old.Epoch || guard.Held != HeldBy.None || row.EnrolledAt is not null)
        {
            return new ResendOutcome.NotPossible();
        }

        return await ReplaceAsync(work, row, old.Resends + 1) is InviteOutcome.Invited
            ? new ResendOutcome.Sent()
            : new ResendOutcome.NotPossible();
    }

    /// <summary>The first invitation of an account that was made in this story.</summary>
    internal async Task<InviteOutcome> SendFirstAsync(Work work, Guid account) => await SendAsync(
        work,
        await work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account),
        Epoch.First,
        resends: 0,
        isReminder: false);

    /// <summary>
    /// Sends a further invitation and keeps the existing ones: a stranger's request must not end the one that is being used. The first code
    /// ends them all.
    /// </summary>
    internal async Task SendAnotherAsync(Work work, Account account, Epoch epoch)
    {
        var resends = await work.Rows.Set<Ticket>().Where(ticket => ticket.AccountId == account.Id && ticket.Kind == TicketKinds.Invitation)
            .MaxAsync(ticket => ticket.Resends);
        await SendAsync(work, account, epoch, resends, isReminder: false);
    }

    /// <summary>Ends the older invitations and sends a new one.</summary>
    /// <param name="isReminder">Whether the mail is a reminder.</param>
    internal async Task<InviteOutcome> ReplaceAsync(Work work, Account account, int resends, bool isReminder = false)
    {
        var guard = await guards.ReadAsync(account.Id, CancellationToken.None);
        if (guard.Held.HasFlag(HeldBy.Disabled))
        {
            return new InviteOutcome.SwitchedOff();
        }

        if (!await seals.IsRightAsync(work, guard, account))
        {
            return new InviteOutcome.Altered(account.Name);
        }

        await Tickets.EndAsync(work, account.Id, TicketEnds.Replaced, TicketKinds.Invitation);
        return await SendAsync(work, account, guard.Epoch, resends, isReminder);
    }

    /// <summary>Whether the account has an invitation that is still valid.</summary>
    internal static Task<bool> IsOpenAsync(Work work, Guid account) => ValidTickets.At(work.Rows, work.Now)
        .AnyAsync(ticket => ticket.AccountId == account && ticket.Kind == TicketKinds.Invitation);

    /// <summary>Finds an invitation that has expired; one that was used, replaced or stopped does not count.</summary>
    private static Ticket? Ended(TicketState state) => state is TicketState.Over { Ticket: { UsedAt: null } ended } ? ended : null;

    private async Task<InviteOutcome.Invited> SendAsync(Work work, Account account, Epoch epoch, int resends, bool isReminder)
    {
        var (token, ticket) = await tickets.InviteAsync(work, account.Id, epoch, resends);
        var (notMe, _) = tickets.Issue(work, (isReminder ? MailKinds.Reminder : MailKinds.Invitation).NotMeTicket, account.Id, Epoch.None);
        var hasApp = await authenticators.HasAsync(account.Id, CancellationToken.None);
        var facts = new InvitationFacts(token, notMe, ticket.ExpiresAt, account.EnrollBy, hasApp);
        var to = notifications.AddressesOf(work, account)[0];
        outbox.Add(work, isReminder ? messages.Reminder(to, facts) : messages.Invitation(to, facts));
        audit.Record(work, isReminder ? AuditKinds.AccountReminded : AuditKinds.AccountInvitationSent, account.Id);
        return new InviteOutcome.Invited(account, token, ticket.ExpiresAt.ToDateTimeOffset());
    }
}
