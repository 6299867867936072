namespace TwoFactor.Audit;

using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Characters;
using TwoFactor.Storage;

/// <summary>One event, ready for a page.</summary>
/// <param name="Place">The key by which pages are cut.</param>
/// <param name="Account">The account that it is about.</param>
/// <param name="Actor">The account that acted, where one did.</param>
/// <param name="IsSealed">Whether it has its place in the chain; a new event gets one within a second.</param>
public sealed record AuditRow(
    long Place, Guid Id, string Kind, UnixTime At, Guid? Account, ActorKind By, Guid? Actor,
    Browser Browser, OperatingPlatform Platform, IPAddress? Address, long? Number, string? Detail, bool IsSealed);

/// <summary>Some events, newest first.</summary>
/// <param name="Newer">The place after which the newer events come; null when there are none.</param>
/// <param name="Older">The place before which the older events come; null when there are none.</param>
public sealed record AuditPage(IReadOnlyList<AuditRow> Rows, long? Newer, long? Older);

/// <summary>Which events to read. A field that is null does not filter.</summary>
/// <param name="Account">The account that they are about.</param>
/// <param name="Kind">One of <see cref="AuditKinds"/>.</param>
/// <param name="Actor">The account that acted.</param>
/// <param name="Until">The first moment that does not count.</param>
public readonly record struct AuditFilter(
    Guid? Account = null, string? Kind = null, Guid? Actor = null, UnixTime? From = null, UnixTime? Until = null);

/// <summary>
/// Reads the events page by page. Pages are cut by key, not by page number, because the log grows while somebody reads it. Sorted by time,
/// then by the order of writing.
/// </summary>
public sealed class AuditQueries(TwoFactorDb database, AuditLimits limits)
{
    private const int Chunk = 1000;

    /// <summary>The newest page.</summary>
    /// <param name="account">Only events about this account; null for all events.</param>
    /// <param name="size">Events, at most; null for <see cref="AuditLimits.PageSize"/>.</param>
    public Task<AuditPage> NewestAsync(Guid? account, CancellationToken cancellation, int? size = null) =>
        NewestAsync(new AuditFilter(account), cancellation, size);

    /// <summary>The page of events that are older than a place.</summary>
    public Task<AuditPage> OlderAsync(long before, Guid? account, CancellationToken cancellation, int? size = null) =>
        OlderAsync(before, new AuditFilter(account), cancellation, size);

    /// <summary>The page of events that are newer than a place; the newest page when they fill less than one.</summary>
    public Task<AuditPage> NewerAsync(long after, Guid? account, CancellationToken cancellation, int? size = null) =>
        NewerAsync(after, new AuditFilter(account), cancellation, size);

    /// <inheritdoc cref="NewestAsync(Guid?, CancellationToken, int?)"/>
    public Task<AuditPage> NewestAsync(AuditFilter filter, CancellationToken cancellation, int? size = null) =>
        OlderAsync(long.MaxValue, filter, cancellation, size);

    /// <inheritdoc cref="OlderAsync(long, Guid?, CancellationToken, int?)"/>
    public async Task<AuditPage> OlderAsync(long before, AuditFilter filter, CancellationToken cancellation, int? size = null) =>
        await PageAsync(await OlderRowsAsync(before, filter, size ?? limits.PageSize, cancellation), filter, cancellation);

    /// <inheritdoc cref="NewerAsync(long, Guid?, CancellationToken, int?)"/>
    public async Task<AuditPage> NewerAsync(long after, AuditFilter filter, CancellationToken cancellation, int? size = null)
    {
        var full = size ?? limits.PageSize;
        var edge = await Edges(All().Where(row => row.Place >= after).OrderBy(row => row.Place)).FirstOrDefaultAsync(cancellation);
        var rows = edge is null
            ? []
            : await Newer(edge, filter).OrderBy(row => row.At).ThenBy(row => row.Place).Take(full).ToListAsync(cancellation);
        rows.Reverse();
        return rows.Count < full
            ? await NewestAsync(filter, cancellation, size)
            : await PageAsync(rows, filter, cancellation);
    }

    /// <summary>The newest event of some kinds about an account; null when there is none.</summary>
    public async Task<AuditRow?> NewestOfAsync(
        Guid account, IReadOnlyCollection<string> kinds, UnixTime since, CancellationToken cancellation)
    {
        var newest = await NewestFirst(Rows(new AuditFilter(account, From: since)).Where(row => kinds.Contains(row.Kind)))
            .FirstOrDefaultAsync(cancellation);
        return newest is null ? null : ToRow(newest);
    }

    /// <summary>The account of this user name, in any spelling, that was deleted last; null when there was none.</summary>
    public async Task<Guid?> FindDeletedAsync(string userName, CancellationToken cancellation)
    {
        var deleted = database.Set<AuditEvent>().Where(row => row.Kind == AuditKinds.AccountDeleted)
            .OrderByDescending(row => row.At).Select(row => new { row.AccountId, row.Detail }).AsAsyncEnumerable();
        await foreach (var row in deleted.WithCancellation(cancellation))
        {
            if (FoldedText.Comparer.Equals(UserNameIn(row.Detail), userName))
            {
                return row.AccountId;
            }
        }

        return null;
    }

