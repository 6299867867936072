namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>Removes one of the owner's authenticators. The last one can be replaced, never removed.</summary>
public sealed class AuthenticatorRemoval(
    UnitOfWork unitOfWork, Proofs proofs, CodeGuards guards, SessionStore sessions, OwnerNotifications notifications, AuditLog audit)
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
        if (await Authenticator.ActiveOf(work.Rows, account.Id)
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

        if (!await AuthenticatorStatements.RemoveUnlessOnlyAsync(work, account.Id, authenticator))
        {
            return new OwnAuthenticatorOutcome.OnlyOne();
        }

        audit.Record(work, AuditKinds.AuthenticatorRemoved, account.Id, row.Number);
        notifications.Notify(work, account, OwnerNotices.AuthenticatorRemoved, row.Label);
        return await sessions.RenewAsync(work, me, me.Epoch.Next()) is { } session
            ? new OwnAuthenticatorOutcome.Removed(session)
            : new OwnAuthenticatorOutcome.NotFound();
    }
}
