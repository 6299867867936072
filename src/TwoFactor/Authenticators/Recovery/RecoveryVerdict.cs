namespace TwoFactor.Authenticators.Recovery;

using TwoFactor.Storage;

/// <summary>The answer to a recovery code. Only a committed statement says accepted or wrong.</summary>
public abstract record RecoveryVerdict
{
    private RecoveryVerdict()
    {
    }

    /// <summary>Whether the story that asked may commit: a code that was not judged is as if it had not been sent.</summary>
    public virtual bool Stands => true;

    /// <param name="Left">Codes of the set that are still good.</param>
    /// <param name="GuardClosed">The code guard is closed: what this opens may only repair the sign-in.</param>
    public sealed record Accepted(int Left, bool GuardClosed, TimeStep LastStep) : RecoveryVerdict;

    /// <summary>A pass: one sign-in, which proves nothing and is no full one.</summary>
    public sealed record PassAccepted(TimeStep LastStep) : RecoveryVerdict;

    /// <summary>A genuine pass while the guard is closed. It stays unspent.</summary>
    public sealed record PassWhileClosed : RecoveryVerdict;

    /// <summary>It was this account's pass, and works no longer.</summary>
    public sealed record PassOver(DateTimeOffset At, bool WasUsed) : RecoveryVerdict;

    public sealed record Wrong : RecoveryVerdict;

    /// <summary>It was one of this set, and was used.</summary>
    public sealed record Used : RecoveryVerdict;

    /// <summary>Six digits: a code of the app in the wrong place. Not counted.</summary>
    public sealed record LooksLikeCode : RecoveryVerdict;

    /// <summary>Ten were wrong: they rest.</summary>
    public sealed record Resting(DateTimeOffset Until) : RecoveryVerdict;

    public sealed record Held(HeldBy Why) : RecoveryVerdict;

    /// <summary>Made under another epoch.</summary>
    public sealed record StartAgain : RecoveryVerdict;

    /// <summary>The hash queue is full, or no refusal explains why nothing changed. 503, nothing was checked.</summary>
    public sealed record Busy : RecoveryVerdict
    {
        public override bool Stands => false;
    }

    /// <summary>The ring does not fit. 503, nobody is charged.</summary>
    public sealed record KeyMissing : RecoveryVerdict
    {
        public override bool Stands => false;
    }
}

/// <summary>Where an account stands with its recovery codes.</summary>
/// <param name="Left">Good ones; 0 also where there is no set.</param>
/// <param name="Of">How many the set had; 0: there is none.</param>
public sealed record RecoveryStanding(int Left, int Of, UnixTime? SavedAt);

/// <summary>What a session may see of a set that waits to be saved.</summary>
public abstract record PendingRecoverySet
{
    private PendingRecoverySet()
    {
    }

    public sealed record Shown(Guid Set, IReadOnlyList<RecoveryCode> Codes, DateTimeOffset Until) : PendingRecoverySet;

    /// <summary>There is none to show.</summary>
    public sealed record None : PendingRecoverySet;

    public sealed record KeyMissing : PendingRecoverySet;
}
