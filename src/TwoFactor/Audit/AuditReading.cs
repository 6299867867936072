namespace TwoFactor.Audit;

using System.Net;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>One event, ready for a page.</summary>
/// <param name="Place">What pages turn by.</param>
/// <param name="At">Unix seconds.</param>
/// <param name="Account">Whom it is about.</param>
/// <param name="Actor">The account that acted, where one did.</param>
/// <param name="IsSealed">It has its place in the chain; a new event gets it within a second.</param>
public sealed record AuditRow(
    long Place, Guid Id, string Kind, long At, Guid? Account, ActorKind By, Guid? Actor,
    Browser Browser, OperatingPlatform Platform, IPAddress? Address, long? Number, string? Detail, bool IsSealed);

/// <summary>Some events, newest first.</summary>
/// <param name="Newer">Ask for what comes after this place; null: there is nothing newer.</param>
/// <param name="Older">Ask for what comes before this place; null: there is nothing older.</param>
public sealed record AuditPage(IReadOnlyList<AuditRow> Rows, long? Newer, long? Older);

/// <summary>Turns the pages of the log by key, never by page number: it grows while somebody reads it.</summary>
public sealed class AuditReading(TwoFactorDb database, AuditLimits limits)
{
    /// <summary>The newest page.</summary>
    /// <param name="account">Only what is about this account; null: everything.</param>
    /// <param name="size">Events, at most; null: <see cref="AuditLimits.PageSize"/>.</param>
    public Task<AuditPage> NewestAsync(Guid? account, CancellationToken cancellation, int? size = null) =>
        OlderAsync(long.MaxValue, account, cancellation, size);

    /// <summary>The page before a place.</summary>
    public async Task<AuditPage> OlderAsync(long before, Guid? account, CancellationToken cancellation, int? size = null)
    {
        var rows = await Rows(account).Where(row => row.Place < before).OrderByDescending(row => row.Place)
            .Take(size ?? limits.PageSize).ToListAsync(cancellation);
        return await PageAsync(rows, account, cancellation);
    }

    /// <summary>The page after a place; where that is less than a page, the newest one.</summary>
    public async Task<AuditPage> NewerAsync(long after, Guid? account, CancellationToken cancellation, int? size = null)
    {
        var full = size ?? limits.PageSize;
        var rows = await Rows(account).Where(row => row.Place > after).OrderBy(row => row.Place)
            .Take(full).ToListAsync(cancellation);
        rows.Reverse();
        return rows.Count < full
            ? await NewestAsync(account, cancellation, size)
            : await PageAsync(rows, account, cancellation);
    }

    /// <summary>The newest event of some kinds about an account; null: there is none.</summary>
    /// <param name="since">Unix seconds.</param>
    public async Task<AuditRow?> NewestOfAsync(Guid account, IReadOnlyCollection<string> kinds, long since, CancellationToken cancellation)
    {
        var newest = await Rows(account).Where(row => kinds.Contains(row.Kind) && row.At >= since).OrderByDescending(row => row.Place)
            .FirstOrDefaultAsync(cancellation);
        return newest is null ? null : ToRow(newest);
    }

    private IQueryable<AuditEvent> Rows(Guid? account)
    {
        var all = database.Set<AuditEvent>().AsNoTracking();
        return account is { } one ? all.Where(row => row.AccountId == one) : all;
    }

    private async Task<AuditPage> PageAsync(List<AuditEvent> rows, Guid? account, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return new AuditPage([], null, null);
        }

        var (newest, oldest) = (rows[0].Place, rows[^1].Place);
        long? newer = await Rows(account).AnyAsync(row => row.Place > newest, cancellation) ? newest : null;
        long? older = await Rows(account).AnyAsync(row => row.Place < oldest, cancellation) ? oldest : null;
        return new AuditPage([.. rows.Select(ToRow)], newer, older);
    }

    private static AuditRow ToRow(AuditEvent row) => new(
        row.Place, row.Id, row.Kind, row.At, row.AccountId, row.ActorKind, row.Actor,
        row.Browser, row.Platform, row.Address is { } address ? new IPAddress(address) : null,
        row.Number, row.Detail, row.Sequence is not null);
}
