namespace TwoFactor.Sessions.SelfService;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Accounts.Statements;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>The answer to an owner who sets a new password.</summary>
public abstract record PasswordChangeOutcome : IOutcome
{
    private PasswordChangeOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <param name="Session">The acting session's new token; all other sessions have ended.</param>
    public sealed record Changed(Token Session) : PasswordChangeOutcome(commits: true);

    public sealed record Refused(NewPassword Why) : PasswordChangeOutcome(commits: false);

    public sealed record ProofNeeded() : PasswordChangeOutcome(commits: false);

    /// <summary>Something else about the account changed at the same moment. Nothing was changed here.</summary>
    public sealed record ChangedMeanwhile() : PasswordChangeOutcome(commits: false);
}

/// <summary>Lets owners set a new password, after a proof. They are notified by mail, and every other session ends.</summary>
public sealed class PasswordChange(
    UnitOfWork unitOfWork,
    Proofs proofs,
    NewPasswords passwords,
    CodeGuards guards,
    SessionStore sessions,
    OwnerNotifications notifications,
    AuditLog audit)
{
    public async Task<PasswordChangeOutcome> SetAsync(
        CurrentSession me, TypedPassword typed, TypedPassword again, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(actor);
        if (!proofs.Has(me, ProofFor.Password))
        {
            return new PasswordChangeOutcome.ProofNeeded();
        }

        var account = me.Account;
        return await passwords.HashAsync(typed, again, account, cancellation) switch
        {
            NewPassword.Hashed hashed => await unitOfWork.RunAsync(
                actor, Locks.Of(account.Id), work => SetAsync(work, me, hashed.Hash), cancellation),
            var refused => new PasswordChangeOutcome.Refused(refused),
        };
    }

    private async Task<PasswordChangeOutcome> SetAsync(Work work, CurrentSession me, string hash)
    {
        var account = me.Account;
        if (!await guards.RaiseEpochIfNotHeldAsync(work, account.Id, me.Epoch))
        {
            return new PasswordChangeOutcome.ChangedMeanwhile();
        }

        await AccountStatements.SetPasswordAsync(work, account.Id, hash);
        await Tickets.EndAsync(work, account.Id, TicketEnds.Replaced, TicketKinds.PasswordLink);
        audit.Record(work, AuditKinds.PasswordSet, account.Id);
        notifications.Notify(work, account, OwnerNotices.PasswordChanged, PasswordChangedBy.Session);
        return await sessions.RenewAsync(work, me, me.Epoch.Next()) is { } session
            ? new PasswordChangeOutcome.Changed(session)
            : new PasswordChangeOutcome.ChangedMeanwhile();
    }
}
