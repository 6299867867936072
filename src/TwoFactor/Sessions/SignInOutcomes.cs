namespace TwoFactor.Sessions;

using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;

/// <summary>The answer to name and password.</summary>
public abstract record PasswordOutcome
{
    private PasswordOutcome()
    {
    }

    /// <summary>The password was right. The pending sign-in goes into the browser's cookie.</summary>
    public sealed record Proven(Token Pending, NextProof Next) : PasswordOutcome;

    /// <summary>The password was right, and this browser's parked session goes on, under a new id.</summary>
    public sealed record Resumed(Token Session) : PasswordOutcome;

    /// <summary>Unknown, wrong, waiting: the one answer to all of them.</summary>
    public sealed record Refused : PasswordOutcome;

    /// <summary>Too many people are signing in. The password was not checked.</summary>
    public sealed record Busy : PasswordOutcome;

    /// <summary>The password was right, and the account is switched off.</summary>
    public sealed record Disabled : PasswordOutcome;

    /// <summary>The password was right, and the account is frozen.</summary>
    public sealed record Frozen(DateTimeOffset Since) : PasswordOutcome;
}

/// <summary>What is asked after the password.</summary>
public enum NextProof
{
    Code,
    Ticket,
}

/// <summary>What a pending sign-in may be shown. A look changes nothing.</summary>
public abstract record PendingSignInState
{
    private PendingSignInState()
    {
    }

    /// <param name="HasRecoveryCode">A recovery code would do as well.</param>
    public sealed record AskCode(PendingSignIn Pending, bool HasRecoveryCode) : PendingSignInState;

    /// <param name="HasRecoveryCode">A recovery code works now.</param>
    public sealed record Waiting(PendingSignIn Pending, DateTimeOffset Until, bool HasRecoveryCode) : PendingSignInState;

    /// <param name="HasRecoveryCode">A recovery code opens a session that repairs.</param>
    public sealed record Closed(PendingSignIn Pending, bool HasRecoveryCode) : PendingSignInState;

    /// <summary>A reset is open: a ticket leads on, and, unless frozen too, the owner may cancel it.</summary>
    public sealed record ResetOpen(PendingSignIn Pending, DateTimeOffset Since, bool CanCancel) : PendingSignInState;

    public sealed record NoAuthenticator(PendingSignIn Pending) : PendingSignInState;

    public sealed record Disabled(PendingSignIn Pending) : PendingSignInState;

    public sealed record Frozen(PendingSignIn Pending, DateTimeOffset Since) : PendingSignInState;

    /// <summary>Its time is over, it was used, or another epoch began. Name and destination are kept.</summary>
    public sealed record Over(PendingSignIn? Pending) : PendingSignInState;
}

/// <summary>The answer to a code at sign-in.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    public sealed record SignedIn(Token Session, Token Device, string? ReturnUrl) : SignInOutcome;

    /// <param name="TriesLeft">Of this pending sign-in; null where the refusal used none.</param>
    public sealed record Refused(CodeVerdict Verdict, int? TriesLeft) : SignInOutcome;

    /// <summary>The last try was used up, whatever it was.</summary>
    public sealed record OutOfTries : SignInOutcome;

    public sealed record StartAgain : SignInOutcome;
}

/// <summary>The answer to a ticket.</summary>
public abstract record TicketOutcome
{
    private TicketOutcome()
    {
    }

    /// <summary>It fits: the enrollment belongs to this browser.</summary>
    public sealed record Opened(Token Owner) : TicketOutcome;

    public sealed record Wrong : TicketOutcome;

    public sealed record Over(DateTimeOffset EndedAt) : TicketOutcome;

    /// <summary>It was genuine, and something about the account changed since it was issued.</summary>
    public sealed record Changed : TicketOutcome;

    public sealed record StartAgain : TicketOutcome;

    /// <summary>The ring does not fit. 503.</summary>
    public sealed record KeyMissing : TicketOutcome;
}

/// <summary>The answer to an owner who stops a reset.</summary>
public abstract record CancelOutcome
{
    private CancelOutcome()
    {
    }

    /// <summary>Everything is as before. No session: the owner signs in anew.</summary>
    public sealed record Cancelled : CancelOutcome;

    /// <inheritdoc cref="SignInOutcome.Refused"/>
    public sealed record Refused(CodeVerdict Verdict, int? TriesLeft) : CancelOutcome;

    public sealed record OutOfTries : CancelOutcome;

    public sealed record StartAgain : CancelOutcome;
}

/// <summary>What a confirmed authenticator leads to.</summary>
public enum AfterEnrolling
{
    /// <summary>It replaced what was there.</summary>
    Nothing,

    /// <summary>It came by a ticket: the account's new recovery codes are there to be saved.</summary>
    SaveRecoveryCodes,

    /// <summary>The same, but they could not be made just now.</summary>
    MakeRecoveryCodes,

    /// <summary>It stands beside older ones, which the person may now remove.</summary>
    RemoveOrKeep,
}

/// <summary>The answer to a confirming code.</summary>
public abstract record ConfirmOutcome
{
    private ConfirmOutcome()
    {
    }

    public sealed record SignedIn(Token Session, Token Device, AfterEnrolling Next) : ConfirmOutcome;

    public sealed record Refused(EnrollmentVerdict Verdict) : ConfirmOutcome;
}
