namespace TwoFactor.Audit;

using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>One event, ready for a page.</summary>
/// <param name="Place">What pages turn by.</param>
/// <param name="Account">Whom it is about.</param>
/// <param name="Actor">The account that acted, where one did.</param>
/// <param name="IsSealed">It has its place in the chain; a new event gets it within a second.</param>
public sealed record AuditRow(
    long Place, Guid Id, string Kind, UnixTime At, Guid? Account, ActorKind By, Guid? Actor,
    Browser Browser, OperatingPlatform Platform, IPAddress? Address, long? Number, string? Detail, bool IsSealed);

/// <summary>Some events, newest first.</summary>
/// <param name="Newer">Ask for what comes after this place; null: there is nothing newer.</param>
/// <param name="Older">Ask for what comes before this place; null: there is nothing older.</param>
public sealed record AuditPage(IReadOnlyList<AuditRow> Rows, long? Newer, long? Older);

/// <summary>Which events; what is null does not matter.</summary>
/// <param name="Account">Whom they are about.</param>
/// <param name="Kind">One of <see cref="AuditKinds"/>.</param>
/// <param name="Actor">The account that acted.</param>
/// <param name="Until">The first moment that does not count.</param>
public readonly record struct AuditFilter(
    Guid? Account = null, string? Kind = null, Guid? Actor = null, UnixTime? From = null, UnixTime? Until = null);

/// <summary>
/// Turns the pages of the log by key, never by page number: it grows while somebody reads it. By time, and where that is the same, by
/// the order of writing.
/// </summary>
public sealed class AuditQueries(TwoFactorDb database, AuditLimits limits)
{
    private const int Chunk = 1000;

    /// <summary>The newest page.</summary>
    /// <param name="account">Only what is about this account; null: everything.</param>
    /// <param name="size">Events, at most; null: <see cref="AuditLimits.PageSize"/>.</param>
    public Task<AuditPage> NewestAsync(Guid? account, CancellationToken cancellation, int? size = null) =>
        NewestAsync(new AuditFilter(account), cancellation, size);

    /// <summary>The page before a place.</summary>
    public Task<AuditPage> OlderAsync(long before, Guid? account, CancellationToken cancellation, int? size = null) =>
        OlderAsync(before, new AuditFilter(account), cancellation, size);

    /// <summary>The page after a place; where that is less than a page, the newest one.</summary>
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

    /// <summary>The newest event of some kinds about an account; null: there is none.</summary>
    public async Task<AuditRow?> NewestOfAsync(
        Guid account, IReadOnlyCollection<string> kinds, UnixTime since, CancellationToken cancellation)
    {
        var newest = await NewestFirst(Rows(new AuditFilter(account, From: since)).Where(row => kinds.Contains(row.Kind)))
            .FirstOrDefaultAsync(cancellation);
        return newest is null ? null : ToRow(newest);
    }

    /// <summary>The newest account of this user name that was deleted; null: there was none.</summary>
    public Task<Guid?> FindDeletedAsync(string userName, CancellationToken cancellation) =>
        database.Set<AuditEvent>()
            .Where(row => row.Kind == AuditKinds.AccountDeleted && (row.Detail == userName || row.Detail!.StartsWith(userName + ";")))
            .OrderByDescending(row => row.At).Select(row => row.AccountId).FirstOrDefaultAsync(cancellation);

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
        // Two for one account only somebody else can have written: the log is shown all the same.
        return rows.DistinctBy(row => row.AccountId).ToDictionary(row => row.AccountId!.Value, row => (row.Detail ?? "").Split(';')[0]);
    }

    /// <summary>How many there are; counting stops after one more than <paramref name="most"/>.</summary>
    public Task<int> CountAsync(AuditFilter filter, int most, CancellationToken cancellation) =>
        NewestFirst(Rows(filter)).Take(most + 1).CountAsync(cancellation);

    /// <summary>
    /// All of them, newest first, in parts: no transaction stays open while somebody reads slowly. What is written meanwhile is left
    /// out.
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
    /// A plus keeps a column from choosing the index: the first of account, actor and kind does, whatever the database has counted.
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

        // The columns are our own words; what somebody asked for is a parameter.
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

    /// <summary>Where a page ends.</summary>
    private sealed record Edge(UnixTime At, long Place);
}
