namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>All admins who came in: what one of them does should not go unseen by the others.</summary>
public sealed class Admins(TwoFactorDb database, OwnerMail mail, Outbox outbox)
{
    /// <summary>Writes to each at the first address, in the caller's transaction.</summary>
    /// <param name="except">Whom it is about, and who did it.</param>
    internal async Task TellAsync(IReadOnlyCollection<Guid?> except, Func<Recipient, Letter> write, CancellationToken cancellation)
    {
        var left = except.OfType<Guid>().ToList();
        var admins = await database.Set<Account>().AsNoTracking()
            .Where(account => account.Role == Role.Admin && account.EnrolledAt != null && !left.Contains(account.Id)).ToListAsync(cancellation);
        Tell(admins, write);
    }

    /// <summary>The same, to people who were found otherwise.</summary>
    internal void Tell(IEnumerable<Account> people, Func<Recipient, Letter> write)
    {
        foreach (var person in people)
        {
            outbox.Add(write(mail.Reach(person)[0]));
        }
    }
}
