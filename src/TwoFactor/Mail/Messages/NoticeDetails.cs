namespace TwoFactor.Mail.Messages;

using TwoFactor.Storage;

/// <summary>A mail address that was changed.</summary>
/// <param name="Which">"mail address" or "second mail address".</param>
/// <param name="From">Null: there was none.</param>
/// <param name="To">Null: there is none now.</param>
/// <param name="By">Who did it, as people call them.</param>
/// <param name="CoolingOffEnds">Until when the new one receives nothing.</param>
public sealed record ChangedAddress(string Which, string? From, string? To, string By, UnixTime CoolingOffEnds);

/// <summary>A role that was changed.</summary>
/// <param name="By">Who changed it, as the value of "Who".</param>
public sealed record ChangedRole(string From, string To, string By);

/// <summary>An agent stopped a reset.</summary>
/// <param name="By">The agent.</param>
/// <param name="IsFrozen">A freeze stays.</param>
public sealed record AgentStop(string By, string Why, bool IsFrozen);

/// <summary>An agent asked for help that needs more than one.</summary>
/// <param name="NotBefore">From when the agent may go on alone; null: a second person must approve.</param>
public sealed record AskedHelp(ResetFacts Facts, UnixTime? NotBefore);
