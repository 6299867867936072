namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The answer to a recovery code at sign-in.</summary>
public abstract record RecoveryOutcome
{
    private RecoveryOutcome()
    {
    }

    /// <param name="Device">Null after a pass: that is no full sign-in, and makes no browser a known one.</param>
    /// <param name="IsRepair">The session repairs the sign-in first; only then does it lead to <paramref name="ReturnUrl"/>.</param>
    public sealed record SignedIn(Token Session, Token? Device, bool IsRepair, string? ReturnUrl) : RecoveryOutcome;

    public sealed record Refused(RecoveryVerdict Verdict) : RecoveryOutcome;

    /// <summary>The last try was used up.</summary>
    public sealed record OutOfTries : RecoveryOutcome;

    public sealed record StartAgain : RecoveryOutcome;
}

/// <summary>The second step without the phone: a recovery code, once. It removes nothing, and its owner is told.</summary>
public sealed class RecoverySignIn(
    TwoFactorDb database,
    PendingSignIns pendings,
    RecoveryCodes codes,
    SessionStore sessions,
    Devices devices,
    OwnerNotifications notifications,
    AuditLog audit)
{
    /// <summary>Judges a recovery code. What it decides is committed before anything is answered.</summary>
    /// <param name="oldSession">The session that this browser has; it ends when a new one begins.</param>
    public async Task<RecoveryOutcome> CompleteAsync(
        Token? token, string? typed, Token? oldSession, Token? device, Actor actor, CancellationToken cancellation)
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

        var known = await devices.FindAsync(pending.AccountId, device, cancellation) != Devices.Unknown;
        if (await codes.HashAsync(pending.AccountId, RecoveryCode.Parse(typed), known, cancellation) is not { } hashed)
        {
            return new RecoveryOutcome.Refused(new RecoveryVerdict.Busy());
        }

        return await database.InTransactionAsync(
            () => JudgeAsync(pending, hashed, oldSession, device, actor, cancellation),
            keep: outcome => outcome is not RecoveryOutcome.Refused { Verdict: RecoveryVerdict.KeyMissing or RecoveryVerdict.Busy },
            cancellation);
    }

    private async Task<RecoveryOutcome> JudgeAsync(
        PendingSignIn pending, TypedRecoveryCode typed, Token? oldSession, Token? device, Actor actor, CancellationToken cancellation)
    {
        if (await pendings.ClaimTryAsync(pending, cancellation) is not { } left)
        {
            return new RecoveryOutcome.StartAgain();
        }

        var verdict = await codes.JudgeAsync(pending.AccountId, pending.Epoch, typed, actor, cancellation);
        return verdict switch
        {
            RecoveryVerdict.Accepted accepted => await OpenAsync(pending, accepted, oldSession, device, actor, cancellation),
            RecoveryVerdict.PassAccepted pass => await OpenByPassAsync(pending, pass, oldSession, actor, cancellation),
            RecoveryVerdict.StartAgain => new RecoveryOutcome.StartAgain(),
            RecoveryVerdict.Wrong or RecoveryVerdict.Used or RecoveryVerdict.PassOver when left == 0 => new RecoveryOutcome.OutOfTries(),
            _ => new RecoveryOutcome.Refused(verdict),
        };
    }

    private async Task<RecoveryOutcome> OpenAsync(
        PendingSignIn pending, RecoveryVerdict.Accepted accepted, Token? oldSession, Token? device, Actor actor, CancellationToken cancellation)
    {
        var (account, session) = await BeginAsync(pending, new SessionOpening(null, accepted.LastStep, accepted.GuardClosed), oldSession, actor, cancellation);
        notifications.Notify(account, TicketKinds.NotMeRecoveryCode, actor, (messages, context) => messages.RecoveryCodeUsed(context, accepted.Left));
        return new RecoveryOutcome.SignedIn(session, await devices.KnowAsync(account.Id, device, cancellation), accepted.GuardClosed, pending.ReturnUrl);
    }

    private async Task<RecoveryOutcome> OpenByPassAsync(
        PendingSignIn pending, RecoveryVerdict.PassAccepted pass, Token? oldSession, Actor actor, CancellationToken cancellation)
    {
        var (account, session) = await BeginAsync(pending, new SessionOpening(null, pass.LastStep, IsFull: false, IsPass: true), oldSession, actor, cancellation);
        notifications.Notify(account, TicketKinds.NotMePass, actor, (messages, context) => messages.PassUsed(context));
        return new RecoveryOutcome.SignedIn(session, null, IsRepair: false, pending.ReturnUrl);
    }

    private async Task<(Account Account, Token Session)> BeginAsync(
        PendingSignIn pending, SessionOpening opening, Token? oldSession, Actor actor, CancellationToken cancellation)
    {
        if (!await pendings.UseAsync(pending, cancellation))
        {
            throw new InvalidOperationException("A pending sign-in was used between its claim and its recovery code, inside one transaction.");
        }

        var account = await database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == pending.AccountId, cancellation);
        var own = actor with { Kind = ActorKind.Owner, Account = account.Id };
        await sessions.ReplaceAsync(oldSession, cancellation);
        var session = await sessions.OpenAsync(account.Id, pending.Epoch, opening, own, cancellation);
        audit.Record(AuditKinds.SignInCompleted, account.Id, own);
        return (account, session);
    }
}
