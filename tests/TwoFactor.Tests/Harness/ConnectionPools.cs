namespace TwoFactor.Tests.Harness;

using Microsoft.Data.Sqlite;
using TwoFactor.Storage.Connections;

/// <summary>Pooled connections keep a file open: before its folder goes, they go.</summary>
internal static class ConnectionPools
{
    /// <param name="configured">As the settings say it; null: nothing was opened.</param>
    public static void Clear(string? configured)
    {
        if (configured is null)
        {
            return;
        }

        foreach (var text in new[] { configured, new DatabaseConnection(configured).ForReading })
        {
            using var pool = new SqliteConnection(text);
            SqliteConnection.ClearPool(pool);
        }
    }
}
