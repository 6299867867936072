namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Handover;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>What follows a request: a second person approves it, the admin among the two agents hands over, or somebody stops it.</summary>
public sealed class ResetApproval(AgentActs acts, ApprovalPolicy policy, HelpRequests requests, HelpHandover handover, AuditLog audit)
{
    /// <summary>
    /// Approves another agent's request. For a reset, the account is held and its owner notified from now on. When the approver is the one
    /// who hands over, and so must have seen a badge, the ticket or pass is shown at once.
    /// </summary>
    public Task<HelpOutcome> ApproveAsync(
        CurrentSession agent, Guid id, string? code, bool sawBadge, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, id, HelpOutcome.Helping, actor, (work, open) => ApproveAsync(work, agent, open, code, sawBadge), cancellation);

    /// <summary>
    /// Shows the ticket or pass, once, to the admin among the two agents, or after the notice period to the admin who asked. That admin has
    /// seen the owner's badge.
    /// </summary>
    public Task<HelpOutcome> HandOverAsync(
        CurrentSession agent, Guid id, string? code, bool sawBadge, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, id, HandingOver, actor, (work, open) => HandOverAsync(work, agent, open, code, sawBadge), cancellation);

    /// <summary>
    /// Stops a request before it is handed over. The agent who asked may do it, and everybody who may help the account. An account that the
    /// reset already holds stays held.
    /// </summary>
    public Task<HelpOutcome> CancelAsync(CurrentSession agent, Guid id, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, id, Cancelling, actor, CancelAsync, cancellation);

    /// <summary>
    /// Locks the admins as well: the decision depends on whether somebody could approve by now, so no admin may come or go meanwhile.
    /// </summary>
    private static AgentAct<HelpOutcome> HandingOver { get; } = HelpOutcome.Helping with { Locks = Locks.Admins() };

    /// <summary>No code is judged here, so the agent's sign-in is checked instead.</summary>
    private static AgentAct<HelpOutcome> Cancelling { get; } = HelpOutcome.Helping with { Requires = Requires.MayHelp | Requires.Current };

    private async Task<HelpOutcome> ApproveAsync(Work work, CurrentSession agent, OpenRequest open, string? code, bool sawBadge)
    {
        var request = open.Request;
        if (open.Stage == HelpStage.Approved && request.AgentId != agent.Account.Id)
        {
            return new HelpOutcome.NotWaiting();
        }

        if (HelpOutcome.ForApprover(open, agent.Account) is { } why)
        {
            return Refused(work, request, why);
        }

        if (open.ApproverHandsOver && !sawBadge)
        {
            return new HelpOutcome.Incomplete([HelpFormProblem.BadgeNotSeen]);
        }

        if (HelpOutcome.Of(await acts.JudgeCodeAsync(work, agent, code)) is { } refused)
        {
            return refused;
        }

        // If the account changed meanwhile, the approval is rolled back with the hold, but the agent's code stays spent.
        return await TryAsync(work, () => CarryOutApprovalAsync(work, agent, open));
    }

    private async Task<HelpOutcome> CarryOutApprovalAsync(Work work, CurrentSession agent, OpenRequest open)
    {
        var approver = agent.Account;
        var request = open.Request;
        var epoch = request.Kind == HelpKind.Reset ? request.Epoch.Next() : request.Epoch;
        if (!await requests.ApproveAsync(work, request, approver.Id, epoch))
        {
            return new HelpOutcome.NotWaiting();
        }

        var facts = Facts(work, request, $"{open.Agent.Name}, approved by {approver.Name}");
        if (request.Kind == HelpKind.Reset && !await handover.HoldAsync(work, open.Target, request.Epoch, facts))
        {
            return new HelpOutcome.ChangedMeanwhile();
        }

        if (open.ApproverHandsOver)
        {
            return await ShowAsync(work, agent, open, epoch, facts);
        }

        audit.Record(work, AuditKinds.RequestApproved, request.AccountId);
        return new HelpOutcome.Approved(request.Kind);
    }

