namespace TwoFactor.Authenticators.Enrollment;

using TwoFactor.Accounts;
using TwoFactor.Keys;

/// <summary>Why a QR code no longer works. None of these has changed anything on the account.</summary>
public enum EnrollmentEnd
{
    Expired,
    OtherBrowser,
    TooManyWrong,

    /// <summary>What let the enrollment begin was stopped, replaced or used up.</summary>
    Ended,

    /// <summary>Its stored secret cannot be decrypted.</summary>
    Unreadable,
}

/// <summary>What lets an enrollment begin.</summary>
/// <param name="Ticket">A ticket for set-up, invitation or reset, or the one that a proof issued.</param>
/// <param name="Session">The session that gave the proof; null when there was none.</param>
/// <param name="ReplacesAll">Whether its first code removes all other authenticators. Always true by ticket and by recovery code.</param>
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

    /// <summary>The code does not fit this QR code, which stays the same.</summary>
    /// <param name="AlarmReference">Set when the stored secret could not be decrypted. The log and the audit show the same
    /// characters.</param>
    public sealed record Wrong(string? AlarmReference) : EnrollmentVerdict;

    public sealed record Over(EnrollmentEnd Why) : EnrollmentVerdict;

    /// <summary>This browser has no enrollment.</summary>
    public sealed record Unknown : EnrollmentVerdict;

    /// <summary>The key ring does not match the database, or lacks a key. 503, nothing is counted.</summary>
    public sealed record KeyMissing : EnrollmentVerdict
    {
        public override bool Stands => false;
    }

    /// <summary>Not six digits: no try.</summary>
    public sealed record Malformed(int Length) : EnrollmentVerdict;

    /// <summary>
    /// Something changed meanwhile: for example, the account is held by what the ticket does not lift, or the ticket was used up. All of
    /// the confirmation is rolled back.
    /// </summary>
    public sealed record Lost : EnrollmentVerdict
    {
        public override bool Stands => false;
    }
}
