namespace TwoFactor.Administration.HelpDesk;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The stage of an open request.</summary>
public enum HelpStage
{
    /// <summary>It waits for a second person, or for the end of its notice period.</summary>
    Waiting,

    /// <summary>Nobody could approve it, and its notice period is over: the agent who asked may go on.</summary>
    Due,

    /// <summary>It is approved. The admin among the two agents hands over.</summary>
    Approved,
}

/// <summary>An open request, with the accounts that it involves.</summary>
/// <param name="Approvers">Who may approve it.</param>
public sealed record OpenRequest(
    HelpRequest Request, Account Target, Account Agent, Account? Second, HelpStage Stage, ApproverRule Approvers)
{
    /// <summary>Whether it is the agent who approves that hands over.</summary>
    public bool ApproverHandsOver => Approvers.ApproverHandsOver;

    /// <summary>Who may hand over the ticket or pass; null when nobody may yet.</summary>
    public Account? HandsOver => Stage == HelpStage.Waiting ? null : ApproverHandsOver ? Second : Agent;

    /// <summary>
    /// Whether an agent could approve it. This holds even after the notice period: somebody who could not approve before may be able to
    /// now.
    /// </summary>
    public bool CanBeApprovedBy(Account agent) => Stage != HelpStage.Approved && Approvers.RefusalOf(agent) is null;

    /// <summary>Whether this agent can approve it or hand it over.</summary>
    public bool WaitsFor(Account agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return CanBeApprovedBy(agent) || HandsOver?.Id == agent.Id;
    }
}

