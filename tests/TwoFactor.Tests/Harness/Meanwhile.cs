namespace TwoFactor.Tests.Harness;

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>
/// Two stories that both looked before either wrote: just before a statement of the one runs, what the other wrote stands there.
/// </summary>
public sealed class Meanwhile : DbCommandInterceptor
{
    private string? words;
    private string other = "";

    /// <summary>Whether it has happened.</summary>
    public bool IsDone => words is null;

    /// <param name="statement">Words of the statement.</param>
    /// <param name="other">What is written before it, once.</param>
    public void Before(string statement, string other) => (words, this.other) = (statement, other);

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (words is not null && command.CommandText.Contains(words, StringComparison.Ordinal))
        {
            words = null;
            await using var planted = command.Connection!.CreateCommand();
#pragma warning disable CA2100 // The statement is the test's own.
            planted.CommandText = other;
#pragma warning restore CA2100
            planted.Transaction = command.Transaction;
            await planted.ExecuteNonQueryAsync(cancellationToken);
        }

        return result;
    }
}
