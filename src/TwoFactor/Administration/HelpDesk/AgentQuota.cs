namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// How many resets and passes one agent may start, and how many accounts switch off. Many of them point to an agent who was bribed, or
/// whose session was stolen: further ones are refused, and the admins are notified.
/// </summary>
public sealed class AgentQuota(HelpRequests requests, HelpLimits limits, HelpDeskNotifications notifications, AuditLog audit)
{
    /// <summary>Returns the refusal, or null when the agent may start one more.</summary>
    internal async Task<HelpOutcome.TooMany?> RefusalAsync(Work work, Account agent)
    {
        if (await requests.StartedLatelyAsync(work, agent.Id) < limits.StartedADay)
        {
            return null;
        }

        await notifications.AlarmOnceAsync(work, agent, limits.StartedADay);
        await audit.TallyAsync(work, AuditKinds.AlarmAgentLimit, agent.Id);
        return new HelpOutcome.TooMany(limits.StartedADay);
    }

    /// <summary>Counts an account that an agent switched off.</summary>
    internal void NoteSwitchOff(Work work, Guid agent, Guid target, string reason)
    {
        var form = new HelpForm(
            HelpKind.SwitchOff, target, Epoch.None, Code: null, Verified: null, Note: null, Reason: reason, Delivery: null);
        requests.Add(work, form, agent, verified: "", reason, notBefore: null, isDone: true);
    }
}
