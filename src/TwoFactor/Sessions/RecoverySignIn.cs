namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>The answer to a recovery code at sign-in.</summary>
public abstract record RecoveryOutcome : IOutcome
{
    private RecoveryOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <param name="Device">Null after a pass, which is no full sign-in and does not make the browser a known one.</param>
    /// <param name="IsRepair">Whether the session must repair the sign-in before it leads to <paramref name="ReturnUrl"/>.</param>
    public sealed record SignedIn(Token Session, DeviceTokens? Device, bool IsRepair, string? ReturnUrl) : RecoveryOutcome(commits: true);

    public sealed record Refused(RecoveryVerdict Verdict) : RecoveryOutcome(commits: Verdict.Commits);

    /// <summary>The last try was used up.</summary>
    public sealed record OutOfTries() : RecoveryOutcome(commits: true);

    public sealed record StartAgain() : RecoveryOutcome(commits: true);
}

/// <summary>The second step without the phone: a recovery code or a pass. It removes no authenticator, and the owner is notified.</summary>
public sealed class RecoverySignIn(
    UnitOfWork unitOfWork,
    PendingSignIns pendings,
    RecoveryCodes codes,
    RecoveryCodeCheck check,
    SessionStore sessions,
    Devices devices,
    OwnerNotifications notifications,
    AuditLog audit)
{
    /// <summary>Judges a recovery code. The decision is committed before the answer is sent.</summary>
    /// <param name="oldSession">The session that this browser has; it ends when a new one begins.</param>
    public async Task<RecoveryOutcome> CompleteAsync(
        Token? token, string? typed, Token? oldSession, DeviceTokens? device, Actor actor, CancellationToken cancellation)
    {
        if (SixDigits.Parse(typed, out _) is not null)
        {
            return new RecoveryOutcome.Refused(new RecoveryVerdict.LooksLikeCode());
        }

        var pending = await pendings.FindAsync(token, cancellation);
        if (pending is null || !pendings.IsOpen(pending))
        {
            return new RecoveryOutcome.StartAgain();
        }

        var known = await devices.FindAsync(pending.AccountId, device, cancellation);
        var caller = known == Devices.Unknown
            ? HashCaller.Stranger(pending.AccountId, actor)
            : HashCaller.Device(pending.AccountId, known);
        if (await codes.HashAsync(pending.AccountId, RecoveryCode.Parse(typed), caller, cancellation) is not { } hashed)
        {
            return new RecoveryOutcome.Refused(new RecoveryVerdict.Busy());
        }

        return await unitOfWork.RunAsync(
            actor, SignIn.LocksOf(pending), work => JudgeAsync(work, pending, hashed, oldSession, device), cancellation);
    }

    private async Task<RecoveryOutcome> JudgeAsync(
        Work work, PendingSignIn pending, TypedRecoveryCode typed, Token? oldSession, DeviceTokens? device)
    {
        if (await pendings.ClaimTryAsync(work, pending) is not { } left)
        {
            return new RecoveryOutcome.StartAgain();
        }

        var verdict = await check.JudgeAsync(work, pending.AccountId, pending.Epoch, typed);
        return verdict switch
        {
            RecoveryVerdict.Accepted accepted => await OpenAsync(work, pending, accepted, oldSession, device),
            RecoveryVerdict.PassAccepted pass => await OpenByPassAsync(work, pending, pass, oldSession),
            RecoveryVerdict.StartAgain => new RecoveryOutcome.StartAgain(),
            RecoveryVerdict.Wrong or RecoveryVerdict.Used or RecoveryVerdict.PassOver when left == 0 => new RecoveryOutcome.OutOfTries(),
            _ => new RecoveryOutcome.Refused(verdict),
        };
    }

    private async Task<RecoveryOutcome> OpenAsync(
        Work work, PendingSignIn pending, RecoveryVerdict.Accepted accepted, Token? oldSession, DeviceTokens? device)
    {
        var (account, session) =
            await BeginAsync(work, pending, new SessionOpening(null, accepted.LastStep, accepted.GuardClosed), oldSession);
        notifications.Notify(work, account, OwnerNotices.RecoveryCodeUsed, accepted.Left);
        return new RecoveryOutcome.SignedIn(
            session, await devices.RememberAsync(work, account.Id, device), accepted.GuardClosed, pending.ReturnUrl);
    }

    private async Task<RecoveryOutcome> OpenByPassAsync(
        Work work, PendingSignIn pending, RecoveryVerdict.PassAccepted pass, Token? oldSession)
    {
        var (account, session) =
            await BeginAsync(work, pending, new SessionOpening(null, pass.LastStep, IsFull: false, IsPass: true), oldSession);
        notifications.Notify(work, account, OwnerNotices.PassUsed);
        return new RecoveryOutcome.SignedIn(session, null, IsRepair: false, pending.ReturnUrl);
    }

    private async Task<(Account Account, Token Session)> BeginAsync(
        Work work, PendingSignIn pending, SessionOpening opening, Token? oldSession)
    {
        if (!await pendings.UseAsync(work, pending))
        {
            throw new InvalidOperationException(
                "A pending sign-in was used between its claim and its recovery code, inside one transaction.");
        }

        var account = await work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == pending.AccountId, CancellationToken.None);
        await sessions.ReplaceAsync(work, oldSession);
        var session = await sessions.OpenAsync(work, account.Id, pending.Epoch, opening);
        audit.RecordByOwner(work, AuditKinds.SignInCompleted, account.Id);
        return (account, session);
    }
}
