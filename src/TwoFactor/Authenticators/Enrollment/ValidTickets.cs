namespace TwoFactor.Authenticators.Enrollment;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Storage;

/// <summary>Which tickets of accounts work now.</summary>
internal static class ValidTickets
{
    /// <summary>Tickets that are not used, whose time is not over, and whose account has had no new epoch since.</summary>
    public static IQueryable<Ticket> At(TwoFactorDb rows, UnixTime now) =>
        from ticket in rows.Set<Ticket>().AsNoTracking().Where(Tickets.IsOpen.At(now))
        join guard in rows.Set<CodeGuard>() on ticket.AccountId equals guard.AccountId
        where ticket.Epoch == guard.Epoch
        select ticket;
}
