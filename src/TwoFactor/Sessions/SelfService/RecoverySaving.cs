namespace TwoFactor.Sessions.SelfService;

using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>"I have saved these codes": they are valid, the older ones are not, the owner is told, and every other session ends.</summary>
public sealed class RecoverySaving(
    TwoFactorDb database,
    RecoverySets sets,
    CodeGuards guards,
    SessionStore sessions,
    OwnerNotifications notifications)
{
    /// <returns>The new id of the acting session; null: there was nothing to save any more, and nothing changed.</returns>
    public Task<Token?> SaveAsync(CurrentSession me, Guid set, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(actor);
        return database.InTransactionAsync(
            async () =>
            {
                var account = me.Account;
                if (!await guards.RaiseEpochIfNotHeldAsync(account.Id, me.Epoch, cancellation)
                    || !await sets.SaveAsync(account.Id, me.Epoch, me.Session, set, actor, cancellation))
                {
                    return null;
                }

                notifications.Notify(account, TicketKinds.NotMeRecoveryCodes, actor, (messages, context) => messages.NewRecoveryCodes(context));
                return await sessions.RenewAsync(me, me.Epoch + 1, cancellation);
            },
            keep: session => session is not null,
            cancellation);
    }
}
