namespace TwoFactor.Authenticators.Recovery;

using TwoFactor.Storage;

/// <summary>The answer to a recovery code. Accepted and Wrong are said only after the statement was committed.</summary>
public abstract record RecoveryVerdict
{
    private RecoveryVerdict()
    {
    }

    /// <summary>Whether the story that asked may commit. A code that was not judged leaves no trace, as if it had not been sent.</summary>
    public virtual bool Commits => true;

    /// <param name="Left">Unused codes of the set.</param>
    /// <param name="GuardClosed">Whether the code guard is closed. Then the session can only repair the sign-in.</param>
    public sealed record Accepted(int Left, bool GuardClosed, TimeStep LastStep) : RecoveryVerdict;

    /// <summary>A pass. It allows one sign-in, which is neither a proof nor a full sign-in.</summary>
    public sealed record PassAccepted(TimeStep LastStep) : RecoveryVerdict;

    /// <summary>A genuine pass while the guard is closed. It stays unspent.</summary>
    public sealed record PassWhileClosed : RecoveryVerdict;

    /// <summary>A pass of this account that no longer works.</summary>
    public sealed record PassOver(DateTimeOffset At, bool WasUsed) : RecoveryVerdict;

    public sealed record Wrong : RecoveryVerdict;

    /// <summary>A code of this set that was used before.</summary>
    public sealed record Used : RecoveryVerdict;

    /// <summary>Six digits: a code of the app in the wrong place. Not counted.</summary>
    public sealed record LooksLikeCode : RecoveryVerdict;

    /// <summary>Too many were wrong, so recovery codes are not judged for a while.</summary>
    public sealed record Resting(DateTimeOffset Until) : RecoveryVerdict;

    public sealed record Held(HeldBy Why) : RecoveryVerdict;

    /// <summary>The pending sign-in was made under another epoch.</summary>
    public sealed record StartAgain : RecoveryVerdict;

    /// <summary>The hash queue is full, or no refusal explains why nothing changed. 503, nothing was checked.</summary>
    public sealed record Busy : RecoveryVerdict
    {
        public override bool Commits => false;
    }

    /// <summary>The key ring does not match the database, or lacks a key. 503, nobody is charged.</summary>
    public sealed record KeyMissing : RecoveryVerdict
    {
        public override bool Commits => false;
    }
}

/// <summary>The state of an account's recovery codes.</summary>
/// <param name="Left">Unused codes; 0 also when there is no set.</param>
/// <param name="Total">How many the set had; 0 when there is none.</param>
public sealed record RecoveryCodeStatus(int Left, int Total, UnixTime? SavedAt);

/// <summary>What a session may see of a set that waits to be saved.</summary>
public abstract record PendingRecoverySet
{
    private PendingRecoverySet()
    {
    }

    public sealed record Shown(Guid Set, IReadOnlyList<RecoveryCode> Codes, DateTimeOffset Until) : PendingRecoverySet;

    /// <summary>There is no set to show.</summary>
    public sealed record None : PendingRecoverySet;

    public sealed record KeyMissing : PendingRecoverySet;
}
