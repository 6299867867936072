namespace TwoFactor.Administration.Authorization;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>Notifies all enrolled admins, so that no admin acts unseen by the others.</summary>
public sealed class AdminNotifications(OwnerNotifications notifications, AccountSeals seals, Outbox outbox)
{
    /// <summary>Mails each enrolled admin at the first address.</summary>
    /// <param name="except">Who gets no mail: the account that it is about, and whoever did it.</param>
    internal async Task NotifyAsync(Work work, IReadOnlyCollection<Guid?> except, Func<Recipient, MailMessage> write)
    {
        var excluded = except.OfType<Guid>().ToList();
        var admins = await work.Rows.Set<Account>().AsNoTracking()
            .Where(account => account.Role == Role.Admin && account.EnrolledAt != null && !excluded.Contains(account.Id)).ToListAsync();
        await NotifyAsync(work, admins, write);
    }

    /// <summary>Mails these people, each at the first address. Whoever was changed in the database gets no mail.</summary>
    internal async Task NotifyAsync(Work work, IEnumerable<Account> people, Func<Recipient, MailMessage> write)
    {
        foreach (var person in people)
        {
            if (!work.Revisions.IsRight(person.Id) && !await seals.IsRightAsync(work, person.Id))
            {
                continue;
            }

            outbox.Add(work, write(notifications.AddressesOf(work, person)[0]));
        }
    }
}