    /// <summary>User names of accounts that were deleted.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> DeletedNamesAsync(
        IReadOnlyCollection<Guid> accounts, CancellationToken cancellation)
    {
        if (accounts.Count == 0)
        {
            return new Dictionary<Guid, string>();
        }

        var rows =
            await database.Set<AuditEvent>().Where(row => accounts.Contains(row.AccountId!.Value) && row.Kind == AuditKinds.AccountDeleted)
                .Select(row => new { row.AccountId, row.Detail }).ToListAsync(cancellation);
        // A second deletion of one account is a forged row. The log is shown anyway, so one of the two is taken.
        return rows.DistinctBy(row => row.AccountId).ToDictionary(row => row.AccountId!.Value, row => UserNameIn(row.Detail));
    }

    /// <summary>The user name in the detail of a deletion; a reason may follow it.</summary>
    private static string UserNameIn(string? detail) => (detail ?? "").Split(';')[0];

    /// <summary>How many events there are; counting stops at one more than <paramref name="most"/>.</summary>
    public Task<int> CountAsync(AuditFilter filter, int most, CancellationToken cancellation) =>
        NewestFirst(Rows(filter)).Take(most + 1).CountAsync(cancellation);

    /// <summary>
    /// All events of a filter, newest first, in chunks, so that no transaction stays open while a client reads slowly. Events that are
    /// written meanwhile are left out.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<AuditRow>> AllAsync(
        AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = await OlderRowsAsync(long.MaxValue, filter, Chunk, cancellation);
        while (rows.Count > 0)
        {
            yield return [.. rows.Select(ToRow)];
            rows = rows.Count < Chunk ? [] : await OlderRowsAsync(rows[^1].Place, filter, Chunk, cancellation);
        }
    }

    private static IOrderedQueryable<AuditEvent> NewestFirst(IQueryable<AuditEvent> rows) =>
        rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Place);

    private async Task<List<AuditEvent>> OlderRowsAsync(long before, AuditFilter filter, int size, CancellationToken cancellation)
    {
        if (before == long.MaxValue)
        {
            return await NewestFirst(Rows(filter)).Take(size).ToListAsync(cancellation);
        }

        var edge =
            await Edges(All().Where(row => row.Place <= before).OrderByDescending(row => row.Place)).FirstOrDefaultAsync(cancellation);
        return edge is null ? [] : await NewestFirst(Older(edge, filter)).Take(size).ToListAsync(cancellation);
    }

    private static IQueryable<Edge> Edges(IQueryable<AuditEvent> rows) => rows.Select(row => new Edge(row.At, row.Place));

    private IQueryable<AuditEvent> All() => database.Set<AuditEvent>();

    private IQueryable<AuditEvent> Older(Edge edge, AuditFilter filter) =>
        Rows(filter, "at <= {0} AND (at < {0} OR place < {1})", edge);

    private IQueryable<AuditEvent> Newer(Edge edge, AuditFilter filter) =>
        Rows(filter, "at >= {0} AND (at > {0} OR place > {1})", edge);

    /// <remarks>
    /// A unary plus keeps SQLite from using a column for an index. So the first one given of account, actor and kind chooses the index,
    /// whatever SQLite's statistics say.
    /// </remarks>
    private IQueryable<AuditEvent> Rows(AuditFilter filter, string? beyond = null, Edge? edge = null)
    {
        var values = edge is null ? [] : new List<object> { edge.At, edge.Place };
        var terms = beyond is null ? [] : new List<string> { beyond };
        var equal = new[] { ("account_id", (object?)filter.Account), ("actor", filter.Actor), ("kind", filter.Kind) }.Where(
            pair => pair.Item2 is not null).ToList();
        foreach (var ((column, value), place) in equal.Select((pair, place) => (pair, place)))
        {
            terms.Add($"{(place == 0 ? "" : "+")}{column} = {{{values.Count}}}");
            values.Add(value!);
        }

        foreach (var (comparison, moment) in new[] { ("at >=", filter.From), ("at <", filter.Until) }.Where(pair => pair.Item2 is not null))
        {
            terms.Add($"{comparison} {{{values.Count}}}");
            values.Add(moment!.Value);
        }

        // The names of columns are constants; what somebody asked for is a parameter.
        var statement = $"SELECT * FROM audit_event{(terms.Count == 0 ? "" : " WHERE ")}{string.Join(" AND ", terms)}";
        return database.Set<AuditEvent>().FromSqlRaw(statement, [.. values]).AsNoTracking();
    }

    private async Task<AuditPage> PageAsync(List<AuditEvent> rows, AuditFilter filter, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return new AuditPage([], null, null);
        }

        var (newest, oldest) = (new Edge(rows[0].At, rows[0].Place), new Edge(rows[^1].At, rows[^1].Place));
        long? newer = await Newer(newest, filter).AnyAsync(cancellation) ? newest.Place : null;
        long? older = await Older(oldest, filter).AnyAsync(cancellation) ? oldest.Place : null;
        return new AuditPage([.. rows.Select(ToRow)], newer, older);
    }

    private static AuditRow ToRow(AuditEvent row) => new(
        row.Place, row.Id, row.Kind, row.At, row.AccountId, row.ActorKind, row.Actor,
        row.Browser, row.Platform, row.Address is { } address ? new IPAddress(address) : null,
        row.Number, row.Detail, row.Sequence is not null);

    /// <summary>The sort key of the event at the edge of a page.</summary>
    private sealed record Edge(UnixTime At, long Place);
}
