namespace TwoFactor.Administration.Authorization;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;

/// <summary>
/// The common frame of everything that an agent or the console does: it locks the guards, reads the account, checks the rank and records a
/// refusal.
/// </summary>
public sealed class AgentActs(UnitOfWork unitOfWork, AgentAuthorization authorization, Proofs proofs, CodeCheck check, AuditLog audit)
{
    /// <summary>Whether the agent is still an admin. A refusal is recorded.</summary>
    public async Task<bool> CheckAdminAsync(CurrentSession agent, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var act = new AgentAct<Committed<bool>>(Requires.Admin | Requires.Current, _ => new Committed<bool>(false));
        return (await RunAsync(
            agent, actor, act, about: agent.Account.Id, _ => Task.FromResult(new Committed<bool>(true)), cancellation)).Value;
    }

    /// <summary>Runs a story about one account.</summary>
    /// <param name="agent">Null when the console acts.</param>
    internal Task<T> RunAsync<T>(
        CurrentSession? agent, Guid target, Actor actor, AgentAct<T> act, Func<Work, Account, Task<T>> story,
        CancellationToken cancellation)
        where T : IOutcome => unitOfWork.RunAsync(
        By(agent, actor),
        act.Locks.And(agent is null ? Locks.Of(target) : Locks.Of(target, agent.Account.Id)),
        async work =>
        {
            if (await work.Rows.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == target) is not { } account)
            {
                return act.Refused(new AgentRefusal.NoSuchAccount());
            }

            var asked = act.For?.Invoke(account) ?? act;
            if (await authorization.RefusalAsync(work, agent, account, asked.Requires) is { } refusal)
            {
                audit.Record(work, asked.RefusalKind, target);
                return asked.Refused(refusal);
            }

            return await story(work, account);
        },
        cancellation);

    /// <summary>Runs a story that is about no single account.</summary>
    /// <param name="agent">Null when the console acts.</param>
    /// <param name="about">The account that the event of a refusal names.</param>
    internal Task<T> RunAsync<T>(
        CurrentSession? agent, Actor actor, AgentAct<T> act, Guid? about, Func<Work, Task<T>> story, CancellationToken cancellation)
        where T : IOutcome => unitOfWork.RunAsync(
        By(agent, actor),
        agent is null ? act.Locks : act.Locks.And(Locks.Of(agent.Account.Id)),
        async work =>
        {
            if (await authorization.RefusalAsync(work, agent, null, act.Requires) is { } refusal)
            {
                audit.Record(work, act.RefusalKind, about);
                return act.Refused(refusal);
            }

            return await story(work);
        },
        cancellation);

    /// <summary>Whether the agent gave a code of their own a short time ago.</summary>
    /// <param name="agent">Null when the console acts; it needs no code.</param>
    internal bool IsProven(CurrentSession? agent) => agent is null || proofs.Has(agent, ProofFor.Accounts);

    /// <summary>
    /// Judges the agent's own code, typed in the same form as the act, so that a session left open is not enough. Returns null when it is
    /// accepted.
    /// </summary>
    internal async Task<CodeVerdict?> JudgeCodeAsync(Work work, CurrentSession agent, string? typed)
    {
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return new CodeVerdict.Malformed(length);
        }

        var verdict = await check.JudgeAsync(work, agent.Account.Id, agent.Epoch, code, HeldBy.None);
        return verdict is CodeVerdict.Accepted ? null : verdict;
    }

    private static Actor By(CurrentSession? agent, Actor actor) =>
        agent is null ? actor : actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
}
