namespace TwoFactor.Administration.HelpDesk;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Lists;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Storage;

/// <summary>An account that a reset holds.</summary>
/// <param name="TicketEndsAt">When its ticket ends; null when no ticket is valid.</param>
public sealed record OpenReset(Account Account, UnixTime Since, UnixTime? TicketEndsAt, bool IsFrozen);

/// <param name="After">The key of the page after this one; null on the last page.</param>
public sealed record OpenResetsPage(IReadOnlyList<OpenReset> Resets, string? After);

/// <summary>Lists the resets that wait for their owners, by user name.</summary>
public sealed class OpenResets(TwoFactorDb database, PeopleLimits limits, TimeProvider time)
{
    /// <param name="agent">Only accounts that this role may help.</param>
    /// <param name="after">The user name after which the page begins.</param>
    public async Task<OpenResetsPage> ListAsync(Role agent, string? after, CancellationToken cancellation)
    {
        var now = time.Now();
        var tickets = ValidTickets.At(database, now);
        var begins = after ?? "";
        var rows = await (
            from account in database.Set<Account>().AsNoTracking()
                .Where(PeopleFilter.Is(Listing.ResetOpen, now)).Where(AgentAuthorization.IsHelpedBy(agent))
            join guard in database.Set<CodeGuard>().AsNoTracking() on account.Id equals guard.AccountId
            where string.Compare(account.UserName, begins) > 0
            orderby account.UserName
            select new
            {
                account,
                guard.ResetAt,
                guard.Held,
                Ends = tickets.Where(ticket => ticket.AccountId == account.Id && ticket.Kind == TicketKinds.Reset)
                    .Max(ticket => (UnixTime?)ticket.ExpiresAt),
            }).Take(limits.PageSize + 1).ToListAsync(cancellation);
        var resets = rows.Take(limits.PageSize)
            .Select(row => new OpenReset(row.account, row.ResetAt ?? default, row.Ends, row.Held.HasFlag(HeldBy.Frozen)))
            .ToList();
        return new OpenResetsPage(resets, rows.Count > limits.PageSize ? resets[^1].Account.UserName : null);
    }
}
