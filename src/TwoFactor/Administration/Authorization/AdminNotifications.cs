namespace TwoFactor.Administration.Authorization;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>All admins who came in: what one of them does should not go unseen by the others.</summary>
public sealed class AdminNotifications(OwnerNotifications notifications, Outbox outbox)
{
    /// <summary>Writes to each at the first address.</summary>
    /// <param name="except">Whom it is about, and who did it.</param>
    internal async Task NotifyAsync(Work work, IReadOnlyCollection<Guid?> except, Func<Recipient, MailMessage> write)
    {
        var left = except.OfType<Guid>().ToList();
        var admins = await work.Rows.Set<Account>().AsNoTracking()
            .Where(account => account.Role == Role.Admin && account.EnrolledAt != null && !left.Contains(account.Id)).ToListAsync();
        Notify(work, admins, write);
    }

    /// <summary>Writes to people who were found otherwise, each at the first address.</summary>
    internal void Notify(Work work, IEnumerable<Account> people, Func<Recipient, MailMessage> write)
    {
        foreach (var person in people)
        {
            outbox.Add(work, write(notifications.AddressesOf(work, person)[0]));
        }
    }
}
