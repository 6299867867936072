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

    /// <summary>The current password was wrong, or must wait like one at a sign-in. It was counted.</summary>
    public sealed record CurrentRefused() : PasswordChangeOutcome(commits: true);

    public sealed record Refused(NewPassword Why) : PasswordChangeOutcome(commits: false);

    public sealed record ProofNeeded() : PasswordChangeOutcome(commits: false);

    /// <summary>Something else about the account changed at the same moment. Nothing was changed here.</summary>
    public sealed record ChangedMeanwhile() : PasswordChangeOutcome(commits: false);
}

/// <summary>What an owner types to change the password.</summary>
public sealed record TypedPasswords(TypedPassword Current, TypedPassword New, TypedPassword Again);

/// <summary>
/// Lets owners set a new password, after a proof and with the current one. They are notified by mail, and every other session ends.
/// </summary>
public sealed class PasswordChange(
    UnitOfWork unitOfWork, Proofs proofs, NewPasswords passwords, CurrentPassword current, PasswordReplacement replacement)
{
    /// <param name="device">What makes this browser a known one; null when nothing does.</param>
    public async Task<PasswordChangeOutcome> SetAsync(
        CurrentSession me, TypedPasswords typed, DeviceTokens? device, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(typed);
        ArgumentNullException.ThrowIfNull(actor);
        if (!proofs.Has(me, ProofFor.Password))
        {
            return new PasswordChangeOutcome.ProofNeeded();
        }

        var account = me.Account;
        if (passwords.RefusalOf(typed.New, typed.Again, account) is { } refusal)
        {
            return new PasswordChangeOutcome.Refused(refusal);
        }

        var (answer, budget) = await current.VerifyAsync(me, typed.Current, device, cancellation);
        if (answer is not PasswordCheckResult.Right)
        {
            return answer is PasswordCheckResult.Busy
                ? new PasswordChangeOutcome.Refused(new NewPassword.Busy())
                : await unitOfWork.RunAsync(actor, Locks.Of(account.Id), work => ChargeAsync(work, account, budget), cancellation);
        }

        return await passwords.HashAsync(typed.New, typed.Again, account, cancellation) switch
        {
            NewPassword.Hashed hashed => await unitOfWork.RunAsync(
                actor, Locks.Of(account.Id), work => SetAsync(work, me, hashed.Hash, budget), cancellation),
            var refused => new PasswordChangeOutcome.Refused(refused),
        };
    }

    private async Task<PasswordChangeOutcome> SetAsync(Work work, CurrentSession me, string hash, Guid budget) =>
        await current.AdmitAsync(work, me.Account, budget)
            ? await replacement.SetAsync(work, me, hash)
            : new PasswordChangeOutcome.CurrentRefused();

    private async Task<PasswordChangeOutcome> ChargeAsync(Work work, Account account, Guid budget)
    {
        await current.ChargeAsync(work, account, budget);
        return new PasswordChangeOutcome.CurrentRefused();
    }
}

/// <summary>
/// The current password of somebody who is signed in. Its tries are counted like those of a sign-in: by the known browser, or by the
/// session in any other one, so that strangers who guess make no owner wait here.
/// </summary>
public sealed class CurrentPassword(PasswordHasher hasher, Devices devices, PasswordGuards guards, WrongPasswords wrong, AuditLog audit)
{
    /// <returns>The answer, and the budget that a wrong one is charged to.</returns>
    internal async Task<(PasswordCheckResult Answer, Guid Budget)> VerifyAsync(
        CurrentSession me, TypedPassword typed, DeviceTokens? device, CancellationToken cancellation)
    {
        var known = await devices.FindAsync(me.Account.Id, device, cancellation);
        var answer = await hasher.VerifyAsync(me.Account.PasswordHash, typed, HashCaller.Owner(me.Account.Id), cancellation);
        return (answer, known == Devices.Unknown ? me.Session : known);
    }

    internal Task ChargeAsync(Work work, Account account, Guid budget) => wrong.ChargeAsync(work, account, budget);

    /// <summary>Returns false when the right password comes during a wait.</summary>
    internal async Task<bool> AdmitAsync(Work work, Account account, Guid budget)
    {
        if (!await guards.AdmitAsync(work, account.Id, budget))
        {
            await audit.TallyAsync(work, AuditKinds.PasswordWaiting, account.Id);
            return false;
        }

        // Nothing is left to count. A session's row would outlive the session.
        await PasswordGuards.ForgetAsync(work, account.Id, budget);
        return true;
    }
}

/// <summary>Puts the new password in place of the one that was confirmed.</summary>
public sealed class PasswordReplacement(CodeGuards guards, SessionStore sessions, OwnerNotifications notifications, AuditLog audit)
{
    internal async Task<PasswordChangeOutcome> SetAsync(Work work, CurrentSession me, string hash)
    {
        // The epoch is still the session's, so the password is still the one that was confirmed: setting another one raises it.
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
