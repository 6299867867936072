namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Handover;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Whether a reset or a pass is possible and what it needs, before anything is typed.</summary>
/// <param name="Refusal">Why it cannot be started; null when it can.</param>
/// <param name="Requirement">What it needs besides this agent.</param>
/// <param name="Trust">How far the target's mailbox is trusted: unless it is, a ticket is handed over in person or not given at
/// all.</param>
public sealed record HelpPreview(HelpOutcome? Refusal, ApprovalRequirement Requirement, MailboxTrust Trust);

/// <summary>
/// An agent starts a reset or a pass. Where one agent is not enough, the request waits for a second person or for its notice period.
/// </summary>
public sealed class HelpDesk(
    AgentActs acts,
    CodeGuards guards,
    ApprovalPolicy policy,
    HelpRequests requests,
    AgentQuota quota,
    HelpHandover handover,
    HelpDeskNotifications notifications,
    AuditLog audit)
{
    /// <summary>Locks the admins as well: the decision depends on who else could approve, so no admin may come or go meanwhile.</summary>
    private static readonly AgentAct<HelpOutcome> Asking = HelpOutcome.Helping with { Locks = Locks.Admins() };

    /// <summary>
    /// The checks that <see cref="AskAsync(CurrentSession, HelpForm, Actor, CancellationToken)"/> begins with, for an agent who is about to
    /// fill in the form.
    /// </summary>
    public async Task<HelpPreview> PreviewAsync(Account agent, Account target, HelpKind kind, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        HelpOutcome? refusal = target switch
        {
            _ when target.Id == agent.Id => new HelpOutcome.Oneself(),
            _ when !AgentAuthorization.MayHelp(agent, target) => new HelpOutcome.RankForbids(),
            _ when kind == HelpKind.Pass => Passes.StandsAgainst(target, await guards.ReadAsync(target.Id, cancellation)),
            _ => Resets.StandsAgainst(target),
        };
        var trust = policy.TrustOf(target);
        if (refusal is not null)
        {
            return new HelpPreview(refusal, new ApprovalRequirement.None(), trust);
        }

        var requirement = await policy.RequirementAsync(agent, target, cancellation);
        return new HelpPreview(
            requirement switch
            {
                ApprovalRequirement.Blocked(var until) =>
                    new HelpOutcome.NoApprover(target.UserName, until.ToDateTimeOffset()),
                not ApprovalRequirement.None when await requests.IsAskedAsync(agent.Id, target.Id, kind, cancellation) =>
                    new HelpOutcome.AskedAlready(),
                _ => null,
            },
            requirement,
            trust);
    }

    /// <summary>
    /// Checks the rank, then whether it is possible, then the form, then the agent's own code. What the code check decides is kept,
    /// whatever follows.
    /// </summary>
    public Task<HelpOutcome> AskAsync(CurrentSession agent, HelpForm form, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(form);
        return acts.RunAsync(agent, form.Target, actor, Asking, (work, target) => AskAsync(work, agent, target, form), cancellation);
    }

    private async Task<HelpOutcome> AskAsync(Work work, CurrentSession agent, Account target, HelpForm form)
    {
        var (refusal, requirement, trust) = await PreviewAsync(agent.Account, target, form.Kind, CancellationToken.None);
        if (refusal is HelpOutcome.NoApprover)
        {
            audit.Record(work, AuditKinds.ResetRefused, target.Id);
        }

        return refusal
            ?? form.Missing(agent.Account.Role, trust != MailboxTrust.Trusted, requirement is not ApprovalRequirement.None)
            ?? await quota.RefusalAsync(work, agent.Account)
            ?? HelpOutcome.Of(await acts.JudgeCodeAsync(work, agent, form.Code))
            ?? await StartAsync(work, agent, target, form, requirement);
    }

    private async Task<HelpOutcome> StartAsync(
        Work work, CurrentSession agent, Account target, HelpForm form, ApprovalRequirement requirement)
    {
        var (verified, reason) = (form.VerifiedWords(), AuditDetail.Sanitize(form.Reason)!);
        var facts = new ResetFacts(agent.Account.Name, reason, verified, work.Now);
        if (requirement is ApprovalRequirement.None)
        {
            requests.Add(work, form, agent.Account.Id, verified, reason, notBefore: null, isDone: true);
            return await handover.CarryOutAsync(work, agent, form, target, facts);
        }

        if ((await guards.ReadAsync(target.Id, CancellationToken.None)).Epoch != form.Epoch)
        {
            return new HelpOutcome.ChangedMeanwhile();
        }

        await guards.RequireOpenAsync(work, target.Id);
        var notBefore = (requirement as ApprovalRequirement.NoticePeriod)?.Until;
        var request = requests.Add(work, form, agent.Account.Id, verified, reason, notBefore, isDone: false);
        audit.Record(
            work,
            form.Kind == HelpKind.Pass ? AuditKinds.PassAsked : AuditKinds.ResetAsked,
            target.Id,
            detail: AuditDetail.Truncate($"verified: {verified}; reason: {reason}"));
        await notifications.NotifyOfRequestAsync(work, request, target, facts, requirement);
        return notBefore is { } alone
            ? new HelpOutcome.AwaitsTime(alone.ToDateTimeOffset())
            : new HelpOutcome.AwaitsSecond(request.EndsAt.ToDateTimeOffset());
    }
}