/// <summary>The rows of requests. Acts that needed only one agent are here too, and count for the daily limit.</summary>
public sealed class HelpRequests(
    TwoFactorDb database,
    CodeGuards guards,
    AccountSeals seals,
    Approvers approvers,
    AuditLog audit,
    HelpLimits limits,
    TicketLimits tickets,
    TimeProvider time)
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Adds a request to a story, which has opened the account unless the request has ended already.</summary>
    /// <param name="notBefore">When the agent who asks may go on alone; null for never.</param>
    /// <param name="isDone">Whether one agent was enough: the request has already ended.</param>
    public HelpRequest Add(Work work, HelpForm form, Guid agent, string verified, string reason, UnixTime? notBefore, bool isDone)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(form);
        var now = work.Now;
        var row = new HelpRequest
        {
            Id = Guid.CreateVersion7(work.Now.ToDateTimeOffset()),
            Kind = form.Kind,
            AccountId = form.Target,
            Epoch = form.Epoch,
            AgentId = agent,
            Verified = verified,
            Reason = reason,
            AskedAt = now,
            EndsAt = (notBefore ?? now) + limits.RequestTime,
            NotBefore = notBefore,
            EndedAt = isDone ? now : null,
            EndedBecause = isDone ? HelpEnds.Done : null,
        };
        work.Add(row);
        if (!isDone)
        {
            work.Revisions.NoteChange(form.Target);
        }

        return row;
    }

    /// <summary>How many this agent started in the last 24 hours.</summary>
    public Task<int> StartedLatelyAsync(Work work, Guid agent)
    {
        ArgumentNullException.ThrowIfNull(work);
        var since = work.Now - Day;
        return work.Rows.Set<HelpRequest>().CountAsync(request => request.AgentId == agent && request.AskedAt > since);
    }

    /// <summary>Finds an open request. Returns null when there is none, or when an account of it was changed in the database.</summary>
    public async Task<OpenRequest?> FindAsync(Guid id, CancellationToken cancellation) =>
        (await OpenAsync(request => request.Id == id, cancellation)).SingleOrDefault();

    /// <summary>A request that has ended.</summary>
    public Task<HelpRequest?> FindEndedAsync(Guid id, CancellationToken cancellation) => database.Set<HelpRequest>().AsNoTracking()
        .SingleOrDefaultAsync(request => request.Id == id && request.EndedAt != null, cancellation);

    /// <summary>All open requests, oldest first.</summary>
    public Task<IReadOnlyList<OpenRequest>> ListAsync(CancellationToken cancellation) => OpenAsync(request => true, cancellation);

    /// <summary>The open requests of one account.</summary>
    public Task<IReadOnlyList<OpenRequest>> OfAsync(Guid account, CancellationToken cancellation) =>
        OpenAsync(request => request.AccountId == account, cancellation);

    /// <summary>Whether this agent has an open request of this kind for this account.</summary>
    public async Task<bool> IsAskedAsync(Guid agent, Guid account, HelpKind kind, CancellationToken cancellation) =>
        (await OpenAsync(
            request => request.AccountId == account && request.AgentId == agent && request.Kind == kind, cancellation)).Count > 0;

    /// <summary>A second person approves. Returns false when the request no longer waits.</summary>
    /// <param name="epoch">The guard's epoch when the story commits.</param>
    public async Task<bool> ApproveAsync(Work work, HelpRequest request, Guid second, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(request);
        var now = work.Now;
        if (!await guards.OpenAsync(work, request.AccountId))
        {
            return false;
        }

        work.Revisions.NoteChange(request.AccountId);
        return await work.ExecuteAsync(
            $"""
             UPDATE help_request SET second_id={second}, approved_at={now}, epoch={epoch}
              WHERE id={request.Id} AND approved_at IS NULL AND ended_at IS NULL AND ends_at>{now} AND epoch={request.Epoch}
             """) == 1;
    }

    /// <summary>Ends a request. Returns false when it had already ended.</summary>
    public async Task<bool> EndAsync(Work work, HelpRequest request, string because)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(request);
        if (!await guards.OpenAsync(work, request.AccountId)
            || await work.ExecuteAsync(
                $"UPDATE help_request SET ended_at={work.Now}, ended_because={because} WHERE id={request.Id} AND ended_at IS NULL") != 1)
        {
            return false;
        }

        work.Revisions.NoteChange(request.AccountId);
        return true;
    }

    /// <summary>Ends the requests whose time is over, and deletes those that ended as long ago as tickets are kept.</summary>
    /// <returns>How many; as many as a batch holds: there may be more.</returns>
    public async Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        await ExpireAsync(work);
        var before = work.Now - tickets.Kept;
        return await work.ExecuteAsync(
            $"""
             DELETE FROM help_request WHERE id IN
              (SELECT id FROM help_request WHERE ends_at<{before} AND ended_at IS NOT NULL LIMIT {Work.Batch})
             """);
    }

    /// <summary>Few requests are open at a time, so a story ends all of them that are over.</summary>
    private async Task ExpireAsync(Work work)
    {
        var now = work.Now;
        var over = await work.Rows.Set<HelpRequest>().AsNoTracking().Where(request => request.EndedAt == null && request.EndsAt <= now)
            .OrderBy(request => request.AskedAt).Take(MostAtOnce).ToListAsync();
        var others = over.Select(request => request.AccountId).Where(account => !work.Locks.Holds(account)).ToList();
        if (others.Count > 0)
        {
            throw new OtherLocksException(others);
        }

        foreach (var request in over)
        {
            if (await EndAsync(work, request, HelpEnds.Expired))
            {
                audit.Record(work, AuditKinds.RequestExpired, request.AccountId);
            }
        }
    }

    private async Task<IReadOnlyList<OpenRequest>> OpenAsync(
        System.Linq.Expressions.Expression<Func<HelpRequest, bool>> which, CancellationToken cancellation)
    {
        var now = time.Now();
        var rows = await (
            from request in database.Set<HelpRequest>().AsNoTracking().Where(which)
            join target in database.Set<Account>().AsNoTracking() on request.AccountId equals target.Id
            join guard in database.Set<CodeGuard>().AsNoTracking() on request.AccountId equals guard.AccountId
            join agent in database.Set<Account>().AsNoTracking() on request.AgentId equals agent.Id
            join agentGuard in database.Set<CodeGuard>().AsNoTracking() on request.AgentId equals agentGuard.AccountId
            join other in database.Set<Account>().AsNoTracking() on request.SecondId equals other.Id into others
            from second in others.DefaultIfEmpty()
            where request.EndedAt == null && request.EndsAt > now && request.Epoch == guard.Epoch && agentGuard.Held == HeldBy.None
            orderby request.AskedAt
            select new { request, target, agent, second }).ToListAsync(cancellation);
        var open = new List<OpenRequest>();
        foreach (var row in rows.Where(row => AgentAuthorization.MayHelp(row.agent, row.target)))
        {
            if (!await seals.IsRightAsync(row.target.Id, cancellation) || !await seals.IsRightAsync(row.agent.Id, cancellation))
            {
                continue;
            }

            var stage = row.request switch
            {
                { ApprovedAt: not null } => HelpStage.Approved,
                { NotBefore: { } moment } when moment <= now => HelpStage.Due,
                _ => HelpStage.Waiting,
            };
            open.Add(new OpenRequest(
                row.request, row.target, row.agent, row.second, stage, approvers.RuleFor(row.agent, row.target)));
        }

        return open;
    }
}
