namespace TwoFactor.Administration;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Whether somebody may do what is an admin's and concerns no single account, asked inside the story's transaction.</summary>
public sealed class AdminActs(TwoFactorDb database, Ranks ranks, AuditLog audit)
{
    /// <summary>A refusal is recorded, and the caller's transaction must keep it.</summary>
    /// <param name="agent">Null: the console.</param>
    internal async Task<bool> MayAsync(SignedIn? agent, Origin by, CancellationToken cancellation)
    {
        if (agent is null || (agent.Account.Role == Role.Admin && await ranks.StandsAsync(agent, cancellation)))
        {
            return true;
        }

        audit.Record(AuditKinds.ActRefused, agent.Account.Id, by);
        return false;
    }

    /// <summary>The same, for what has a transaction of its own.</summary>
    public Task<bool> JudgeAsync(SignedIn agent, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return database.InTransactionAsync(() => MayAsync(agent, origin with { By = ActorKind.Agent, Actor = agent.Account.Id }, cancellation), cancellation);
    }
}
