namespace TwoFactor.Authenticators.Enrollment;

using TwoFactor.Accounts;
using TwoFactor.Keys;

/// <summary>Why a picture works no longer. Nothing on the account has changed by any of them.</summary>
public enum EnrollmentEnd
{
    Expired,
    OtherBrowser,
    TooManyWrong,

    /// <summary>What let the enrollment begin was stopped, replaced or used up.</summary>
    Ended,

    /// <summary>Its stored secret does not open.</summary>
    Unreadable,
}

/// <summary>What lets an enrollment begin.</summary>
/// <param name="Ticket">Of set-up, invitation or reset, or the one that a proof issued to itself.</param>
/// <param name="Session">The session that gave the proof; null where there was none.</param>
/// <param name="ReplacesAll">Whether its first code removes all others: by ticket and by recovery code always.</param>
public sealed record EnrollmentBy(Ticket Ticket, Guid? Session, bool ReplacesAll);

/// <summary>What a browser's enrollment cookie leads to.</summary>
public abstract record EnrollmentState
{
    private EnrollmentState()
    {
    }

    public sealed record Open(Authenticator Pending, TotpSecret Secret, string AccountName) : EnrollmentState;

    public sealed record Over(Authenticator Pending, EnrollmentEnd Why) : EnrollmentState;

    public sealed record Unknown : EnrollmentState;

    public sealed record KeyMissing : EnrollmentState;
}

/// <summary>The answer to a confirming code.</summary>
public abstract record EnrollmentVerdict
{
    private EnrollmentVerdict()
    {
    }

    /// <summary>Whether the story that asked may commit.</summary>
    public virtual bool Stands => true;

    /// <param name="Authenticator">As it was while it was pending.</param>
    /// <param name="Label">As its owner reads it from now on.</param>
    /// <param name="Epoch">The guard's epoch from now on.</param>
    public sealed record Confirmed(Authenticator Authenticator, string Label, TimeStep Step, Epoch Epoch) : EnrollmentVerdict;

    /// <summary>It does not fit this picture. The picture stays the same.</summary>
    /// <param name="AlarmReference">Set when the stored secret did not open; the same characters stand in the log and the audit.</param>
    public sealed record Wrong(string? AlarmReference) : EnrollmentVerdict;

    public sealed record Over(EnrollmentEnd Why) : EnrollmentVerdict;

    /// <summary>This browser has no enrollment.</summary>
    public sealed record Unknown : EnrollmentVerdict;

    /// <summary>The ring does not fit. 503, nothing is counted.</summary>
    public sealed record KeyMissing : EnrollmentVerdict
    {
        public override bool Stands => false;
    }

    /// <summary>Not six digits: no try.</summary>
    public sealed record Malformed(int Length) : EnrollmentVerdict;

    /// <summary>The account is held by something that a ticket does not lift. Nothing of the confirmation stands.</summary>
    public sealed record Lost : EnrollmentVerdict
    {
        public override bool Stands => false;
    }
}
