namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>
/// How much one agent may start. Many resets are the mark of one who was bribed, or whose session was stolen: they end, and the admins
/// are told.
/// </summary>
public sealed class AgentQuota(HelpRequests requests, HelpLimits limits, HelpDeskNotifications notifications, AuditLog audit)
{
    /// <summary>Null: the agent may start one more.</summary>
    internal async Task<HelpOutcome?> RefusalAsync(Work work, Account agent)
    {
        if (await requests.StartedLatelyAsync(work, agent.Id) < limits.StartedADay)
        {
            return null;
        }

        await notifications.AlarmOnceAsync(work, agent, limits.StartedADay);
        await audit.TallyAsync(work, AuditKinds.AlarmAgentLimit, agent.Id);
        return new HelpOutcome.TooMany(limits.StartedADay);
    }
}
