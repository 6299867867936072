namespace TwoFactor.Administration.Authorization;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>Why an agent may not do something to an account.</summary>
internal abstract record AgentRefusal
{
    private AgentRefusal()
    {
    }

    public sealed record NoSuchAccount : AgentRefusal;

    public sealed record Oneself : AgentRefusal;

    /// <param name="Name">The name of the target; the agent's own name when there is no target.</param>
    public sealed record Rank(string Name) : AgentRefusal;
}

/// <summary>
/// What an act requires of the agent; nothing of the console. Besides, neither account may have been changed in the database.
/// </summary>
[Flags]
internal enum Requires
{
    None = 0,

    /// <summary>
    /// Role, hold and sign-in are still what the session says: an agent whose role has just been taken away may do nothing any more.
    /// </summary>
    Current = 1,

    /// <summary>The agent is an admin.</summary>
    Admin = 2,

    /// <summary>The account is not the agent's own; this refusal has its own answer.</summary>
    SomebodyElse = 4,

    /// <summary>The account's role is below the agent's.</summary>
    HigherRole = 8,

    /// <summary>An admin may help everybody else, other agents only accounts of a lower role.</summary>
    Helper = 16,

    /// <summary>The account's role is lower.</summary>
    Outranks = Current | HigherRole,

    /// <summary>
    /// For a reset or a pass. <see cref="Current"/> is not needed: the agent's own code is judged next, which refuses an agent whose
    /// sign-in has changed, and says why.
    /// </summary>
    MayHelp = SomebodyElse | Helper,
}

/// <summary>One act of an agent: what it requires, and its answer when a requirement is not met.</summary>
/// <param name="Refused">Turns a refusal into the act's answer.</param>
internal sealed record AgentAct<T>(Requires Requires, Func<AgentRefusal, T> Refused)
    where T : IOutcome
{
    /// <summary>The audit event of a refusal.</summary>
    public string RefusalKind { get; init; } = AuditKinds.ActRefused;

    /// <summary>What is locked besides the guards of the agent and of the account.</summary>
    public Locks Locks { get; init; } = Locks.None;

    /// <summary>The act for this account, when the requirements depend on it.</summary>
    public Func<Account, AgentAct<T>>? For { get; init; }
}
