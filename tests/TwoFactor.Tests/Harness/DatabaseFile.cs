namespace TwoFactor.Tests.Harness;

using Microsoft.Data.Sqlite;
using Xunit;

/// <summary>"Somebody changed the database": an operator with a tool of his own, who leaves no connection open.</summary>
internal static class DatabaseFile
{
    public static Task<int> ExecuteAsync(string file, string statement) => RunAsync(file, statement, command => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

    public static Task<object?> AskAsync(string file, string query) => RunAsync(file, query, command => command.ExecuteScalarAsync(TestContext.Current.CancellationToken));

    private static async Task<T> RunAsync<T>(string file, string text, Func<SqliteCommand, Task<T>> run)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statement is a test's own.
        command.CommandText = text;
#pragma warning restore CA2100
        return await run(command);
    }
}
