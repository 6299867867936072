namespace TwoFactor.Administration.Authorization;

using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// Who may act on whom, checked inside the story's transaction: an agent whose role, hold or sign-in has just changed may do nothing any
/// more.
/// </summary>
public sealed class AgentAuthorization(AccountSeals seals)
{
    /// <summary>The name that owners read for whoever acts on the server's command line.</summary>
    public const string Operator = "an operator of this server";

    /// <summary>The name that owners read for whoever acts.</summary>
    /// <param name="agent">Null when the console acts.</param>
    internal static string NameOf(CurrentSession? agent) => agent?.Account.Name ?? Operator;

    /// <summary>Why the agent does not meet the requirements; null when the agent does.</summary>
    /// <param name="agent">Null when the console acts; it may do everything.</param>
    /// <param name="target">Null when the act is about no single account.</param>
    /// <exception cref="AlteredAccountException">The console acts on an account that somebody changed in the database.</exception>
    internal async Task<AgentRefusal?> RefusalAsync(Work work, CurrentSession? agent, Account? target, Requires requires)
    {
        if (agent is null)
        {
            return target is null || await seals.IsRightAsync(work, target.Id) ? null : throw new AlteredAccountException();
        }

        if (requires.HasFlag(Requires.SomebodyElse) && target?.Id == agent.Account.Id)
        {
            return new AgentRefusal.Oneself();
        }

        return MayByRoles(agent.Account, target, requires)
            && (!requires.HasFlag(Requires.Current) || await IsCurrentAsync(work, agent))
            && await seals.IsRightAsync(work, agent.Account.Id)
            && (target is null || await seals.IsRightAsync(work, target.Id))
            ? null
            : new AgentRefusal.Rank((target ?? agent.Account).Name);
    }

    /// <summary>Whether an account that began something as an admin is still one, and not held.</summary>
    internal async Task<bool> IsAdminAsync(Work work, Guid agent) =>
        await work.Rows.Set<Account>().AnyAsync(account => account.Id == agent && account.Role == Role.Admin)
        && await work.Rows.Set<CodeGuard>().AnyAsync(guard => guard.AccountId == agent && guard.Held == HeldBy.None)
        && await seals.IsRightAsync(work, agent);

    /// <summary>Whether the roles alone allow help: an admin may help everybody else, other agents only accounts of a lower role.</summary>
    public static bool MayHelp(Account agent, Account target)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        return agent.Id != target.Id && MayHelp(agent.Role, target.Role);
    }

    /// <summary>The accounts that an agent of this role may help, for lists.</summary>
    internal static Expression<Func<Account, bool>> IsHelpedBy(Role agent)
    {
        var helped = Enum.GetValues<Role>().Where(role => MayHelp(agent, role)).ToList();
        return account => helped.Contains(account.Role);
    }

    private static bool MayHelp(Role agent, Role target) => agent == Role.Admin || agent.Outranks(target);

    private static bool MayByRoles(Account agent, Account? target, Requires requires) =>
        (!requires.HasFlag(Requires.Admin) || agent.Role == Role.Admin)
        && (target is null
            || ((!requires.HasFlag(Requires.HigherRole) || agent.Role.Outranks(target.Role))
                && (!requires.HasFlag(Requires.Helper) || MayHelp(agent, target))));

    /// <summary>
    /// Whether the agent's sign-in and hold are still as the session says. Every change of a role or hold raises the epoch.
    /// </summary>
    private static Task<bool> IsCurrentAsync(Work work, CurrentSession agent) => work.Rows.Set<CodeGuard>().AnyAsync(
        guard => guard.AccountId == agent.Account.Id && guard.Epoch == agent.Epoch && guard.Held == HeldBy.None);
}
