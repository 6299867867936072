namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Mail;

/// <summary>Who is told when one agent is not enough: the owner, who can stop it, and everybody who could approve it or should look.</summary>
public sealed class HelpDeskNotifications(Tickets tickets, MailMessages messages, OwnerNotifications notifications, Outbox outbox, AdminNotifications adminNotifications, AuditQueries audit, TimeProvider time)
{
    /// <summary>In the transaction of the request.</summary>
    internal async Task NotifyOfRequestAsync(HelpRequest request, Account target, ResetFacts facts, ApprovalRequirement requirement, CancellationToken cancellation)
    {
        var isPass = request.Kind == HelpKind.Pass;
        var (notMe, _) = tickets.Issue(isPass ? TicketKinds.NotMePass : TicketKinds.NotMeReset, target.Id, epoch: 0);
        outbox.Add([.. notifications.AddressesOf(target).Select(to => messages.HelpAsked(to, facts, notMe, isPass, request.NotBefore))]);
        MailMessage Write(Recipient to) => messages.SecondWanted(to, target.Name, target.UserName, facts, isPass, request.NotBefore, request.EndsAt);
        if (requirement is ApprovalRequirement.SecondApprover(var approvers))
        {
            adminNotifications.Notify(approvers, Write);
            return;
        }

        await adminNotifications.NotifyAsync([target.Id, request.AgentId], Write, cancellation);
    }

    /// <summary>Tells the other admins that an agent wants more than a day's worth, once a day.</summary>
    internal async Task AlarmOnceAsync(Account agent, int most, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var since = now - (now % 86_400);
        if (await audit.NewestOfAsync(agent.Id, [AuditKinds.AlarmAgentLimit], since, cancellation) is not null)
        {
            return;
        }

        await adminNotifications.NotifyAsync([agent.Id], to => messages.AgentLimit(to, agent.Name, agent.UserName, most), cancellation);
    }
}
