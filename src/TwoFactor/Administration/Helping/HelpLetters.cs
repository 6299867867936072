namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>Who is told when one agent is not enough: the owner, who can stop it, and everybody who could approve it or should look.</summary>
public sealed class HelpLetters(TwoFactorDb database, Tickets tickets, Letters letters, OwnerMail mail, Outbox outbox, AuditReading audit, TimeProvider time)
{
    /// <summary>In the transaction of the request.</summary>
    internal async Task TellOfRequestAsync(HelpRequest request, Account target, ResetFacts facts, Need need, CancellationToken cancellation)
    {
        var isPass = request.Kind == HelpKind.Pass;
        var (notMe, _) = tickets.Issue(isPass ? TicketKinds.NotMePass : TicketKinds.NotMeReset, target.Id, epoch: 0);
        outbox.Add([.. mail.Reach(target).Select(to => letters.HelpAsked(to, facts, notMe, isPass, request.RipeAt))]);
        var others = need is Need.Second(var approvers) ? approvers : await AdminsAsync([target.Id, request.AgentId], cancellation);
        foreach (var other in others)
        {
            outbox.Add(letters.SecondWanted(mail.Reach(other)[0], target.Name, target.UserName, facts, isPass, request.RipeAt, request.EndsAt));
        }
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

        foreach (var admin in await AdminsAsync([agent.Id], cancellation))
        {
            outbox.Add(letters.AgentLimit(mail.Reach(admin)[0], agent.Name, agent.UserName, most));
        }
    }

    private Task<List<Account>> AdminsAsync(Guid[] except, CancellationToken cancellation) => database.Set<Account>().AsNoTracking()
        .Where(account => account.Role == Role.Admin && account.EnrolledAt != null && !except.Contains(account.Id)).ToListAsync(cancellation);
}
