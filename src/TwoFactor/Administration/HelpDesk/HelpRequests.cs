namespace TwoFactor.Administration.HelpDesk;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Where a request stands.</summary>
public enum HelpStage
{
    /// <summary>For a second person, or for its time.</summary>
    Waiting,

    /// <summary>Nobody could approve it, and its notice is over: whoever asked may go on.</summary>
    Due,

    /// <summary>The admin of the two hands over.</summary>
    Approved,
}

/// <summary>A request that is not over, with those whom it is about.</summary>
/// <param name="HandsOver">Who may show the ticket or pass; null: nobody yet.</param>
public sealed record OpenRequest(HelpRequest Request, Account Target, Account Agent, Account? Second, HelpStage Stage, Account? HandsOver)
{
    /// <summary>
    /// Whether an agent could approve it: somebody else, and an admin unless an admin asked. Also when its notice is over: who came
    /// meanwhile is a second person.
    /// </summary>
    public bool CanBeApprovedBy(Account agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return Stage != HelpStage.Approved && Agent.Id != agent.Id && AgentAuthorization.MayHelp(agent, Target)
            && (agent.Role == Role.Admin || Agent.Role == Role.Admin);
    }

    /// <summary>Whether it waits for this agent: to approve it, or to hand over.</summary>
    public bool WaitsFor(Account agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return CanBeApprovedBy(agent) || HandsOver?.Id == agent.Id;
    }
}

/// <summary>The rows of requests. What was started by one agent alone stands here too, and counts for the day.</summary>
public sealed class HelpRequests(
    TwoFactorDb database, KeyedHasher keyedHasher, HelpLimits limits, TicketLimits tickets, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Adds a request to a story.</summary>
    /// <param name="ripeAt">From when whoever asks may go on alone; null: never.</param>
    /// <param name="isDone">It took nobody else, and is over.</param>
    public HelpRequest Add(Work work, HelpForm form, Guid agent, string verified, string reason, UnixTime? ripeAt, bool isDone)
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
            EndsAt = (ripeAt ?? now) + limits.RequestTime,
            NotBefore = ripeAt,
            EndedAt = isDone ? now : null,
            EndedBecause = isDone ? HelpEnds.Done : null,
            Seal = [],
        };
        row.Seal = SealOf(row, null, null, row.Epoch, row.EndedAt);
        work.Add(row);
        return row;
    }

    /// <summary>How many this agent started in the last 24 hours.</summary>
    public Task<int> StartedLatelyAsync(Work work, Guid agent)
    {
        ArgumentNullException.ThrowIfNull(work);
        var since = work.Now - Day;
        return work.Rows.Set<HelpRequest>().CountAsync(request => request.AgentId == agent && request.AskedAt > since);
    }

    /// <summary>A request that is not over. Null: there is none, or it was altered.</summary>
    public async Task<OpenRequest?> FindAsync(Guid id, CancellationToken cancellation) =>
        (await OpenAsync(request => request.Id == id, cancellation)).SingleOrDefault();

    /// <summary>All that are not over, the oldest first.</summary>
    public Task<IReadOnlyList<OpenRequest>> ListAsync(CancellationToken cancellation) => OpenAsync(request => true, cancellation);

    /// <summary>Those of one account that are not over.</summary>
    public Task<IReadOnlyList<OpenRequest>> OfAsync(Guid account, CancellationToken cancellation) =>
        OpenAsync(request => request.AccountId == account, cancellation);

    /// <summary>Whether this agent asked for the same for this account, and it is not over.</summary>
    public async Task<bool> IsAskedAsync(Guid agent, Guid account, HelpKind kind, CancellationToken cancellation) =>
        (await OpenAsync(
            request => request.AccountId == account && request.AgentId == agent && request.Kind == kind, cancellation)).Count > 0;

    /// <summary>A second person approves. One row is the answer; none: it waits no longer.</summary>
    /// <param name="epoch">Of the guard when the story commits.</param>
    public async Task<bool> ApproveAsync(Work work, HelpRequest request, Guid second, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(request);
        var now = work.Now;
        var seal = SealOf(request, second, now, epoch, endedAt: null);
        return await work.ExecuteAsync(
            $"""
             UPDATE help_request SET second_id={second}, approved_at={now}, epoch={epoch}, seal={seal}
              WHERE id={request.Id} AND approved_at IS NULL AND ended_at IS NULL AND ends_at>{now} AND epoch={request.Epoch}
             """) == 1;
    }

    /// <summary>Ends a request, and says so in its seal: nobody revives it. False: it was over.</summary>
    public async Task<bool> EndAsync(Work work, Guid id, string because)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = work.Now;
        if (await work.Rows.Set<HelpRequest>().AsNoTracking()
            .SingleOrDefaultAsync(request => request.Id == id && request.EndedAt == null) is not { } row)
        {
            return false;
        }

        var seal = SealOf(row, row.SecondId, row.ApprovedAt, row.Epoch, now);
        return await work.ExecuteAsync(
            $"UPDATE help_request SET ended_at={now}, ended_because={because}, seal={seal} WHERE id={id} AND ended_at IS NULL") == 1;
    }

    /// <summary>Forgets requests as long after their end as tickets.</summary>
    /// <returns>How many; as many as a batch holds: there may be more.</returns>
    public Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = work.Now - tickets.Kept;
        return work.ExecuteAsync(
            $"DELETE FROM help_request WHERE id IN (SELECT id FROM help_request WHERE ends_at<{before} LIMIT {Work.Batch})");
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
            join standing in database.Set<CodeGuard>().AsNoTracking() on request.AgentId equals standing.AccountId
            join other in database.Set<Account>().AsNoTracking() on request.SecondId equals other.Id into others
            from second in others.DefaultIfEmpty()
            where request.EndedAt == null && request.EndsAt > now && request.Epoch == guard.Epoch && standing.Held == HeldBy.None
            orderby request.AskedAt
            select new { request, target, agent, second }).ToListAsync(cancellation);
        return [.. rows
            .Where(row => AgentAuthorization.MayHelp(row.agent, row.target) && row.agent.HasSealedRole(keyedHasher)
                && KeyedHasher.Same(
                    row.request.Seal,
                    SealOf(row.request, row.request.SecondId, row.request.ApprovedAt, row.request.Epoch, row.request.EndedAt)))
            .Select(row =>
            {
                var stage = row.request switch
                {
                    { ApprovedAt: not null } => HelpStage.Approved,
                    { NotBefore: { } ripe } when ripe <= now => HelpStage.Due,
                    _ => HelpStage.Waiting,
                };
                var handsOver = stage == HelpStage.Waiting ? null : row.agent.Role == Role.Admin ? row.agent : row.second;
                return new OpenRequest(row.request, row.target, row.agent, row.second, stage, handsOver);
            })];
    }

    private byte[] SealOf(HelpRequest row, Guid? second, UnixTime? approvedAt, Epoch epoch, UnixTime? endedAt) => keyedHasher.Hash(
        "help-request.seal",
        new CanonicalEncoding().Id(row.Id).Text(row.Kind.ToToken()).Id(row.AccountId).Number(epoch.Number).Id(row.AgentId)
            .Text(row.Verified).Text(row.Reason)
            .Number(row.AskedAt.Seconds).Number(row.EndsAt.Seconds).Number(row.NotBefore?.Seconds).Id(second)
            .Number(approvedAt?.Seconds).Number(endedAt?.Seconds).ToArray());
}
