namespace TwoFactor.Sessions;

using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>The second step of a sign-in: a code, after the password was proven.</summary>
public sealed class SignIn(
    UnitOfWork unitOfWork,
    PendingSignIns pendings,
    PendingSignInStates states,
    CodeCheck check,
    SessionStore sessions,
    Devices devices,
    AuditLog audit)
{
    /// <summary>Judges a code. The decision is committed before the answer is sent.</summary>
    /// <param name="madeFor">The sign-in that the page was made for. A code that was typed for another account's sign-in is not judged, and
    /// nobody is charged for it.</param>
    /// <param name="oldSession">The session that this browser has; it ends when a new one begins.</param>
    public async Task<SignInOutcome> CompleteAsync(
        Token? token, Guid madeFor, string? typed, Token? oldSession, DeviceTokens? device, Actor actor, CancellationToken cancellation)
    {
        var pending = await pendings.FindAsync(token, cancellation);
        if (await pendings.IsForAnotherAccountAsync(madeFor, pending, cancellation))
        {
            return new SignInOutcome.StartAgain();
        }

        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return new SignInOutcome.Refused(
                new CodeVerdict.Malformed(
                    length, RecoveryCode.Parse(typed) is not null), null, await states.OfAsync(pending, cancellation));
        }

        if (pending is null)
        {
            return new SignInOutcome.StartAgain();
        }

        var outcome = await unitOfWork.RunAsync(
            actor, LocksOf(pending), work => JudgeAsync(work, pending, code, oldSession, device), cancellation);

        // The transaction of a code that was not judged is rolled back and takes no try, so the state is read after it.
        return outcome is SignInOutcome.Refused { Commits: false } refused
            ? refused with { State = await states.OfAsync(pending, cancellation) }
            : outcome;
    }

    /// <summary>The locks of a story that judges a code of a pending sign-in.</summary>
    internal static Locks LocksOf(PendingSignIn pending) => Locks.Pending(pending.Id).And(Locks.Of(pending.AccountId));

    /// <summary>Claims a try of the pending sign-in, then asks <see cref="CodeCheck"/>. Also used when the owner cancels a reset.</summary>
    /// <returns>The verdict and how many tries are left; null when there was none to claim.</returns>
    internal async Task<(CodeVerdict Verdict, int? TriesLeft)> JudgeAsync(Work work, PendingSignIn pending, SixDigits code, HeldBy allow)
    {
        if (await pendings.ClaimTryAsync(work, pending) is not { } left)
        {
            return (new CodeVerdict.StartAgain(), null);
        }

        var verdict = await check.JudgeAsync(work, pending.AccountId, pending.Epoch, code, allow);
        if (verdict is CodeVerdict.Accepted && !await pendings.UseAsync(work, pending))
        {
            throw new InvalidOperationException("A pending sign-in was used between its claim and its code, inside one transaction.");
        }

        return (verdict, left);
    }

    /// <summary>
    /// Whether the answer is that no try is left: a wrong or spent code used up the last one. Held, closed and waiting are reported on
    /// every try.
    /// </summary>
    internal static bool IsLastTry(CodeVerdict verdict, int? left) => left == 0 && verdict is (CodeVerdict.Wrong or CodeVerdict.Spent);

    private async Task<SignInOutcome> JudgeAsync(Work work, PendingSignIn pending, SixDigits code, Token? oldSession, DeviceTokens? device)
    {
        var (verdict, left) = await JudgeAsync(work, pending, code, HeldBy.None);
        return verdict switch
        {
            CodeVerdict.Accepted accepted => await OpenAsync(work, pending, accepted, oldSession, device),
            CodeVerdict.StartAgain => new SignInOutcome.StartAgain(),
            _ when IsLastTry(verdict, left) => new SignInOutcome.OutOfTries(),
            _ => new SignInOutcome.Refused(verdict, left, await StateAfterAsync(pending, verdict, left)),
        };
    }

    /// <summary>The state of the sign-in after a refused code, as the verdict implies it.</summary>
    private async Task<PendingSignInState> StateAfterAsync(PendingSignIn pending, CodeVerdict verdict, int? left)
    {
        if (left == 0 || verdict is CodeVerdict.Held)
        {
            return new PendingSignInState.Over(pending);
        }

        var hasRecovery = await states.HasRecoveryAsync(pending, CancellationToken.None);
        return verdict switch
        {
            CodeVerdict.Closed or CodeVerdict.Wrong { ClosedGuard: true } => new PendingSignInState.Closed(pending, hasRecovery),
            CodeVerdict.Waiting(var until) => new PendingSignInState.Waiting(pending, until, hasRecovery),
            CodeVerdict.Wrong { StartedWait: { } until } => new PendingSignInState.Waiting(pending, until, hasRecovery),
            _ => new PendingSignInState.AskCode(pending, hasRecovery),
        };
    }

    private async Task<SignInOutcome> OpenAsync(
        Work work, PendingSignIn pending, CodeVerdict.Accepted accepted, Token? oldSession, DeviceTokens? device)
    {
        var account = pending.AccountId;
        await sessions.ReplaceAsync(work, oldSession);
        var session = await sessions.OpenAsync(work, account, pending.Epoch, new SessionOpening(accepted.Authenticator, accepted.Step));
        audit.RecordByOwner(work, AuditKinds.SignInCompleted, account);
        return new SignInOutcome.SignedIn(session, await devices.RememberAsync(work, account, device), pending.ReturnUrl);
    }
}
