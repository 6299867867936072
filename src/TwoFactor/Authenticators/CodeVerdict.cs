namespace TwoFactor.Authenticators;

/// <summary>The answer to a code. Only a committed statement says accepted or wrong.</summary>
public abstract record CodeVerdict
{
    private CodeVerdict()
    {
    }

    /// <summary>Whether the story that asked may commit: a code that was not judged is as if it had not been sent.</summary>
    public virtual bool Stands => true;

    public sealed record Accepted(Guid Authenticator, TimeStep Step) : CodeVerdict;

    /// <param name="PhoneIsSlowBy">Set when the code was right for an earlier time that was never used.</param>
    /// <param name="AlarmReference">Set when the stored secret did not open; the same characters stand in the log and the audit.</param>
    /// <param name="StartedWait">Until when the guard waits because of this very code.</param>
    /// <param name="ClosedGuard">This very code closed the guard.</param>
    public sealed record Wrong(
        TimeSpan? PhoneIsSlowBy, string? AlarmReference, DateTimeOffset? StartedWait, bool ClosedGuard) : CodeVerdict;

    /// <summary>A code of a step that was used already. Not charged to the guard.</summary>
    public sealed record Spent : CodeVerdict;

    public sealed record Waiting(DateTimeOffset Until) : CodeVerdict;

    public sealed record Closed : CodeVerdict;

    public sealed record Held(HeldBy Why) : CodeVerdict;

    /// <summary>Made under another epoch.</summary>
    public sealed record StartAgain : CodeVerdict;

    /// <summary>The code was not compared, or no refusal explains why the statement changed nothing. 503, try again.</summary>
    /// <param name="IsCharged">It was counted as a wrong one, unseen, after too many that could not be written down.</param>
    public sealed record Busy(bool IsCharged = false) : CodeVerdict
    {
        public override bool Stands => IsCharged;
    }

    /// <summary>The ring does not fit. 503, nobody is charged.</summary>
    public sealed record KeyMissing : CodeVerdict
    {
        public override bool Stands => false;
    }

    /// <summary>Not six digits: no guess, not charged.</summary>
    /// <param name="LooksLikeRecoveryCode">It has the form of one: it belongs on another page.</param>
    public sealed record Malformed(int Length, bool LooksLikeRecoveryCode = false) : CodeVerdict;
}
