namespace TwoFactor.Storage.Schema;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;

/// <summary>What this process found out about the schema. A singleton.</summary>
public sealed class SchemaWatch
{
    private volatile Finding? reported;
    private volatile Finding? unrecorded;

    /// <summary>How many objects the newest foreign schema has that no event tells of yet; 0 when there is nothing to record.</summary>
    public int Unrecorded => unrecorded?.Differences.Count ?? 0;

    /// <summary>An event tells of it now.</summary>
    public void MarkRecorded() => unrecorded = null;

    internal IReadOnlyList<string>? Known(string fingerprint) =>
        reported is { } known && string.Equals(known.Fingerprint, fingerprint, StringComparison.Ordinal) ? known.Differences : null;

    internal void Report(string fingerprint, IReadOnlyList<string> differences) =>
        unrecorded = reported = new Finding(fingerprint, differences);

    internal void Forget() => reported = null;

    private sealed record Finding(string Fingerprint, IReadOnlyList<string> Differences);
}

/// <summary>Compares the schema in the file with the one that our migrations make, and names every difference.</summary>
public sealed class SchemaCheck(
    ExpectedSchema expected, SchemaWatch watch, DbContextOptions<TwoFactorDb> options, ILogger<SchemaCheck> log)
{
    private const int MostNamed = 5;
    private const int LongestText = 200;

    /// <summary>Compares now, beside all writers. Returns the differences, or an empty list; logs a new finding once.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        var (found, problem) = await ReadAsync(database, cancellation);
        if (found is not null && string.Equals(found.Fingerprint, expected.Fingerprint, StringComparison.Ordinal))
        {
            watch.Forget();
            return [];
        }

        return await ReportAsync(found, problem, cancellation);
    }

    /// <summary>Compares a database of an older version with what its own migrations made.</summary>
    /// <param name="last">The last migration that was applied to it; null when none was.</param>
    public async Task<IReadOnlyList<string>> FindInOlderAsync(TwoFactorDb database, string? last, CancellationToken cancellation)
    {
        var (found, problem) = await ReadAsync(database, cancellation);
        return found is null
            ? [problem]
            : Differences(last is null ? new FileSchema([]) : await ExpectedSchema.MakeAsync(options, last, cancellation), found);
    }

    /// <summary>Logs what a writer found.</summary>
    internal Task ReportAsync(ForeignSchemaException foreign) =>
        ReportAsync(foreign.Found, foreign.InnerException?.Message ?? "", CancellationToken.None);

    /// <summary>The first few differences, for a person.</summary>
    public static string Summary(IReadOnlyList<string> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return string.Join(", ", differences.Take(MostNamed))
            + (differences.Count > MostNamed ? FormattableString.Invariant($" and {differences.Count - MostNamed} more") : "");
    }

    private static async Task<(FileSchema? Found, string Problem)> ReadAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        try
        {
            await database.Database.OpenConnectionAsync(cancellation);
            try
            {
                return (FileSchema.Read(((SqliteConnection)database.Database.GetDbConnection()).Handle!), "");
            }
            finally
            {
                await database.Database.CloseConnectionAsync();
            }
        }
        catch (SqliteException unreadable) when (IsMalformed(unreadable))
        {
            return (null, unreadable.Message);
        }
    }

    /// <summary>Whether SQLite cannot make sense of an entry of the schema, and so of nothing in the file.</summary>
    internal static bool IsMalformed(SqliteException exception) =>
        exception.SqliteErrorCode == raw.SQLITE_CORRUPT
        && exception.Message.Contains("malformed database schema", StringComparison.Ordinal);

    private async Task<IReadOnlyList<string>> ReportAsync(FileSchema? found, string problem, CancellationToken cancellation)
    {
        var fingerprint = found?.Fingerprint ?? problem;
        if (watch.Known(fingerprint) is { } known)
        {
            return known;
        }

        var differences = found is null
            ? [Printable(problem)]
            : Differences(await ExpectedSchema.MakeAsync(options, null, cancellation), found);
        watch.Report(fingerprint, differences);
        log.ForeignSchema(Summary(differences));
        return differences;
    }

    private static IReadOnlyList<string> Differences(FileSchema expected, FileSchema found)
    {
        var ours = expected.Objects.ToLookup(Key, StringComparer.Ordinal);
        var theirs = found.Objects.ToLookup(Key, StringComparer.Ordinal);
        var named = theirs.Where(entry => !ours.Contains(entry.Key)).Select(entry => $"foreign {Name(entry.First())}")
            .Concat(theirs.Where(entry => ours.Contains(entry.Key) && !entry.SequenceEqual(ours[entry.Key]))
                .Select(entry => $"altered {Name(entry.First())}"))
            .Concat(ours.Where(entry => !theirs.Contains(entry.Key)).Select(entry => $"missing {Name(entry.First())}"));
        return [.. named];
    }

    private static string Key(SchemaObject entry) => $"{entry.Type}\n{entry.Name}";

    private static string Name(SchemaObject entry) => string.Equals(entry.Name, entry.Table, StringComparison.Ordinal)
        ? $"{Printable(entry.Type)} {Printable(entry.Name)}"
        : $"{Printable(entry.Type)} {Printable(entry.Name)} on {Printable(entry.Table)}";

    /// <summary>Names are somebody else's text: they must not write lines of their own into the log.</summary>
    public static string Printable(string name) => string.Concat(name.Take(LongestText)
        .Select(letter => char.IsAsciiLetterOrDigit(letter) || "_-. ()\"':,".Contains(letter, StringComparison.Ordinal) ? letter : '?'));
}
