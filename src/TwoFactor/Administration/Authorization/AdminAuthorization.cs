namespace TwoFactor.Administration.Authorization;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Whether somebody may do what is an admin's and concerns no single account, asked inside the story's transaction.</summary>
public sealed class AdminAuthorization(TwoFactorDb database, AgentAuthorization authorization, AuditLog audit)
{
    /// <summary>A refusal is recorded, and the caller's transaction must keep it.</summary>
    /// <param name="agent">Null: the console.</param>
    internal async Task<bool> RequireAdminAsync(CurrentSession? agent, Actor by, CancellationToken cancellation)
    {
        if (agent is null || (agent.Account.Role == Role.Admin && await authorization.IsCurrentAsync(agent, cancellation)))
        {
            return true;
        }

        audit.Record(AuditKinds.ActRefused, agent.Account.Id, by);
        return false;
    }

    /// <summary>The same, for what has a transaction of its own.</summary>
    public Task<bool> CheckAdminAsync(CurrentSession agent, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return database.InTransactionAsync(() => RequireAdminAsync(agent, actor with { Kind = ActorKind.Agent, Account = agent.Account.Id }, cancellation), cancellation);
    }
}