    private async Task<HelpOutcome> HandOverAsync(Work work, CurrentSession agent, OpenRequest open, string? code, bool sawBadge)
    {
        var request = open.Request;
        if (open.HandsOver is null)
        {
            return request.NotBefore is { } alone
                ? new HelpOutcome.AwaitsTime(alone.ToDateTimeOffset())
                : new HelpOutcome.NotWaiting();
        }

        if (open.HandsOver.Id != agent.Account.Id || agent.Account.Role != Role.Admin)
        {
            return Refused(work, request, new HelpOutcome.OtherHandsOver(open.HandsOver.Name));
        }

        // The notice period replaced a second person because there was none. If there is one by now, that person must approve.
        if (open.Stage == HelpStage.Due
            && await policy.RequirementAsync(
                agent.Account, open.Target, CancellationToken.None) is ApprovalRequirement.SecondApprover(var approvers))
        {
            var names = approvers.Take(3).Select(approver => approver.Name);
            return Refused(work, request, new HelpOutcome.ApproverNowAvailable(string.Join(" or ", names)));
        }

        if (!sawBadge)
        {
            return new HelpOutcome.Incomplete([HelpFormProblem.BadgeNotSeen]);
        }

        if (HelpOutcome.Of(await acts.JudgeCodeAsync(work, agent, code)) is { } refused)
        {
            return refused;
        }

        var facts = Facts(work, request, open.Second is { } second
            ? $"{open.Agent.Name}, approved by {second.Name}"
            : $"{open.Agent.Name}, after the notice that nobody objected to");
        return await TryAsync(work, () => CarryOutHandOverAsync(work, agent, open, facts));
    }

    private async Task<HelpOutcome> CarryOutHandOverAsync(Work work, CurrentSession agent, OpenRequest open, ResetFacts facts)
    {
        var request = open.Request;
        if (open.Stage != HelpStage.Due || request.Kind != HelpKind.Reset)
        {
            return await ShowAsync(work, agent, open, request.Epoch, facts);
        }

        return await handover.HoldAsync(work, open.Target, request.Epoch, facts)
            ? await ShowAsync(work, agent, open, request.Epoch.Next(), facts)
            : new HelpOutcome.ChangedMeanwhile();
    }

    private async Task<HelpOutcome> CancelAsync(Work work, OpenRequest open)
    {
        if (!await requests.EndAsync(work, open.Request, HelpEnds.Cancelled))
        {
            return new HelpOutcome.NotWaiting();
        }

        audit.Record(work, AuditKinds.RequestCancelled, open.Target.Id);
        return new HelpOutcome.RequestStopped();
    }

    private async Task<HelpOutcome> ActAsync(
        CurrentSession agent,
        Guid id,
        AgentAct<HelpOutcome> act,
        Actor actor,
        Func<Work, OpenRequest, Task<HelpOutcome>> story,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (await requests.FindAsync(id, cancellation) is not { } found)
        {
            return new HelpOutcome.NotWaiting();
        }

        // A request ends when the agent who asked is held or loses the role, so that agent's guard is locked too.
        var locked = act with { Locks = act.Locks.And(Locks.Of(found.Agent.Id)) };
        return await acts.RunAsync(
            agent,
            found.Target.Id,
            actor,
            locked,
            async (work, target) => await requests.FindAsync(id, CancellationToken.None) is { } open && open.Target.Id == target.Id
                ? await story(work, open)
                : new HelpOutcome.NotWaiting(),
            cancellation);
    }

    private static async Task<HelpOutcome> TryAsync(Work work, Func<Task<HelpOutcome>> part) =>
        (await work.TryAsync(async () => new Attempt(await part()))).Outcome;

    private async Task<HelpOutcome> ShowAsync(Work work, CurrentSession agent, OpenRequest open, Epoch epoch, ResetFacts facts)
    {
        var outcome = await handover.ShowAsync(work, agent, open.Request.Kind, open.Target, epoch, facts);
        if (outcome is HelpOutcome.HandOver or HelpOutcome.HandOverPass)
        {
            await requests.EndAsync(work, open.Request, HelpEnds.Done);
            audit.Record(work, AuditKinds.TicketShown, open.Target.Id);
        }

        return outcome;
    }

    private HelpOutcome Refused(Work work, HelpRequest request, HelpOutcome why)
    {
        audit.Record(work, AuditKinds.ResetRefused, request.AccountId);
        return why;
    }

    private static ResetFacts Facts(Work work, HelpRequest request, string who) =>
        new(who, request.Reason, request.Verified, work.Now);

    /// <summary>The part of a story after the agent's code was judged; it may be rolled back alone.</summary>
    private sealed record Attempt(HelpOutcome Outcome) : IOutcome
    {
        public bool Commits => Outcome is not (HelpOutcome.ChangedMeanwhile or HelpOutcome.NotWaiting);
    }
}
