namespace TwoFactor.Sessions.SelfService;

using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>The answer to an owner who wants new recovery codes.</summary>
public enum NewRecoveryCodesOutcome
{
    /// <summary>The codes are ready to be saved in this session.</summary>
    Made,
    ProofNeeded,

    /// <summary>The queue for hashes is full. Nothing was made.</summary>
    Busy,

    /// <summary>The key ring does not match the database. The answer is 503.</summary>
    KeyMissing,
}

/// <summary>Lets owners make new recovery codes, after a proof. The codes are valid once the owner confirms to have saved them.</summary>
public sealed class RecoverySaving(
    UnitOfWork unitOfWork,
    Proofs proofs,
    NewRecoverySets newSets,
    RecoverySets sets,
    CodeGuards guards,
    SessionStore sessions,
    OwnerNotifications notifications)
{
    /// <summary>Makes a set that this session can see.</summary>
    public async Task<NewRecoveryCodesOutcome> MakeAsync(CurrentSession me, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        if (!proofs.Has(me, ProofFor.RecoveryCodes))
        {
            return NewRecoveryCodesOutcome.ProofNeeded;
        }

        if (!newSets.CanMake)
        {
            return NewRecoveryCodesOutcome.KeyMissing;
        }

        return await newSets.MakeAsync(me.Account.Id, me.Epoch, me.Session, actor, cancellation)
            ? NewRecoveryCodesOutcome.Made
            : NewRecoveryCodesOutcome.Busy;
    }

    /// <summary>
    /// "I have saved these codes": the new codes become valid, the older ones end, the owner is notified, and every other session ends.
    /// </summary>
    /// <returns>The acting session's new token; null when there was nothing left to save, and nothing changed.</returns>
    public async Task<Token?> SaveAsync(CurrentSession me, Guid set, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(actor);
        var saving = await unitOfWork.RunAsync(actor, Locks.Of(me.Account.Id), work => SaveAsync(work, me, set), cancellation);
        return saving.Session;
    }

    private async Task<Saving> SaveAsync(Work work, CurrentSession me, Guid set)
    {
        var account = me.Account;
        if (!await guards.RaiseEpochIfNotHeldAsync(work, account.Id, me.Epoch)
            || !await sets.SaveAsync(work, account.Id, me.Epoch, me.Session, set))
        {
            return new Saving(null);
        }

        notifications.Notify(work, account, OwnerNotices.NewRecoveryCodes);
        return new Saving(await sessions.RenewAsync(work, me, me.Epoch.Next()));
    }

    private sealed record Saving(Token? Session) : IOutcome
    {
        public bool Commits => Session is not null;
    }
}
