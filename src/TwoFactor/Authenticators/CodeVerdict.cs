namespace TwoFactor.Authenticators;

/// <summary>The answer to a code. Accepted and Wrong are said only after the statement was committed.</summary>
public abstract record CodeVerdict
{
    private CodeVerdict()
    {
    }

    /// <summary>Whether the story that asked may commit. A code that was not judged leaves no trace, as if it had not been sent.</summary>
    public virtual bool Commits => true;

    public sealed record Accepted(Guid Authenticator, TimeStep Step) : CodeVerdict;

    /// <param name="PhoneIsSlowBy">Set when the code was right for an earlier time that was never used.</param>
    /// <param name="AlarmReference">Set when a stored secret could not be decrypted. The log and the audit show the same
    /// characters.</param>
    /// <param name="StartedWait">Until when the guard waits because of this code; null when it starts no wait.</param>
    /// <param name="ClosedGuard">Whether this code closed the guard.</param>
    public sealed record Wrong(
        TimeSpan? PhoneIsSlowBy, string? AlarmReference, DateTimeOffset? StartedWait, bool ClosedGuard) : CodeVerdict;

    /// <summary>A code of a step that was used already. Not charged to the guard.</summary>
    public sealed record Spent : CodeVerdict;

    public sealed record Waiting(DateTimeOffset Until) : CodeVerdict;

    public sealed record Closed : CodeVerdict;

    public sealed record Held(HeldBy Why) : CodeVerdict;

    /// <summary>The pending sign-in or session was made under another epoch.</summary>
    public sealed record StartAgain : CodeVerdict;

    /// <summary>The code was not compared, or no refusal explains why the statement changed nothing. 503, try again.</summary>
    /// <param name="IsCharged">Whether it was counted as a wrong one without a comparison, because too many before it could not be
    /// stored.</param>
    public sealed record Busy(bool IsCharged = false) : CodeVerdict
    {
        public override bool Commits => IsCharged;
    }

    /// <summary>The key ring does not match the database, or lacks a key. 503, nobody is charged.</summary>
    public sealed record KeyMissing : CodeVerdict
    {
        public override bool Commits => false;
    }

    /// <summary>Not six digits: no guess, not charged.</summary>
    /// <param name="LooksLikeRecoveryCode">It has the form of a recovery code, which belongs on another page.</param>
    public sealed record Malformed(int Length, bool LooksLikeRecoveryCode = false) : CodeVerdict;
}
