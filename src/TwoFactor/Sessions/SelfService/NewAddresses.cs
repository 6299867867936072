namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;

/// <summary>
/// New mail addresses that owners entered and that do not count yet. Each is a ticket, whose link goes to that address alone. It holds
/// nobody else's address back.
/// </summary>
public sealed class NewAddresses(
    TwoFactorDb database,
    Tickets tickets,
    TicketLimits limits,
    Addresses addresses,
    Outbox outbox,
    OwnerMessages messages,
    OwnerNotifications notifications,
    NewAddressContext context)
{
    /// <summary>Whether links can be sent at all. Where they cannot, a new address counts at once.</summary>
    public bool IsMailSetUp => context.Route.IsSetUp;

    /// <summary>The addresses of an account that wait for their links to be opened.</summary>
    public async Task<IReadOnlyList<string>> WaitingAsync(Guid account, CancellationToken cancellation) =>
        await ValidTickets.At(database, context.Time.Now())
            .Where(ticket => ticket.AccountId == account && ticket.Mail != null)
            .OrderBy(ticket => ticket.Kind).Select(ticket => ticket.Mail!).ToListAsync(cancellation);

    internal static Task EndAsync(Work work, Guid account) =>
        Tickets.EndAsync(work, account, TicketEnds.Replaced, TicketKinds.Address, TicketKinds.SecondAddress);

    internal async Task<bool> HasRoomAsync(Work work, Guid account) =>
        await Tickets.IssuedLatelyAsync(work, account, TicketKinds.Address)
            + await Tickets.IssuedLatelyAsync(work, account, TicketKinds.SecondAddress) < limits.AddressLinksAnHour;

    /// <summary>
    /// Sends the link, and tells the owner at the addresses that count. For an address that another account has, the same is done and said,
    /// apart from the mail that leaves: nobody learns here who has an account.
    /// </summary>
    internal async Task AskAsync(Work work, Account owner, Epoch epoch, bool isSecond, string mail)
    {
        await SendAsync(work, owner, epoch, isSecond, mail);
        context.Audit.Record(work, AuditKinds.AddressEntered, owner.Id, number: isSecond ? 2 : 1);
        notifications.Notify(work, owner, OwnerNotices.AddressEntered, new EnteredAddress(isSecond, mail));
    }

    /// <summary>Sends a link without telling the owner once more, in place of one whose epoch is over.</summary>
    internal async Task SendAsync(Work work, Account owner, Epoch epoch, bool isSecond, string mail)
    {
        var (token, ticket) = tickets.IssueForAddress(work, isSecond, owner.Id, epoch, mail);
        var link = messages.AddressLink(
            new Recipient(owner.Id, owner.Name, owner.UserName, mail), token, work.By.Describe(), ticket.ExpiresAt);
        if (!isSecond && await addresses.IsTakenAsync(work, owner.Id, mail))
        {
            await outbox.PretendAsync(work, link);
        }
        else
        {
            outbox.Add(work, link);
        }
    }
}

/// <summary>What new addresses need of their surroundings.</summary>
public sealed record NewAddressContext(MailRoute Route, AuditLog Audit, TimeProvider Time);
