namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>What the link to a new mail address leads to.</summary>
public abstract record AddressLinkState
{
    private AddressLinkState()
    {
    }

    public sealed record Asks(string Mail, bool IsSecond) : AddressLinkState;

    /// <param name="At">When the address was confirmed.</param>
    public sealed record Confirmed(DateTimeOffset At) : AddressLinkState;

    /// <summary>Its time is over, it was replaced or stopped, or the address belongs to somebody else.</summary>
    public sealed record Over : AddressLinkState;

    public sealed record Unknown : AddressLinkState;
}

/// <summary>The answer to somebody who confirms a new address.</summary>
public abstract record AddressConfirmationOutcome : IOutcome
{
    private AddressConfirmationOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <param name="Session">The new token of the owner's session in this browser; null when there is none.</param>
    public sealed record Confirmed(Token? Session) : AddressConfirmationOutcome(commits: true);

    public sealed record LinkOver() : AddressConfirmationOutcome(commits: false);
}

/// <summary>
/// Makes a new address count, after the link that went to it was opened. Whoever opens it needs no session: the proof was given where the
/// address was entered.
/// </summary>
public sealed class AddressConfirmation(
    UnitOfWork unitOfWork,
    Tickets tickets,
    Addresses addresses,
    NewAddresses entered,
    CodeGuards guards,
    SessionStore sessions,
    OwnerNotifications notifications,
    AuditLog audit)
{
    private static readonly string[] Kinds = [TicketKinds.Address, TicketKinds.SecondAddress];

    public async Task<AddressLinkState> FindAsync(Token? token, CancellationToken cancellation) =>
        await tickets.FindAsync(token, cancellation, Kinds) switch
        {
            TicketState.Valid({ AccountId: { } account, Mail: { } mail } ticket)
                when (await guards.ReadAsync(account, cancellation)).IsOpenAt(ticket.Epoch) => new AddressLinkState.Asks(
                    mail, IsSecond(ticket)),
            TicketState.Over({ EndedBecause: TicketEnds.Used, UsedAt: { } at }) => new AddressLinkState.Confirmed(at.ToDateTimeOffset()),
            TicketState.Unknown => new AddressLinkState.Unknown(),
            _ => new AddressLinkState.Over(),
        };

    /// <param name="me">Who is signed in in this browser; null when nobody is.</param>
    public async Task<AddressConfirmationOutcome> ConfirmAsync(
        Token? token, CurrentSession? me, Actor actor, CancellationToken cancellation) =>
        await tickets.FindAsync(token, cancellation, Kinds) is TicketState.Valid({ AccountId: { } account })
            ? await unitOfWork.RunAsync(actor, Locks.Of(account), work => ConfirmAsync(work, token, me), cancellation)
            : new AddressConfirmationOutcome.LinkOver();

    private async Task<AddressConfirmationOutcome> ConfirmAsync(Work work, Token? token, CurrentSession? me)
    {
        if (await tickets.FindAsync(work, token, Kinds) is not TicketState.Valid({ AccountId: { } id, Mail: { } mail } ticket)
            || !await guards.RaiseEpochIfOpenAsync(work, id, ticket.Epoch)
            || !await Tickets.SpendAsync(work, ticket.Id, id, ticket.Epoch)
            || !await ApplyAsync(work, ticket, id, mail))
        {
            return new AddressConfirmationOutcome.LinkOver();
        }

        await SendOtherAgainAsync(work, ticket, id);
        return new AddressConfirmationOutcome.Confirmed(
            me?.Account.Id == id && me.Epoch == ticket.Epoch ? await sessions.RenewAsync(work, me, ticket.Epoch.Next()) : null);
    }

    private async Task<bool> ApplyAsync(Work work, Ticket ticket, Guid id, string mail)
    {
        var (before, isSecond) = (await AccountAsync(work, id), IsSecond(ticket));
        if (isSecond)
        {
            await addresses.ChangeSecondAsync(work, id, mail);
        }
        else if (await addresses.ClaimAsync(work, id, mail))
        {
            await addresses.ChangeAsync(work, id, mail);
        }
        else
        {
            return false;
        }

        audit.Record(work, AuditKinds.AddressChanged, id, number: isSecond ? 2 : 1);
        notifications.Notify(
            work,
            await AccountAsync(work, id),
            OwnerNotices.AddressChanged,
            new ChangedAddress(
                isSecond, isSecond ? before.SecondMail : before.Mail, mail, Agent: null, notifications.CoolingOffEnds(work)));
        return true;
    }

    /// <summary>The new epoch voids the link to the other address, if one waits. A new one takes its place.</summary>
    private async Task SendOtherAgainAsync(Work work, Ticket confirmed, Guid id)
    {
        var other = await work.Rows.Set<Ticket>().AsNoTracking().Where(Tickets.IsOpen.At(work.Now)).SingleOrDefaultAsync(
            row => row.AccountId == id && row.Epoch == confirmed.Epoch && row.Kind != confirmed.Kind && row.Mail != null,
            CancellationToken.None);
        if (other is null)
        {
            return;
        }

        await NewAddresses.EndAsync(work, id);
        await entered.SendAsync(work, await AccountAsync(work, id), confirmed.Epoch.Next(), IsSecond(other), other.Mail!);
    }

    private static bool IsSecond(Ticket ticket) => ticket.Kind is TicketKinds.SecondAddress;

    private static Task<Account> AccountAsync(Work work, Guid id) =>
        work.Rows.Set<Account>().AsNoTracking().SingleAsync(account => account.Id == id, CancellationToken.None);
}
