namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// Password links that somebody else makes for the owner: an agent has one mailed to the owner, and the console makes one for an admin
/// without mail.
/// </summary>
public sealed class PasswordLinks(
    UnitOfWork unitOfWork, AgentActs acts, CodeGuards guards, AccountSeals seals, Tickets tickets, PasswordLinkMail mail, AuditLog audit)
{
    private static readonly AgentAct<LockoutOutcome> Sending = new(Requires.Outranks, LockoutOutcome.Refused);

    /// <summary>Makes a link for an enrolled account. Returns null when the account is not enrolled, and so has no password.</summary>
    public async Task<(Token Token, Ticket Ticket)?> MakeAsync(Guid account, Actor actor, CancellationToken cancellation)
    {
        var made = await unitOfWork.RunAsync(
            actor,
            Locks.Of(account),
            async work =>
            {
                if (!await work.Rows.Set<Account>().AnyAsync(row => row.Id == account && row.EnrolledAt != null))
                {
                    return new Committed<(Token, Ticket)?>(null);
                }

                var guard = await guards.ReadAsync(account, CancellationToken.None);
                if (!await seals.IsRightAsync(work, account))
                {
                    throw new AlteredAccountException();
                }

                audit.Record(work, AuditKinds.PasswordLinkMade, account);
                return new Committed<(Token, Ticket)?>(tickets.Issue(work, TicketKinds.PasswordLink, account, guard.Epoch));
            },
            cancellation);
        return made.Value;
    }

    /// <summary>
    /// Mails the owner a link, for an agent who outranks the account and under the same limit as a request on the sign-in page. The link
    /// goes only where mail reaches the owner.
    /// </summary>
    public Task<LockoutOutcome> SendAsync(CurrentSession agent, Guid target, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return acts.RunAsync(agent, target, actor, Sending, (work, account) => SendAsync(work, account, agent.Account.Name), cancellation);
    }

    private async Task<LockoutOutcome> SendAsync(Work work, Account account, string agent)
    {
        if (account.EnrolledAt is null)
        {
            return new LockoutOutcome.NotEnrolledYet();
        }

        var guard = await guards.ReadAsync(account.Id, CancellationToken.None);
        if (guard.Held.HasFlag(HeldBy.Disabled))
        {
            return new LockoutOutcome.SwitchedOff();
        }

        if (!await mail.HasRoomAsync(work, account.Id, TicketKinds.PasswordLink))
        {
            return new LockoutOutcome.TooManyLinks();
        }

        mail.SendFromDesk(work, account, guard.Epoch, agent);
        return new LockoutOutcome.Done();
    }
}
