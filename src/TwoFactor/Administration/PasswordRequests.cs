namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>Somebody forgot the password and asks for a mail. Whoever asks, for whatever name: nothing is answered, and the work is the same.</summary>
public sealed class PasswordRequests(
    TwoFactorDb database,
    Addresses addresses,
    KeyedHasher keyedHasher,
    CodeGuards guards,
    Tickets tickets,
    AccountListState lists,
    TicketLimits limits,
    Invitations invitations,
    OwnerNotifications notifications,
    MailMessages messages,
    Outbox outbox,
    AuditLog audit,
    TimeProvider time)
{
    /// <summary>Mails a link to an enrolled account and a new invitation to an unfinished one. In every other case a letter is written all the same, and thrown away.</summary>
    public Task AskAsync(string typedName, Actor actor, CancellationToken cancellation) => database.InTransactionAsync(
        async () =>
        {
            var account = await addresses.FindAsync(typedName, cancellation);
            var id = account?.Id ?? Guid.Empty;
            var guard = await database.Set<CodeGuard>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id, cancellation);
            var kind = account is { EnrolledAt: null } ? TicketKinds.Invitation : TicketKinds.PasswordLink;
            var isSpare = await tickets.IssuedLatelyAsync(id, kind, cancellation) < limits.PasswordLinksAnHour;
            switch (account)
            {
                case null:
                    await audit.TallyAsync(AuditKinds.PasswordLinkUnknown, null, actor, cancellation);
                    await PretendAsync(actor, cancellation);
                    break;
                // Switched off is somebody's decision: its owner is told of it by a person, and a link would only prepare for the day it is undone.
                case { EnrolledAt: not null } when isSpare && account.IsSealed(keyedHasher) && !guard!.Held.HasFlag(HeldBy.Disabled):
                    await SendAsync(account, actor, cancellation);
                    break;
                // An invitation that was stopped is made anew by a person, and who was never invited is not invited by a stranger.
                case { EnrolledAt: null } when isSpare && account.IsSealed(keyedHasher) && guard!.Held == HeldBy.None && await tickets.WasIssuedAsync(id, kind, cancellation):
                    await invitations.SendAnotherAsync(account, guard.Epoch, actor, cancellation);
                    break;
                default:
                    await audit.TallyAsync(AuditKinds.PasswordLinkRefused, id, actor, cancellation);
                    await PretendAsync(actor, cancellation);
                    break;
            }

            return true;
        },
        cancellation);

    /// <summary>One link for every address that reaches the owner. It stays beside older ones, for a stranger's asking must not void the owner's.</summary>
    private async Task SendAsync(Account account, Actor actor, CancellationToken cancellation)
    {
        // The epoch is read under the lock: a link of an older one would be born dead.
        await guards.LockAsync(account.Id, cancellation);
        var epoch = (await guards.ReadAsync(account.Id, cancellation)).Epoch;
        var (token, ticket) = tickets.Issue(TicketKinds.PasswordLink, account.Id, epoch);
        await lists.PretendInvitationAsync(account.Id, cancellation);
        outbox.Add([.. notifications.AddressesOf(account).Select(to => messages.PasswordLink(to, token, actor.Describe(), ticket.ExpiresAt))]);
        audit.Record(AuditKinds.PasswordLinkSent, account.Id, actor);
    }

    private async Task PretendAsync(Actor actor, CancellationToken cancellation)
    {
        await lists.PretendInvitationAsync(Guid.Empty, cancellation);
        var nobody = new Recipient(Guid.Empty, "Nobody", "nobody", "nobody@nowhere.invalid");
        var endsAt = time.GetUtcNow().ToUnixTimeSeconds() + limits.Seconds(TicketKinds.PasswordLink);
        await outbox.PretendAsync(messages.PasswordLink(nobody, Token.New(), actor.Describe(), endsAt), cancellation);
    }
}
