namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>One phone less. The last can be replaced, never removed.</summary>
public sealed class AuthenticatorRemoval(
    UnitOfWork unitOfWork, CodeGuards guards, Proofs proofs, SessionStore sessions, OwnerNotifications notifications, AuditLog audit)
{
    public Task<OwnAuthenticatorOutcome> RemoveAsync(CurrentSession me, Guid authenticator, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(actor);
        return unitOfWork.RunAsync(actor, Locks.Of(me.Account.Id), work => RemoveAsync(work, me, authenticator), cancellation);
    }

    private async Task<OwnAuthenticatorOutcome> RemoveAsync(Work work, CurrentSession me, Guid authenticator)
    {
        var account = me.Account;
        if (await OwnAuthenticators.Active(work.Rows, account.Id)
            .SingleOrDefaultAsync(row => row.Id == authenticator, CancellationToken.None) is not { } row)
        {
            return new OwnAuthenticatorOutcome.NotFound();
        }

        if (!proofs.Has(me, ProofFor.RemoveAuthenticator))
        {
            return new OwnAuthenticatorOutcome.ProofNeeded();
        }

        if (!await guards.RaiseEpochIfOpenAsync(work, account.Id, me.Epoch))
        {
            return new OwnAuthenticatorOutcome.ChangedMeanwhile();
        }

        if (!await RemoveAsync(work, account.Id, authenticator))
        {
            return new OwnAuthenticatorOutcome.OnlyOne();
        }

        audit.Record(work, AuditKinds.AuthenticatorRemoved, account.Id, row.Number);
        notifications.Notify(account, OwnerNotices.AuthenticatorRemoved, row.Label, work.By);
        return await sessions.RenewAsync(work, me, me.Epoch + 1) is { } session
            ? new OwnAuthenticatorOutcome.Removed(session)
            : new OwnAuthenticatorOutcome.NotFound();
    }

    private static async Task<bool> RemoveAsync(Work work, Guid account, Guid authenticator) => await work.ExecuteAsync(
        $"""
         UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL, removed_because={RemovalReasons.ByOwner}
          WHERE id={authenticator} AND account_id={account} AND state='active'
            AND EXISTS (SELECT 1 FROM authenticator o WHERE o.account_id={account} AND o.id<>{authenticator} AND o.state='active')
         """) == 1;
}
