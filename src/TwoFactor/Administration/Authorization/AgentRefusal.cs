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

    /// <param name="Name">Of whom it is about; the agent's own where it is about nobody.</param>
    public sealed record Rank(string Name) : AgentRefusal;
}

/// <summary>What an act demands of the agent who does it. The console is asked for nothing of it.</summary>
[Flags]
internal enum Requires
{
    None = 0,

    /// <summary>
    /// Role, hold and sign-in are what the session says: an agent whose role was taken a moment ago may nothing any more.
    /// </summary>
    Current = 1,

    /// <summary>An admin.</summary>
    Admin = 2,

    /// <summary>The account is not the agent's own, and that has an answer of its own.</summary>
    SomebodyElse = 4,

    /// <summary>The account's role is below the agent's.</summary>
    HigherRole = 8,

    /// <summary>The account's role was not written into the database by somebody else.</summary>
    SealedRole = 16,

    /// <summary>The account's addresses were not written into the database by somebody else.</summary>
    SealedAddresses = 32,

    /// <summary>An admin may help everybody else, others downwards only.</summary>
    Helper = 64,

    /// <summary>Only downwards, and never on a role that somebody wrote into the database.</summary>
    Outranks = Current | HigherRole | SealedRole,

    /// <summary>A link follows, or the addresses are written anew: not to ones that somebody wrote into the database.</summary>
    MayMail = Outranks | SealedAddresses,

    /// <summary>A reset or a pass. The agent's own code is judged next: that refuses whoever stands no longer, and says why.</summary>
    MayHelp = SomebodyElse | Helper | SealedRole | SealedAddresses,
}

/// <summary>One act of an agent: what it demands, and what it answers where that is not given.</summary>
/// <param name="Refused">The answer to a refusal.</param>
internal sealed record AgentAct<T>(Requires Requires, Func<AgentRefusal, T> Refused)
    where T : IOutcome
{
    /// <summary>The event of a refusal by rank.</summary>
    public string RefusalKind { get; init; } = AuditKinds.ActRefused;

    /// <summary>What is locked beside the guards of the agent and of the account.</summary>
    public Locks Locks { get; init; } = Locks.None;

    /// <summary>What it demands of this account, where that depends on it.</summary>
    public Func<Account, AgentAct<T>>? For { get; init; }
}
