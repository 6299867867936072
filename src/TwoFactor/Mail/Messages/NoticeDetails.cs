namespace TwoFactor.Mail.Messages;

using TwoFactor.Storage;

/// <summary>A mail address that was changed.</summary>
/// <param name="IsSecond">Whether it is the second address.</param>
/// <param name="From">The former address; null when there was none.</param>
/// <param name="To">The new address; null when it was removed.</param>
/// <param name="Agent">Who changed it, as people call them; null when the owner did.</param>
/// <param name="CoolingOffEnds">Until when the new address receives nothing.</param>
public sealed record ChangedAddress(bool IsSecond, string? From, string? To, string? Agent, UnixTime CoolingOffEnds);

/// <summary>A mail address that was entered and is not confirmed yet.</summary>
public sealed record EnteredAddress(bool IsSecond, string Mail);

/// <summary>What somebody had who changed a password.</summary>
public enum PasswordChangedBy
{
    /// <summary>A session, and a proof in it.</summary>
    Session,

    /// <summary>A link for a new password.</summary>
    Link,
}

/// <summary>A role that was changed.</summary>
/// <param name="By">Who changed it, as the value of "Who".</param>
public sealed record ChangedRole(string From, string To, string By);

/// <summary>An agent stopped a reset.</summary>
/// <param name="By">The agent.</param>
/// <param name="IsFrozen">Whether the account stays frozen.</param>
public sealed record AgentStop(string By, string Why, bool IsFrozen);

/// <summary>An agent asked for a reset or a pass that one agent alone cannot give.</summary>
/// <param name="NotBefore">From when the agent may go on alone; null when a second person must approve.</param>
public sealed record AskedHelp(ResetFacts Facts, UnixTime? NotBefore);
