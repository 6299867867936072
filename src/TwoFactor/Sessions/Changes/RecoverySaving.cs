namespace TwoFactor.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>"I have saved these codes": they are valid, the older ones are not, the owner is told, and every other session ends.</summary>
public sealed class RecoverySaving(
    TwoFactorDb database,
    RecoverySets sets,
    CodeGuards guards,
    LiveSessions sessions,
    OwnerMail mail)
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

                mail.Tell(account, TicketKinds.NotMeRecoveryCodes, origin, (letters, told) => letters.NewRecoveryCodes(told));
                return await sessions.RenewAsync(me, me.Epoch + 1, cancellation);
            },
            keep: session => session is not null,
            cancellation);
    }
}
