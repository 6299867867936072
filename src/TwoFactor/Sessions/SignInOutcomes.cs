namespace TwoFactor.Sessions;

using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The answer to name and password.</summary>
public abstract record PasswordOutcome : IOutcome
{
    private PasswordOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <summary>The password was right. The pending sign-in goes into the browser's cookie.</summary>
    public sealed record Proven(Token Pending, NextProof Next) : PasswordOutcome(commits: true);

    /// <summary>The password was right, and this browser's parked session is resumed under a new token.</summary>
    public sealed record Resumed(Token Session) : PasswordOutcome(commits: true);

    /// <summary>One answer for an unknown name, a wrong password and a password guard that waits.</summary>
    public sealed record Refused() : PasswordOutcome(commits: true);

    /// <summary>Too many people are signing in. The password was not checked.</summary>
    public sealed record Busy() : PasswordOutcome(commits: false);

    /// <summary>The password was right, but the account is disabled, or its role does not match its seal.</summary>
    public sealed record Disabled() : PasswordOutcome(commits: true);

    /// <summary>The password was right, but the account is frozen.</summary>
    public sealed record Frozen(DateTimeOffset Since) : PasswordOutcome(commits: true);
}

/// <summary>What is asked after the password.</summary>
public enum NextProof
{
    Code,
    Ticket,
}

/// <summary>The answer to a code at sign-in.</summary>
public abstract record SignInOutcome : IOutcome
{
    private SignInOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    public sealed record SignedIn(Token Session, DeviceTokens Device, string? ReturnUrl) : SignInOutcome(commits: true);

    /// <param name="TriesLeft">The tries that this pending sign-in has left; null when the refusal used none.</param>
    /// <param name="State">The state of the sign-in after the refusal.</param>
    public sealed record Refused(CodeVerdict Verdict, int? TriesLeft, PendingSignInState State) : SignInOutcome(commits: Verdict.Commits);

    /// <summary>The last try was used up.</summary>
    public sealed record OutOfTries() : SignInOutcome(commits: true);

    public sealed record StartAgain() : SignInOutcome(commits: true);
}

/// <summary>The answer to a ticket.</summary>
public abstract record TicketOutcome : IOutcome
{
    private TicketOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <summary>The ticket is accepted: its enrollment is bound to this browser.</summary>
    public sealed record Opened(Token Owner) : TicketOutcome(commits: true);

    public sealed record Wrong() : TicketOutcome(commits: true);

    public sealed record Over(DateTimeOffset EndedAt) : TicketOutcome(commits: true);

    /// <summary>The ticket is genuine, but something about the account changed since it was issued.</summary>
    public sealed record Changed() : TicketOutcome(commits: true);

    public sealed record StartAgain() : TicketOutcome(commits: false);

    /// <summary>The key ring does not match the database. The answer is 503.</summary>
    public sealed record KeyMissing() : TicketOutcome(commits: false);
}

/// <summary>The answer to an owner who cancels a reset.</summary>
public abstract record CancelOutcome : IOutcome
{
    private CancelOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <summary>Everything is as before. No session is opened: the owner signs in again.</summary>
    public sealed record Cancelled() : CancelOutcome(commits: true);

    /// <param name="TriesLeft">The tries that this pending sign-in has left; null when the refusal used none.</param>
    public sealed record Refused(CodeVerdict Verdict, int? TriesLeft) : CancelOutcome(commits: Verdict.Commits);

    public sealed record OutOfTries() : CancelOutcome(commits: true);

    public sealed record StartAgain() : CancelOutcome(commits: true);
}

/// <summary>What a confirmed authenticator leads to.</summary>
public enum AfterEnrolling
{
    /// <summary>It replaced all older authenticators.</summary>
    Nothing,

    /// <summary>It was enrolled by a ticket: the account's new recovery codes are ready to be saved.</summary>
    SaveRecoveryCodes,

    /// <summary>It was enrolled by a ticket, but the recovery codes could not be made just now.</summary>
    MakeRecoveryCodes,

    /// <summary>It stands beside older ones, which the person may now remove.</summary>
    RemoveOrKeep,
}

/// <summary>The answer to a confirming code.</summary>
public abstract record ConfirmOutcome : IOutcome
{
    private ConfirmOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    public sealed record SignedIn(Token Session, DeviceTokens Device, AfterEnrolling Next) : ConfirmOutcome(commits: true);

    public sealed record Refused(EnrollmentVerdict Verdict) : ConfirmOutcome(commits: Verdict.Stands);
}
