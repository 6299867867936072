namespace TwoFactor.Tests.Harness;

using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>Asks SQLite, for every query that is read, every change and every deletion, how it goes about it.</summary>
public sealed class QueryPlans : DbCommandInterceptor
{
    private readonly ConcurrentQueue<(string Query, IReadOnlyList<string> Steps)> plans = new();

    public void Forget() => plans.Clear();

    public IEnumerable<(string Query, IReadOnlyList<string> Steps)> All => plans;

    /// <summary>The steps of each query with these words.</summary>
    public IEnumerable<IReadOnlyList<string>> Of(string words) =>
        plans.Where(plan => plan.Query.Contains(words, StringComparison.Ordinal)).Select(plan => plan.Steps);

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken =
            default)
    {
        await ExplainAsync(command, cancellationToken);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.StartsWith("DELETE", StringComparison.Ordinal)
            || command.CommandText.StartsWith("UPDATE", StringComparison.Ordinal))
        {
            await ExplainAsync(command, cancellationToken);
        }

        return result;
    }

    private async Task ExplainAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using var explain = command.Connection!.CreateCommand();
#pragma warning disable CA2100 // The statement is the program's own.
        explain.CommandText = $"EXPLAIN QUERY PLAN {command.CommandText}";
#pragma warning restore CA2100
        explain.Transaction = command.Transaction;
        foreach (DbParameter parameter in command.Parameters)
        {
            var same = explain.CreateParameter();
            (same.ParameterName, same.Value) = (parameter.ParameterName, parameter.Value);
            explain.Parameters.Add(same);
        }

        var steps = new List<string>();
        await using var reader = await explain.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            steps.Add(reader.GetString(reader.GetOrdinal("detail")));
        }

        plans.Enqueue((command.CommandText, steps));
    }
}
