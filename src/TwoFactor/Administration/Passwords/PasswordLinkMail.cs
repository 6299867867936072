namespace TwoFactor.Administration.Passwords;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>
/// The mails with a link for a new password, inside of a story: as many an hour as may be, to every address that reaches the owner.
/// </summary>
public sealed class PasswordLinkMail(
    Tickets tickets, TicketLimits limits, OwnerMessages messages, OwnerNotifications notifications, Outbox outbox,
    AuditLog audit)
{
    /// <summary>Whether one more of this kind may go to the account within the hour. An invitation counts like a link.</summary>
    internal async Task<bool> HasRoomAsync(Work work, Guid account, string kind) =>
        await Tickets.IssuedLatelyAsync(work, account, kind) < limits.PasswordLinksAnHour;

    /// <summary>An agent has it sent.</summary>
    internal void SendFromDesk(Work work, Account account, Epoch epoch, string agent) =>
        Send(work, account, epoch, (to, token, ticket) => messages.PasswordLinkFromDesk(to, token, agent, ticket.ExpiresAt));

    /// <summary>
    /// Somebody asked for it at the sign-in. It stays beside older ones, for a stranger's asking must not void the owner's.
    /// </summary>
    internal async Task SendAskedAsync(Work work, Account account, Epoch epoch)
    {
        await AccountListState.PretendInvitationAsync(work, account.Id);
        Send(work, account, epoch, (to, token, ticket) => messages.PasswordLink(to, token, work.By.Describe(), ticket.ExpiresAt));
    }

    /// <summary>The work of such a mail, for nobody: whoever asks learns nothing by the time that it takes.</summary>
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
