namespace TwoFactor.Tests.Sessions;

using System.Globalization;
using Microsoft.Data.Sqlite;

/// <summary>What the tables hold that a story may change, read past the program.</summary>
public sealed record Ledger(IReadOnlyList<Ledger.Row> Rows)
{
    private static readonly string[] Tables =
        ["account", "code_guard", "authenticator", "ticket", "pending_sign_in", "session", "device", "password_guard", "outbox_message", "instance"];

    /// <summary>Words that tell what a story did; all other texts are names, hashes and ids.</summary>
    private static readonly HashSet<string> Telling = new(["kind", "state", "ended_because", "removed_because", "role"], StringComparer.Ordinal);

    public static async Task<Ledger> ReadAsync(string file, CancellationToken cancellation)
    {
        var source = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly };
        await using var database = new SqliteConnection(source.ToString());
        await database.OpenAsync(cancellation);
        var rows = new List<Row>();
        foreach (var table in Tables)
        {
            rows.AddRange(await ReadAsync(database, table, $"SELECT * FROM {table}", cancellation));
        }

        rows.AddRange(await ReadAsync(database, "audit_event", "SELECT kind, actor_kind, number FROM audit_event", cancellation));
        rows.AddRange(await ReadAsync(database, "audit_tally", "SELECT kind, n FROM audit_tally", cancellation));
        return new Ledger(rows);
    }

    /// <summary>The rows that came (+) and went (-) since: two runs of one story differ in the same way. Empty: nothing changed.</summary>
    public IReadOnlyList<string> Since(Ledger before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return [.. Less(before, this).Select(row => $"- {row.Shape}").Concat(Less(this, before).Select(row => $"+ {row.Shape}")).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<Row> Less(Ledger all, Ledger without)
    {
        var left = without.Rows.CountBy(row => row.Exact).ToDictionary(StringComparer.Ordinal);
        return [.. all.Rows.Where(row => (left[row.Exact] = left.GetValueOrDefault(row.Exact) - 1) < 0)];
    }

    private static async Task<IReadOnlyList<Row>> ReadAsync(
        SqliteConnection database, string table, string select, CancellationToken cancellation)
    {
        var rows = new List<Row>();
        var command = database.CreateCommand();
        await using (command)
        {
#pragma warning disable CA2100 // Table names of this file.
            command.CommandText = select;
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                // A session's last use is bookkeeping: noted whatever becomes of the request.
                var columns = Enumerable.Range(0, reader.FieldCount).Where(column => reader.GetName(column) is not "last_seen_at").ToList();
                rows.Add(new Row(
                    $"{table}: {string.Join(' ', columns.Select(column => $"{reader.GetName(column)}={Exact(reader.GetValue(column))}"))}",
                    $"{table}: {string.Join(' ', columns.Select(column => $"{reader.GetName(column)}={Shape(reader.GetName(column), reader.GetValue(column))}"))}"));
            }
        }

        return rows;
    }

    private static string Exact(object value) =>
        value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Shape(string column, object value) => value switch
    {
        DBNull => "none",
        long number when number < 1_000_000 => Exact(number),
        string word when Telling.Contains(column) => word,
        _ => "some",
    };

    /// <param name="Exact">Every column.</param>
    /// <param name="Shape">Without what differs from run to run: ids, hashes, names, moments.</param>
    public sealed record Row(string Exact, string Shape);
}
