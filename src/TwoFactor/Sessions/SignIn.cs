namespace TwoFactor.Sessions;

using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
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
    /// <summary>Judges a code. What it decides is committed before anything is answered.</summary>
    /// <param name="madeFor">Which sign-in the page was made for: a code that was typed for another person's sign-in is not judged, and
    /// nobody is charged for it.</param>
    /// <param name="oldSession">The session that this browser has; it ends when a new one begins.</param>
    public async Task<SignInOutcome> CompleteAsync(
        Token? token, Guid madeFor, string? typed, Token? oldSession, Token? device, Actor actor, CancellationToken cancellation)
    {
        var pending = await pendings.FindAsync(token, cancellation);
        if (await pendings.IsOfAnotherAsync(madeFor, pending, cancellation))
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

        // A code that was not judged took no try.
        return outcome is SignInOutcome.Refused { Commits: false } refused
            ? refused with { State = await states.OfAsync(pending, cancellation) }
            : outcome;
    }

    /// <summary>What a story locks that judges a code of a pending sign-in.</summary>
    internal static Locks LocksOf(PendingSignIn pending) => Locks.Pending(pending.Id).And(Locks.Of(pending.AccountId));

    /// <summary>Claims a try of the pending sign-in, then asks the one door. Shared with the owner who cancels a reset.</summary>
    /// <returns>How many tries are left, beside the verdict; null: there was none to claim.</returns>
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

    /// <summary>Held, closed and waiting are told whatever try it was; a wrong or spent code that used up the last one is not.</summary>
    internal static bool IsLastTry(CodeVerdict verdict, int? left) => left == 0 && verdict is (CodeVerdict.Wrong or CodeVerdict.Spent);

    private async Task<SignInOutcome> JudgeAsync(Work work, PendingSignIn pending, SixDigits code, Token? oldSession, Token? device)
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

    /// <summary>The verdict says where the sign-in stands after it.</summary>
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
        Work work, PendingSignIn pending, CodeVerdict.Accepted accepted, Token? oldSession, Token? device)
    {
        var account = pending.AccountId;
        await sessions.ReplaceAsync(work, oldSession);
        var session = await sessions.OpenAsync(work, account, pending.Epoch, new SessionOpening(accepted.Authenticator, accepted.Step));
        audit.RecordByOwner(work, AuditKinds.SignInCompleted, account);
        return new SignInOutcome.SignedIn(session, await devices.KnowAsync(work, account, device), pending.ReturnUrl);
    }
}
