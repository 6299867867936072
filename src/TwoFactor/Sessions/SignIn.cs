namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The story of a sign-in: password, then code.</summary>
public sealed class SignIn(
    TwoFactorDb database,
    CodeCheck check,
    CodeGuards guards,
    RecoveryCodes recovery,
    PendingSignIns pendings,
    SessionStore sessions,
    Devices devices,
    AuditLog audit,
    TimeProvider time)
{
    /// <summary>What the code page shows for this browser.</summary>
    public async Task<PendingSignInState> FindAsync(Token? token, CancellationToken cancellation)
    {
        var pending = await pendings.FindAsync(token, cancellation);
        if (pending is null || !pendings.IsOpen(pending))
        {
            return new PendingSignInState.Over(pending);
        }

        var guard = await guards.ReadAsync(pending.AccountId, cancellation);
        if (guard.Epoch != pending.Epoch)
        {
            return new PendingSignInState.Over(pending);
        }

        if (Held(pending, guard) is { } held)
        {
            return held;
        }

        if (!await HasAuthenticatorAsync(pending.AccountId, cancellation))
        {
            return new PendingSignInState.NoAuthenticator(pending);
        }

        var hasCode = guard.RecoveryUntil <= time.GetUtcNow().ToUnixTimeSeconds()
            && await recovery.HasCodeOrPassAsync(guard, cancellation);
        return guard switch
        {
            { Closed: true } => new PendingSignInState.Closed(pending, hasCode),
            _ when guard.WaitUntil > time.GetUtcNow().ToUnixTimeSeconds() =>
                new PendingSignInState.Waiting(pending, DateTimeOffset.FromUnixTimeSeconds(guard.WaitUntil), hasCode),
            _ => new PendingSignInState.AskCode(pending, hasCode),
        };
    }

    /// <summary>Judges a code. What it decides is committed before anything is answered.</summary>
    /// <param name="oldSession">The session that this browser has; it ends when a new one begins.</param>
    public Task<SignInOutcome> CompleteAsync(
        Token? token, string? typed, Token? oldSession, Token? device, Actor actor, CancellationToken cancellation)
    {
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return Task.FromResult<SignInOutcome>(new SignInOutcome.Refused(new CodeVerdict.Malformed(length, RecoveryCode.Parse(typed) is not null), null));
        }

        return database.InTransactionAsync(
            async () =>
            {
                var (pending, verdict, left) = await JudgeAsync(token, code, HeldBy.None, actor, cancellation);
                return verdict switch
                {
                    CodeVerdict.Accepted accepted => await OpenAsync(pending!, accepted, oldSession, device, actor, cancellation),
                    CodeVerdict.StartAgain => new SignInOutcome.StartAgain(),
                    _ when IsLastTry(verdict, left) => new SignInOutcome.OutOfTries(),
                    _ => new SignInOutcome.Refused(verdict, left),
                };
            },
            keep: outcome => outcome is not SignInOutcome.Refused { Verdict: CodeVerdict.KeyMissing or CodeVerdict.Busy },
            cancellation);
    }

    /// <summary>Claims a try of the pending sign-in, then asks the one door. Shared with the owner who cancels a reset.</summary>
    internal async Task<(PendingSignIn? Pending, CodeVerdict Verdict, int? TriesLeft)> JudgeAsync(
        Token? token, SixDigits code, HeldBy allow, Actor actor, CancellationToken cancellation)
    {
        var pending = await pendings.FindAsync(token, cancellation);
        if (pending is null || await pendings.ClaimTryAsync(pending, cancellation) is not { } left)
        {
            return (pending, new CodeVerdict.StartAgain(), null);
        }

        var verdict = await check.JudgeAsync(pending.AccountId, pending.Epoch, code, allow, actor, cancellation);
        if (verdict is CodeVerdict.Accepted && !await pendings.UseAsync(pending, cancellation))
        {
            throw new InvalidOperationException("A pending sign-in was used between its claim and its code, inside one transaction.");
        }

        return (pending, verdict, left);
    }

    /// <summary>Held, closed and waiting are told whatever try it was; a wrong or spent code that used up the last one is not.</summary>
    internal static bool IsLastTry(CodeVerdict verdict, int? left) => left == 0 && verdict is (CodeVerdict.Wrong or CodeVerdict.Spent);

    private async Task<SignInOutcome> OpenAsync(
        PendingSignIn pending, CodeVerdict.Accepted accepted, Token? oldSession, Token? device, Actor actor, CancellationToken cancellation)
    {
        var account = pending.AccountId;
        await sessions.ReplaceAsync(oldSession, cancellation);
        var session = await sessions.OpenAsync(
            account, pending.Epoch, new SessionOpening(accepted.Authenticator, accepted.Step), actor, cancellation);
        audit.Record(AuditKinds.SignInCompleted, account, actor with { Kind = ActorKind.Owner, Account = account });
        return new SignInOutcome.SignedIn(session, await devices.KnowAsync(account, device, cancellation), pending.ReturnUrl);
    }

    private static PendingSignInState? Held(PendingSignIn pending, CodeGuard guard) => guard.Held switch
    {
        var held when held.HasFlag(HeldBy.Disabled) => new PendingSignInState.Disabled(pending),
        var held when held.HasFlag(HeldBy.Reset) => new PendingSignInState.ResetOpen(
            pending, DateTimeOffset.FromUnixTimeSeconds(guard.ResetAt ?? 0), CanCancel: !held.HasFlag(HeldBy.Frozen) && !guard.Closed),
        HeldBy.Frozen => new PendingSignInState.Frozen(pending, DateTimeOffset.FromUnixTimeSeconds(guard.FrozenAt ?? 0)),
        _ => null,
    };

    private Task<bool> HasAuthenticatorAsync(Guid account, CancellationToken cancellation) =>
        database.Set<Authenticator>().AnyAsync(
            authenticator => authenticator.AccountId == account && authenticator.State == AuthenticatorStates.Active, cancellation);
}
