namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// Links for a new password that somebody else has made: an agent, who has them mailed to the owner, or the console, for the admin who
/// has no mail.
/// </summary>
public sealed class PasswordLinks(
    UnitOfWork unitOfWork, AgentActs acts, CodeGuards guards, Tickets tickets, PasswordLinkMail mail, AuditLog audit)
{
    private static readonly AgentAct<LockoutOutcome> Sending = new(Requires.MayMail, LockoutOutcome.Refused);

    /// <summary>Makes a link for an enrolled account. Null: it has no password to forget yet.</summary>
    public async Task<(Token Token, Ticket Ticket)?> MakeAsync(Guid account, Actor actor, CancellationToken cancellation)
    {
        var made = await unitOfWork.RunAsync(
            actor,
            Locks.Of(account),
            async work =>
            {
                if (!await work.Rows.Set<Account>().AnyAsync(row => row.Id == account && row.EnrolledAt != null))
                {
                    return new Kept<(Token, Ticket)?>(null);
                }

                var guard = await guards.ReadAsync(account, CancellationToken.None);
                audit.Record(work, AuditKinds.PasswordLinkMade, account);
                return new Kept<(Token, Ticket)?>(tickets.Issue(work, TicketKinds.PasswordLink, account, guard.Epoch));
            },
            cancellation);
        return made.Value;
    }

    /// <summary>
    /// An agent who outranks the account has its owner sent a link, under the same limit as whoever asks at the sign-in. It goes where
    /// mail reaches the owner, and nowhere else.
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
