namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>What follows a request: a second person approves it, the admin of the two hands over, or somebody stops it.</summary>
public sealed class ResetApproval(
    TwoFactorDb database, AgentCode agentCode, AgentAuthorization authorization, ApprovalPolicy policy, HelpRequests requests, Resets resets, Passes passes, AuditLog audit, TimeProvider time)
{
    /// <summary>Approves what another asked for. Held, and told to the owner, from now on; where the approver is the admin of the two, who must have seen a badge, the ticket or pass is shown at once.</summary>
    public Task<HelpOutcome> ApproveAsync(CurrentSession agent, Guid id, string? code, bool sawBadge, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, id, actor, async (open, by) =>
        {
            var request = open.Request;
            if (request.AgentId == agent.Account.Id)
            {
                audit.Record(AuditKinds.ResetRefused, request.AccountId, by);
                return new HelpOutcome.OwnRequest();
            }

            if (open.Stage == HelpStage.Approved)
            {
                return new HelpOutcome.NotWaiting();
            }

            var handsOver = open.Agent.Role != Role.Admin;
            if (handsOver && agent.Account.Role != Role.Admin)
            {
                audit.Record(AuditKinds.ResetRefused, request.AccountId, by);
                return new HelpOutcome.AdminMustApprove(open.Agent.Name);
            }

            if (handsOver && !sawBadge)
            {
                return new HelpOutcome.Incomplete([HelpGap.BadgeNotSeen]);
            }

            if (await agentCode.JudgeAsync(agent, request.AccountId, code, by, cancellation) is { } refused)
            {
                return refused;
            }

            var epoch = request.Kind == HelpKind.Reset ? request.Epoch + 1 : request.Epoch;
            if (!await requests.ApproveAsync(request, agent.Account.Id, epoch, cancellation))
            {
                return new HelpOutcome.NotWaiting();
            }

            var facts = Facts(request, $"{open.Agent.Name}, approved by {agent.Account.Name}");
            if (request.Kind == HelpKind.Reset && !await resets.HoldAsync(open.Target, request.Epoch, facts, Delivery.HandOver, by, cancellation))
            {
                return new HelpOutcome.ChangedMeanwhile();
            }

            if (handsOver)
            {
                return await ShowAsync(open, epoch, facts, by, cancellation);
            }

            audit.Record(AuditKinds.RequestApproved, request.AccountId, by);
            return new HelpOutcome.Approved(request.Kind);
        }, cancellation);

    /// <summary>The admin of the two, or after its notice whoever asked, has the owner before them with a badge: the ticket or pass is shown, once.</summary>
    public Task<HelpOutcome> HandOverAsync(CurrentSession agent, Guid id, string? code, bool sawBadge, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, id, actor, async (open, by) =>
        {
            var request = open.Request;
            if (open.HandsOver is null)
            {
                return open.Request.NotBefore is { } ripe ? new HelpOutcome.AwaitsTime(DateTimeOffset.FromUnixTimeSeconds(ripe)) : new HelpOutcome.NotWaiting();
            }

            if (open.HandsOver.Id != agent.Account.Id || agent.Account.Role != Role.Admin)
            {
                audit.Record(AuditKinds.ResetRefused, request.AccountId, by);
                return new HelpOutcome.OtherHandsOver(open.HandsOver.Name);
            }

            // The notice stood for a second person who did not exist; one who came meanwhile is asked.
            if (open.Stage == HelpStage.Due && await policy.RequirementAsync(agent.Account, open.Target, cancellation) is ApprovalRequirement.SecondApprover(var approvers))
            {
                audit.Record(AuditKinds.ResetRefused, request.AccountId, by);
                return new HelpOutcome.SecondCame(string.Join(" or ", approvers.Take(3).Select(approver => approver.Name)));
            }

            if (!sawBadge)
            {
                return new HelpOutcome.Incomplete([HelpGap.BadgeNotSeen]);
            }

            if (await agentCode.JudgeAsync(agent, request.AccountId, code, by, cancellation) is { } refused)
            {
                return refused;
            }

            var epoch = request.Epoch;
            var facts = Facts(request, open.Second is { } second ? $"{open.Agent.Name}, approved by {second.Name}" : $"{open.Agent.Name}, after the notice that nobody objected to");
            if (open.Stage == HelpStage.Due && request.Kind == HelpKind.Reset)
            {
                if (!await resets.HoldAsync(open.Target, epoch, facts, Delivery.HandOver, by, cancellation))
                {
                    return new HelpOutcome.ChangedMeanwhile();
                }

                epoch++;
            }

            return await ShowAsync(open, epoch, facts, by, cancellation);
        }, cancellation);

    /// <summary>Stops a request before it is handed over: whoever asked, or anybody who may help the account. An account that is held by it stays so.</summary>
    public Task<HelpOutcome> CancelAsync(CurrentSession agent, Guid id, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, id, actor, async (open, by) =>
        {
            // No code is judged here.
            if (!await authorization.IsCurrentAsync(agent, cancellation))
            {
                audit.Record(AuditKinds.ResetRefused, open.Target.Id, by);
                return new HelpOutcome.RankForbids();
            }

            if (!await requests.EndAsync(open.Request.Id, HelpEnds.Cancelled, cancellation))
            {
                return new HelpOutcome.NotWaiting();
            }

            audit.Record(AuditKinds.RequestCancelled, open.Target.Id, by);
            return new HelpOutcome.RequestStopped();
        }, cancellation);

    private Task<HelpOutcome> ActAsync(
        CurrentSession agent, Guid id, Actor actor, Func<OpenRequest, Actor, Task<HelpOutcome>> act, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var by = actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                if (await requests.FindAsync(id, cancellation) is not { } open)
                {
                    return new HelpOutcome.NotWaiting();
                }

                if (!authorization.CanReset(agent, open.Target))
                {
                    audit.Record(AuditKinds.ResetRefused, open.Target.Id, by);
                    return open.Target.Id == agent.Account.Id ? new HelpOutcome.Oneself() : new HelpOutcome.RankForbids();
                }

                return await act(open, by);
            },
            keep: AgentCode.IsKept,
            cancellation);
    }

    private async Task<HelpOutcome> ShowAsync(OpenRequest open, long epoch, ResetFacts facts, Actor by, CancellationToken cancellation)
    {
        var outcome = open.Request.Kind == HelpKind.Pass
            ? await passes.GiveAsync(open.Target, epoch, facts, Delivery.HandOver, by, cancellation)
            : resets.Issue(open.Target, epoch, Delivery.HandOver);
        if (outcome is HelpOutcome.HandOver or HelpOutcome.HandOverPass)
        {
            await requests.EndAsync(open.Request.Id, HelpEnds.Done, cancellation);
            audit.Record(AuditKinds.TicketShown, open.Target.Id, by);
        }

        return outcome;
    }

    private ResetFacts Facts(HelpRequest request, string who) => new(who, request.Reason, request.Verified, time.GetUtcNow().ToUnixTimeSeconds());
}
