namespace TwoFactor.Administration.Authorization;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Who may act on whom, asked inside the story's transaction: an agent whose role, hold or sign-in changed a moment ago may nothing any more.</summary>
public sealed class AgentAuthorization(TwoFactorDb database, KeyedHasher keyedHasher)
{
    /// <summary>Who acts on the server's command line, as owners read it.</summary>
    public const string Operator = "an operator of this server";

    /// <summary>Whether the agent stands as the request says. Every change of a role or hold raises the epoch.</summary>
    public Task<bool> IsCurrentAsync(CurrentSession agent, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return database.Set<CodeGuard>().AnyAsync(
            guard => guard.AccountId == agent.Account.Id && guard.Epoch == agent.Epoch && guard.Held == HeldBy.None, cancellation);
    }

    /// <summary>Whether the agent may act on the account: only downwards, and never on a role that somebody wrote into the database.</summary>
    public async Task<bool> OutranksAsync(CurrentSession agent, Account target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        return agent.Account.Role.Outranks(target.Role) && target.HasSealedRole(keyedHasher) && await IsCurrentAsync(agent, cancellation);
    }

    /// <summary>The same, where a link follows, or the addresses are written anew: not to ones that somebody wrote into the database.</summary>
    public async Task<bool> MayMailAsync(CurrentSession agent, Account target, CancellationToken cancellation) =>
        target.HasSealedAddresses(keyedHasher) && await OutranksAsync(agent, target, cancellation);

    /// <summary>For a reset or a pass: an admin helps another admin, but never alone.</summary>
    public async Task<bool> MayHelpAsync(CurrentSession agent, Account target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        return MayHelp(agent.Account, target) && target.IsSealed(keyedHasher) && await IsCurrentAsync(agent, cancellation);
    }

    /// <summary>Who else could approve what this agent asks for: whoever may help the target and can sign in; beside a help-desk agent an admin, for one of the two hands over.</summary>
    public async Task<IReadOnlyList<Account>> ApproversAsync(Account agent, Account target, bool isPrivileged, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        var least = agent.Role == Role.Admin && target.Role == Role.User && !isPrivileged ? Role.Helpdesk : Role.Admin;
        var others = await database.Set<Account>().FromSqlRaw("SELECT o.* FROM account o WHERE " + UsableAdmin.CanSignIn).AsNoTracking()
            .Where(account => (account.Role == Role.Admin || (account.Role == Role.Helpdesk && least == Role.Helpdesk)) && account.Id != agent.Id && account.Id != target.Id)
            .ToListAsync(cancellation);
        return others.FindAll(other => other.HasSealedRole(keyedHasher));
    }

    /// <summary>As <see cref="MayHelpAsync"/>, where the agent's own code is judged next: that refuses whoever stands no longer, and says why.</summary>
    public bool CanReset(CurrentSession agent, Account target)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        return MayHelp(agent.Account, target) && target.IsSealed(keyedHasher);
    }

    /// <summary>By roles alone: an admin may help everybody else, others downwards only.</summary>
    public static bool MayHelp(Account agent, Account target)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        return agent.Id != target.Id && (agent.Role == Role.Admin || agent.Role.Outranks(target.Role));
    }
}
