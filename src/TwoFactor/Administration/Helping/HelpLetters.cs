namespace TwoFactor.Administration;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Mail;

/// <summary>Who is told when one agent is not enough: the owner, who can stop it, and everybody who could approve it or should look.</summary>
public sealed class HelpLetters(Tickets tickets, Letters letters, OwnerMail mail, Outbox outbox, Admins admins, AuditReading audit, TimeProvider time)
{
    /// <summary>In the transaction of the request.</summary>
    internal async Task TellOfRequestAsync(HelpRequest request, Account target, ResetFacts facts, Need need, CancellationToken cancellation)
    {
        var isPass = request.Kind == HelpKind.Pass;
        var (notMe, _) = tickets.Issue(isPass ? TicketKinds.NotMePass : TicketKinds.NotMeReset, target.Id, epoch: 0);
        outbox.Add([.. mail.Reach(target).Select(to => letters.HelpAsked(to, facts, notMe, isPass, request.RipeAt))]);
        Letter Write(Recipient to) => letters.SecondWanted(to, target.Name, target.UserName, facts, isPass, request.RipeAt, request.EndsAt);
        if (need is Need.Second(var approvers))
        {
            admins.Tell(approvers, Write);
            return;
        }

        await admins.TellAsync([target.Id, request.AgentId], Write, cancellation);
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

        await admins.TellAsync([agent.Id], to => letters.AgentLimit(to, agent.Name, agent.UserName, most), cancellation);
    }
}
