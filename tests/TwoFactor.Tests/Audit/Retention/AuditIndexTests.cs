namespace TwoFactor.Tests.Audit.Retention;

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using Xunit;

/// <summary>
/// However the log is filtered, a page is read from an index in the page's own order: nothing is sorted, and no row is read that is not
/// shown.
/// </summary>
public sealed class AuditIndexTests : IAsyncLifetime
{
    private static readonly Guid Ana = Guid.Parse("6f1b0000-0000-0000-0000-000000000001");

    private readonly AuditTestHost host = new();

    public static TheoryData<bool, bool, bool, bool, bool> Filters()
    {
        var rows = new TheoryData<bool, bool, bool, bool, bool>();
        foreach (var bits in Enumerable.Range(0, 32))
        {
            rows.Add((bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0, (bits & 8) > 0, (bits & 16) > 0);
        }

        return rows;
    }

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_page_is_read_in_order(bool account, bool kind, bool actor, bool from, bool until)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await host.SealEventsAsync(3);
        var seen = new Seen();
        await using var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>()
            .UseSqlite($"Data Source={host.Database}").AddInterceptors(new SqlitePragmas(isReader: true), seen).Options);
        var queries = new AuditQueries(database, host.Limits);
        var filter = new AuditFilter(
            account ? Ana : null, kind ? AuditKinds.CodeWrong : null, actor ? Ana : null,
            from ? new UnixTime(1) : null, until ? new UnixTime(long.MaxValue) : null);

        await queries.NewestAsync(filter, cancellation);
        await queries.OlderAsync(3, filter, cancellation);
        await queries.NewerAsync(1, filter, cancellation);

        var index = account ? "account_id_at_place_kind_actor" : actor ? "actor_at_place_kind" : kind ? "kind_at" : "at";
        var pages = seen.Statements.Where(statement => statement.Text.Contains("LIMIT", StringComparison.Ordinal)
            && statement.Text.Contains("\"mac\"", StringComparison.Ordinal)).ToList();
        Assert.True(pages.Count >= 3, string.Join('\n', seen.Statements.Select(statement => statement.Text)));
        foreach (var statement in pages)
        {
            var plan = await PlanAsync(statement);
            Assert.Contains($"USING INDEX IX_audit_event_{index}", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        }
    }

    private async Task<string> PlanAsync(Statement statement)
    {
        await using var connection = new SqliteConnection($"Data Source={host.Database};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The program's own statement, once more.
        command.CommandText = "EXPLAIN QUERY PLAN " + statement.Text;
#pragma warning restore CA2100
        foreach (var (name, value) in statement.Values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(3));
        }

        return string.Join('\n', lines);
    }

    private sealed record Statement(string Text, IReadOnlyList<(string Name, object Value)> Values);

    private sealed class Seen : DbCommandInterceptor
    {
        public List<Statement> Statements { get; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken =
                default)
        {
            Statements.Add(new Statement(
                command.CommandText, [.. command.Parameters.Cast<DbParameter>()
                    .Select(parameter => (parameter.ParameterName, parameter.Value ?? DBNull.Value))]));
            return ValueTask.FromResult(result);
        }
    }
}
