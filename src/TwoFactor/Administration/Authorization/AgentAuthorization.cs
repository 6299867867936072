namespace TwoFactor.Administration.Authorization;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// Who may act on whom, asked inside the story's transaction: an agent whose role, hold or sign-in changed a moment ago may nothing any
/// more.
/// </summary>
public sealed class AgentAuthorization(TwoFactorDb database, KeyedHasher keyedHasher)
{
    /// <summary>Who acts on the server's command line, as owners read it.</summary>
    public const string Operator = "an operator of this server";

    /// <summary>Why the agent may not do what demands this; null: the agent may.</summary>
    /// <param name="agent">Null: the console, which may everything.</param>
    /// <param name="target">Null: it is about no single account.</param>
    internal async Task<AgentRefusal?> RefusalAsync(Work work, CurrentSession? agent, Account? target, Requires requires)
    {
        if (agent is null)
        {
            return null;
        }

        if (requires.HasFlag(Requires.SomebodyElse) && target?.Id == agent.Account.Id)
        {
            return new AgentRefusal.Oneself();
        }

        return MayByRoles(agent.Account, target, requires) && (!requires.HasFlag(Requires.Current) || await IsCurrentAsync(work, agent))
            ? null
            : new AgentRefusal.Rank((target ?? agent.Account).Name);
    }

    /// <summary>
    /// Who else could approve what this agent asks for: whoever may help the target and can sign in; beside a help-desk agent an admin,
    /// for one of the two hands over.
    /// </summary>
    public async Task<IReadOnlyList<Account>> ApproversAsync(
        Account agent, Account target, bool isPrivileged, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        var least = agent.Role == Role.Admin && target.Role == Role.User && !isPrivileged ? Role.Helpdesk : Role.Admin;
        var others = await database.Set<Account>().FromSqlRaw("SELECT o.* FROM account o WHERE " + UsableAdmin.CanSignIn).AsNoTracking()
            .Where(account => (account.Role == Role.Admin || (account.Role == Role.Helpdesk && least == Role.Helpdesk))
                && account.Id != agent.Id
                && account.Id != target.Id)
            .ToListAsync(cancellation);
        return others.FindAll(other => other.HasSealedRole(keyedHasher));
    }

    /// <summary>By roles alone: an admin may help everybody else, others downwards only.</summary>
    public static bool MayHelp(Account agent, Account target)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        return agent.Id != target.Id && (agent.Role == Role.Admin || agent.Role.Outranks(target.Role));
    }

    private bool MayByRoles(Account agent, Account? target, Requires requires) =>
        (!requires.HasFlag(Requires.Admin) || agent.Role == Role.Admin)
        && (target is null
            || ((!requires.HasFlag(Requires.HigherRole) || agent.Role.Outranks(target.Role))
                && (!requires.HasFlag(Requires.Helper) || MayHelp(agent, target))
                && (!requires.HasFlag(Requires.SealedRole) || target.HasSealedRole(keyedHasher))
                && (!requires.HasFlag(Requires.SealedAddresses) || target.HasSealedAddresses(keyedHasher))));

    /// <summary>Whether the agent stands as the session says. Every change of a role or hold raises the epoch.</summary>
    private static Task<bool> IsCurrentAsync(Work work, CurrentSession agent) => work.Rows.Set<CodeGuard>().AnyAsync(
        guard => guard.AccountId == agent.Account.Id && guard.Epoch == agent.Epoch && guard.Held == HeldBy.None);
}
