namespace TwoFactor.Administration.Passwords;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>Sends password links inside a story: a limited number per hour, to every address where mail reaches the owner.</summary>
public sealed class PasswordLinkMail(
    Tickets tickets, TicketLimits limits, OwnerMessages messages, OwnerNotifications notifications, Outbox outbox,
    AuditLog audit)
{
    /// <summary>
    /// Whether the hourly limit allows one more mail of this kind to the account. It is the same for invitations and password links.
    /// </summary>
    internal async Task<bool> HasRoomAsync(Work work, Guid account, string kind) =>
        await Tickets.IssuedLatelyAsync(work, account, kind) < limits.PasswordLinksAnHour;

    /// <summary>Sends a link that an agent asked for.</summary>
    internal void SendFromDesk(Work work, Account account, Epoch epoch, string agent) =>
        Send(work, account, epoch, (to, token, ticket) => messages.PasswordLinkFromAgent(to, token, agent, ticket.ExpiresAt));

    /// <summary>
    /// Sends a link that somebody asked for on the sign-in page. Older links stay valid, because a stranger's request must not end the
    /// owner's.
    /// </summary>
    internal async Task SendAskedAsync(Work work, Account account, Epoch epoch)
    {
        await AccountListState.PretendInvitationAsync(work, account.Id);
        Send(work, account, epoch, (to, token, ticket) => messages.PasswordLink(to, token, work.By.Describe(), ticket.ExpiresAt));
    }

    /// <summary>Does the same work without a recipient, so that the response time does not tell whether the account exists.</summary>
    internal async Task PretendAsync(Work work)
    {
        await AccountListState.PretendInvitationAsync(work, Guid.Empty);
        var nobody = new Recipient(Guid.Empty, "Nobody", "nobody", "nobody@nowhere.invalid");
        var endsAt = work.Now + limits.Lifetime(TicketKinds.PasswordLink);
        await outbox.PretendAsync(work, messages.PasswordLink(nobody, Token.New(), work.By.Describe(), endsAt));
    }

    private void Send(Work work, Account account, Epoch epoch, Func<Recipient, Token, Ticket, MailMessage> write)
    {
        var (token, ticket) = tickets.Issue(work, TicketKinds.PasswordLink, account.Id, epoch);
        outbox.Add(work, [.. notifications.AddressesOf(work, account).Select(to => write(to, token, ticket))]);
        audit.Record(work, AuditKinds.PasswordLinkSent, account.Id);
    }
}
