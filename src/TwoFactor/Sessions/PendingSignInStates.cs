namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A sign-in that waits for a code, even while no code is judged.</summary>
public interface ICodeStep
{
    PendingSignIn Pending { get; }

    /// <summary>Whether a recovery code or a pass would be accepted in place of the phone.</summary>
    bool HasRecoveryCode { get; }
}

/// <summary>The state of a pending sign-in: what its page shows.</summary>
public abstract record PendingSignInState
{
    private PendingSignInState()
    {
    }

    /// <param name="HasRecoveryCode">A recovery code or a pass would be accepted as well.</param>
    public sealed record AskCode(PendingSignIn Pending, bool HasRecoveryCode) : PendingSignInState, ICodeStep;

    /// <param name="HasRecoveryCode">A recovery code or a pass would be accepted now.</param>
    public sealed record Waiting(PendingSignIn Pending, DateTimeOffset Until, bool HasRecoveryCode) : PendingSignInState, ICodeStep;

    /// <param name="HasRecoveryCode">A recovery code would open a repair session.</param>
    public sealed record Closed(PendingSignIn Pending, bool HasRecoveryCode) : PendingSignInState, ICodeStep;

    /// <summary>
    /// A reset is open: a ticket leads on. The owner may cancel the reset, unless the account is frozen too or the guard is closed.
    /// </summary>
    public sealed record ResetOpen(PendingSignIn Pending, DateTimeOffset Since, bool CanCancel) : PendingSignInState;

    public sealed record NoAuthenticator(PendingSignIn Pending) : PendingSignInState;

    public sealed record Disabled(PendingSignIn Pending) : PendingSignInState;

    public sealed record Frozen(PendingSignIn Pending, DateTimeOffset Since) : PendingSignInState;

    /// <summary>It has expired, was used, has no try left, or the account has a new epoch. Typed name and destination are kept.</summary>
    public sealed record Over(PendingSignIn? Pending) : PendingSignInState;
}

/// <summary>Reads the state of a sign-in whose password was proven. Changes nothing.</summary>
public sealed class PendingSignInStates(
    TwoFactorDb database, PendingSignIns pendings, CodeGuards guards, RecoveryCodes recovery, TimeProvider time)
{
    /// <summary>What this browser's sign-in waits for.</summary>
    public async Task<PendingSignInState> FindAsync(Token? token, CancellationToken cancellation) =>
        await OfAsync(await pendings.FindAsync(token, cancellation), cancellation);

    /// <param name="pending">Its row; null when there is none.</param>
    public async Task<PendingSignInState> OfAsync(PendingSignIn? pending, CancellationToken cancellation)
    {
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

        if (!await Authenticator.ActiveOf(database, pending.AccountId).AnyAsync(cancellation))
        {
            return new PendingSignInState.NoAuthenticator(pending);
        }

        var hasCode = await HasRecoveryAsync(guard, cancellation);
        return guard switch
        {
            { Closed: true } => new PendingSignInState.Closed(pending, hasCode),
            _ when guard.WaitUntil > time.Now() =>
                new PendingSignInState.Waiting(pending, guard.WaitUntil.ToDateTimeOffset(), hasCode),
            _ => new PendingSignInState.AskCode(pending, hasCode),
        };
    }

    /// <summary>Whether a recovery code or a pass would be accepted now in place of the phone.</summary>
    internal async Task<bool> HasRecoveryAsync(PendingSignIn pending, CancellationToken cancellation) =>
        await HasRecoveryAsync(await guards.ReadAsync(pending.AccountId, cancellation), cancellation);

    private async Task<bool> HasRecoveryAsync(CodeGuard guard, CancellationToken cancellation) =>
        guard.RecoveryUntil <= time.Now() && await recovery.HasCodeOrPassAsync(guard, cancellation);

    private static PendingSignInState? Held(PendingSignIn pending, CodeGuard guard) => guard.Held.First() switch
    {
        HeldBy.Disabled => new PendingSignInState.Disabled(pending),
        HeldBy.Reset => new PendingSignInState.ResetOpen(
            pending, (guard.ResetAt ?? default).ToDateTimeOffset(), CanCancel: !guard.Held.HasFlag(HeldBy.Frozen) && !guard.Closed),
        HeldBy.Frozen => new PendingSignInState.Frozen(pending, (guard.FrozenAt ?? default).ToDateTimeOffset()),
        _ => null,
    };
}
