namespace TwoFactor.Tests.Harness;

using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;
using Xunit;

/// <summary>All that a database holds, as text that two moments can be compared by.</summary>
public static class DatabaseDump
{
    /// <summary>Every row of every table, in the order of writing.</summary>
    public static Task<string> OfAsync(TestHost testHost) => OfAsync(testHost.Settings.ConnectionString);

    /// <inheritdoc cref="OfAsync(TestHost)"/>
    public static Task<string> OfAsync(TwoFactorDb database) => OfAsync(database.Database.GetConnectionString()!);

    private static async Task<string> OfAsync(string connectionString)
    {
        var text = new StringBuilder();
        using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var table in await ColumnAsync(
            connection, "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#' ORDER BY name"))
        {
            var columns = await ColumnAsync(connection, $"SELECT name FROM pragma_table_info('{table}')");
            var row = string.Join(" || ' ' || ", columns.Select(column => $"'{column}=' || quote(\"{column}\")"));
            foreach (var line in await ColumnAsync(connection, $"SELECT {row} FROM \"{table}\" ORDER BY 1"))
            {
                text.Append(CultureInfo.InvariantCulture, $"{table}: {line}\n");
            }
        }

        return text.ToString();
    }

    private static async Task<List<string>> ColumnAsync(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var values = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }
}
