namespace TwoFactor.Administration.HelpDesk;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>
/// Notifies people when one agent is not enough: the owner, who can stop it, and everybody who could approve or should take a look.
/// </summary>
public sealed class HelpDeskNotifications(
    AdminMessages messages,
    OwnerNotifications notifications,
    AdminNotifications adminNotifications,
    AuditQueries audit)
{
    internal async Task NotifyOfRequestAsync(
        Work work, HelpRequest request, Account target, ResetFacts facts, ApprovalRequirement requirement)
    {
        var isPass = request.Kind == HelpKind.Pass;
        notifications.Notify(
            work, target, isPass ? OwnerNotices.PassAsked : OwnerNotices.ResetAsked, new AskedHelp(facts, request.NotBefore));
        MailMessage Write(Recipient to) =>
            messages.ApprovalWanted(to, target.Name, target.UserName, facts, isPass, request.NotBefore, request.EndsAt);
        if (requirement is ApprovalRequirement.SecondApprover(var approvers))
        {
            await adminNotifications.NotifyAsync(work, approvers, Write);
            return;
        }

        await adminNotifications.NotifyAsync(work, [target.Id, request.AgentId], Write);
    }

    /// <summary>Notifies the other admins, once a day, that an agent has reached the daily limit.</summary>
    internal async Task AlarmOnceAsync(Work work, Account agent, int most)
    {
        var since = UnixTime.Of(work.Now.ToDateOnly());
        if (await audit.NewestOfAsync(agent.Id, [AuditKinds.AlarmAgentLimit], since, CancellationToken.None) is not null)
        {
            return;
        }

        await adminNotifications.NotifyAsync(work, [agent.Id], to => messages.AgentLimit(to, agent.Name, agent.UserName, most));
    }

    /// <summary>Notifies the owner, all admins, and the agents who had made requests, that the owner stopped them.</summary>
    internal async Task NotifyOfStopAsync(Work work, Guid account, IReadOnlyList<Account> askers)
    {
        var owner = await work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account);
        notifications.SendToAll(work, owner, (write, to) => write.SignInStopped(to, work.By.Describe()));
        MailMessage Write(Recipient to) => messages.StopNotice(to, owner.Name, owner.UserName, [.. askers.Select(asker => asker.Name)]);
        await adminNotifications.NotifyAsync(work, [account], Write);
        await adminNotifications.NotifyAsync(work, askers.Where(asker => asker.Role != Role.Admin), Write);
    }
}
