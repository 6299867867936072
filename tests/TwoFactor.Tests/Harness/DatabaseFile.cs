namespace TwoFactor.Tests.Harness;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Storage;
using Xunit;

/// <summary>"Somebody changed the database": an operator with a tool of his own, who leaves no connection open.</summary>
internal static class DatabaseFile
{
    public static Task<int> ExecuteAsync(string file, string statement) => ListCopies.FollowAsync(
        file, statement, () => RunAsync(file, statement, command => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)));

    public static Task<object?> AskAsync(string file, string query) =>
        RunAsync(file, query, command => command.ExecuteScalarAsync(TestContext.Current.CancellationToken));

    /// <summary>How many rows of a table have a value, as the program's own connection sees it.</summary>
    public static async Task<int> CountAsync(IServiceProvider services, string table, string column, Guid value)
    {
        var connection = (SqliteConnection)services.GetRequiredService<TwoFactorDb>().Database.GetDbConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statement is a test's own.
        command.CommandText = $"SELECT COUNT(*) FROM \"{table}\" WHERE \"{column}\"=$value";
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$value", value);
        return Convert.ToInt32(
            await command.ExecuteScalarAsync(TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
    }

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
