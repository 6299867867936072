namespace TwoFactor.Mail;

/// <summary>Who we are to the people who read our pages and letters.</summary>
/// <param name="Name">What the sign-in is called.</param>
/// <param name="Issuer">What the authenticator app shows.</param>
/// <param name="SupportText">Whom to contact, as the end of "Please contact …": "your help desk" until set.</param>
/// <param name="SupportUrl">An http, https or mailto address; null where there is none.</param>
public sealed record Brand(string Name, string Issuer, string SupportText, string? SupportUrl);

/// <summary>Whom a letter is for.</summary>
/// <param name="Name">As the person is called.</param>
/// <param name="UserName">As the person signs in.</param>
/// <param name="Mail">The mail address.</param>
public sealed record Recipient(Guid Account, string Name, string UserName, string Mail);

/// <summary>What people are told of a reset.</summary>
/// <param name="By">Who started it, as the beginning of a sentence: "Grace Hopper", "An operator at the server's console".</param>
/// <param name="Reason">In the agent's words.</param>
/// <param name="Verified">How the agent checked who asked, in words.</param>
/// <param name="At">Unix seconds.</param>
public sealed record ResetFacts(string By, string? Reason, string? Verified, long At);

/// <summary>A letter in its two parts, which say the same words.</summary>
/// <param name="Kind">One of <see cref="MailKinds"/>.</param>
/// <param name="Text">Wrapped at 72, links alone on their line.</param>
public sealed record MailMessage(string Kind, Guid Account, string To, string ToName, string Subject, string Text, string Html)
{
    /// <summary>Its body carries proofs: what is logged by mistake shows none.</summary>
    public override string ToString() => $"Letter {Kind} (hidden)";
}

/// <summary>The letters as words, as they stand in the outbox table.</summary>
public static class MailKinds
{
    public const string Invitation = "invitation";
    public const string Reminder = "reminder";
    public const string Ticket = "ticket";
    public const string ResetStarted = "reset-started";
    public const string ResetNotice = "reset-notice";
    public const string NewAuthenticator = "new-authenticator";
    public const string AuthenticatorRemoved = "authenticator-removed";
    public const string WrongCodes = "wrong-codes";
    public const string SwitchedOff = "switched-off";
    public const string ResetStopped = "reset-stopped";
    public const string PasswordChanged = "password-changed";
    public const string RecoveryCodeUsed = "recovery-code-used";
    public const string NewRecoveryCodes = "new-recovery-codes";
    public const string AddressChanged = "address-changed";
    public const string PasswordLink = "password-link";
    public const string Pass = "pass";
    public const string PassGiven = "pass-given";
    public const string PassUsed = "pass-used";
    public const string HelpAsked = "help-asked";
    public const string SecondWanted = "second-wanted";
    public const string RoleChanged = "role-changed";
    public const string RoleNotice = "role-notice";
    public const string AccountDeleted = "account-deleted";
    public const string AgentLimit = "agent-limit";
    public const string SignInStopped = "sign-in-stopped";
    public const string StopNotice = "stop-notice";
}
