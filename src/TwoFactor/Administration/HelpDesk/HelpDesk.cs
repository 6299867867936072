namespace TwoFactor.Administration.HelpDesk;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>An agent starts a reset or a pass: alone where that is enough, otherwise it waits for a second person, or for its notice.</summary>
public sealed class HelpDesk(
    TwoFactorDb database,
    AgentCode agentCode,
    CodeGuards guards,
    AgentAuthorization authorization,
    ApprovalPolicy policy,
    HelpRequests requests,
    HelpLimits limits,
    Resets resets,
    Passes passes,
    HelpDeskNotifications letters,
    AuditLog audit,
    TimeProvider time)
{
    /// <summary>The rank is judged first, then what stands against it, then the form, then the agent's own code; what the code decides is kept whatever follows.</summary>
    public Task<HelpOutcome> AskAsync(CurrentSession agent, HelpForm form, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(form);
        var by = actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                var target = await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == form.Target, cancellation);
                if (await RefusalAsync(agent, target, form.Kind, by, cancellation) is { } refusal)
                {
                    return refusal;
                }

                var requirement = await policy.RequirementAsync(agent.Account, target!, cancellation);
                if (requirement is ApprovalRequirement.Blocked(var until))
                {
                    audit.Record(AuditKinds.ResetRefused, target!.Id, by);
                    return new HelpOutcome.NobodyElse(target.UserName, DateTimeOffset.FromUnixTimeSeconds(until));
                }

                if (requirement is not ApprovalRequirement.None && await requests.IsAskedAsync(agent.Account.Id, target!.Id, form.Kind, cancellation))
                {
                    return new HelpOutcome.AskedAlready();
                }

                return form.Missing(agent.Account.Role, policy.TrustOf(target!) != MailboxTrust.Trusted, requirement is not ApprovalRequirement.None)
                    ?? await TooManyAsync(agent, by, cancellation)
                    ?? await agentCode.JudgeAsync(agent, target!.Id, form.Code, by, cancellation)
                    ?? await StartAsync(agent, target, form, requirement, by, cancellation);
            },
            keep: AgentCode.IsKept,
            cancellation);
    }

    private async Task<HelpOutcome?> RefusalAsync(CurrentSession agent, Account? target, HelpKind kind, Actor by, CancellationToken cancellation)
    {
        HelpOutcome? refusal = target switch
        {
            null => new HelpOutcome.NoSuchAccount(),
            _ when target.Id == agent.Account.Id => new HelpOutcome.Oneself(),
            _ when !authorization.CanReset(agent, target) => new HelpOutcome.RankForbids(),
            _ when kind == HelpKind.Pass => Passes.StandsAgainst(target, await guards.ReadAsync(target.Id, cancellation)),
            { EnrolledAt: null } => new HelpOutcome.NotEnrolledYet(),
            _ => null,
        };
        if (refusal is HelpOutcome.Oneself or HelpOutcome.RankForbids)
        {
            audit.Record(AuditKinds.ResetRefused, target!.Id, by);
        }

        return refusal;
    }

    /// <summary>One agent's many resets are the mark of one who was bribed, or whose session was stolen: they end, and the admins are told.</summary>
    private async Task<HelpOutcome?> TooManyAsync(CurrentSession agent, Actor by, CancellationToken cancellation)
    {
        if (await requests.StartedLatelyAsync(agent.Account.Id, cancellation) < limits.StartedADay)
        {
            return null;
        }

        await letters.AlarmOnceAsync(agent.Account, limits.StartedADay, cancellation);
        await audit.TallyAsync(AuditKinds.AlarmAgentLimit, agent.Account.Id, by, cancellation);
        return new HelpOutcome.TooMany(limits.StartedADay);
    }

    private async Task<HelpOutcome> StartAsync(CurrentSession agent, Account target, HelpForm form, ApprovalRequirement requirement, Actor by, CancellationToken cancellation)
    {
        var (verified, reason) = (form.VerifiedWords(), AuditDetail.Sanitize(form.Reason)!);
        var facts = new ResetFacts(agent.Account.Name, reason, verified, time.GetUtcNow().ToUnixTimeSeconds());
        if (requirement is ApprovalRequirement.None)
        {
            requests.Add(form, agent.Account.Id, verified, reason, ripeAt: null, isDone: true);
            return await CarryOutAsync(form.Kind, target, form.Epoch, facts, form.Delivery!.Value, by, cancellation);
        }

        if ((await guards.ReadAsync(target.Id, cancellation)).Epoch != form.Epoch)
        {
            return new HelpOutcome.ChangedMeanwhile();
        }

        var ripeAt = (requirement as ApprovalRequirement.NoticePeriod)?.Until;
        var request = requests.Add(form, agent.Account.Id, verified, reason, ripeAt, isDone: false);
        audit.Record(form.Kind == HelpKind.Pass ? AuditKinds.PassAsked : AuditKinds.ResetAsked, target.Id, by, detail: AuditDetail.Truncate($"verified: {verified}; reason: {reason}"));
        await letters.NotifyOfRequestAsync(request, target, facts, requirement, cancellation);
        return ripeAt is { } ripe
            ? new HelpOutcome.AwaitsTime(DateTimeOffset.FromUnixTimeSeconds(ripe))
            : new HelpOutcome.AwaitsSecond(DateTimeOffset.FromUnixTimeSeconds(request.EndsAt));
    }

    private async Task<HelpOutcome> CarryOutAsync(
        HelpKind kind, Account target, long epoch, ResetFacts facts, Delivery delivery, Actor by, CancellationToken cancellation)
    {
        if (kind == HelpKind.Pass)
        {
            return await passes.GiveAsync(target, epoch, facts, delivery, by, cancellation);
        }

        return await resets.HoldAsync(target, epoch, facts, delivery, by, cancellation)
            ? resets.Issue(target, epoch + 1, delivery)
            : new HelpOutcome.ChangedMeanwhile();
    }
}
