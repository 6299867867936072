namespace TwoFactor.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>"I have saved these codes": they are valid, the older ones are not, the owner is told, and every other session ends.</summary>
public sealed class RecoverySaving(
    TwoFactorDb database,
    RecoverySets sets,
    CodeGuards guards,
    LiveSessions sessions,
    Tickets tickets,
    Letters letters,
    Outbox outbox,
    TimeProvider time)
{
    /// <returns>The new id of the acting session; null: there was nothing to save any more, and nothing changed.</returns>
    public Task<Token?> SaveAsync(SignedIn me, Guid set, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(origin);
        return database.InTransactionAsync(
            async () =>
            {
                var account = me.Account;
                if (!await guards.AdvanceAsync(account.Id, me.Epoch, cancellation)
                    || !await sets.SaveAsync(account.Id, me.Epoch, me.Session, set, origin, cancellation))
                {
                    return null;
                }

                var (notMe, _) = tickets.Issue(TicketKinds.NotMeRecoveryCodes, account.Id, epoch: 0);
                outbox.Add(letters.NewRecoveryCodes(
                    new Recipient(account.Id, account.Name, account.UserName, account.Mail), origin.Describe(), time.GetUtcNow().ToUnixTimeSeconds(), notMe));
                return await sessions.RenewAsync(me, me.Epoch + 1, cancellation);
            },
            keep: session => session is not null,
            cancellation);
    }
}
