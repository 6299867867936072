namespace TwoFactor.Tests.Harness;

using Microsoft.Data.Sqlite;
using Xunit;

/// <summary>
/// The copies on an account that lists read, against what they are copies of: at the end of every story they must say the same.
/// </summary>
internal static class ListCopies
{
    /// <summary>What the copies of account <c>a</c> must be.</summary>
    private const string Truth = """
        SELECT a.id AS id, COALESCE(g.held, 0) AS held, COALESCE(g.closed, 0) AS closed, COALESCE(g.wait_until, 0) AS wait_until,
         (SELECT MAX(t.expires_at) FROM ticket t WHERE t.account_id=a.id AND t.kind='invitation'
           AND t.used_at IS NULL AND t.epoch=g.epoch) AS invited_until,
         (SELECT COUNT(*) FROM recovery_set s JOIN recovery_code c ON c.set_id=s.id
           WHERE s.account_id=a.id AND s.state='active' AND c.used_at IS NULL) AS recovery_left,
         (SELECT MAX(t.created_at) FROM ticket t WHERE t.account_id=a.id AND t.kind='invitation') AS last_invited
        FROM account a LEFT JOIN code_guard g ON g.account_id=a.id
        """;

    /// <summary>
    /// Accounts whose copies are stale. When the first invitation was made, older rows may no longer tell: it is known while one works,
    /// and never later than the last.
    /// </summary>
    private const string Stale = $"""
        SELECT a.user_name || ': held ' || a.held || ' is ' || o.held || ', closed ' || a.closed || ' is ' || o.closed
          || ', wait_until ' || a.wait_until || ' is ' || o.wait_until || ', recovery_left ' || a.recovery_left || ' is ' || o.recovery_left
          || ', invited_until ' || COALESCE(a.invited_until, 'null') || ' is ' || COALESCE(o.invited_until, 'null')
          || ', invited_at ' || COALESCE(a.invited_at, 'null') || ', last invited ' || COALESCE(o.last_invited, 'null')
         FROM account a JOIN ({Truth}) o ON o.id=a.id
         WHERE a.held<>o.held OR a.closed<>o.closed OR a.wait_until<>o.wait_until OR a.recovery_left<>o.recovery_left
          OR a.invited_until IS NOT o.invited_until OR a.invited_at>o.last_invited OR (a.invited_at IS NULL AND o.invited_until IS NOT NULL)
        """;

    private const string Renewal = $"""
        UPDATE account SET (held, closed, wait_until, invited_until, recovery_left)
         =(SELECT o.held, o.closed, o.wait_until, o.invited_until, o.recovery_left FROM ({Truth}) o WHERE o.id=account.id)
        """;

    private static readonly string[] Originals = ["code_guard", "ticket", "recovery_set", "recovery_code"];

    /// <summary>Fails if the program forgot a copy. A file that has no tables yet, or none at all, has none to forget.</summary>
    public static void AssertTrue(string databaseFile)
    {
        if (!File.Exists(databaseFile))
        {
            return;
        }

        using var connection = Open(databaseFile);
        if (Ask(connection, "SELECT name FROM sqlite_master WHERE type='table' AND name='account'").Count > 0)
        {
            Assert.Empty(Ask(connection, Stale));
        }
    }

    /// <summary>
    /// "Somebody changed the database", as if the program had: until then every copy is true, and the copies of what was changed
    /// follow.
    /// </summary>
    public static async Task<T> FollowAsync<T>(string databaseFile, string statement, Func<Task<T>> change)
    {
        if (!Array.Exists(Originals, table => statement.Contains(table, StringComparison.OrdinalIgnoreCase)))
        {
            return await change();
        }

        AssertTrue(databaseFile);
        var result = await change();
        using var connection = Open(databaseFile);
        using var command = connection.CreateCommand();
        command.CommandText = Renewal;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return result;
    }

    private static SqliteConnection Open(string databaseFile)
    {
        var connection = new SqliteConnection($"Data Source={databaseFile};Pooling=False");
        connection.Open();
        return connection;
    }

    private static List<string> Ask(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statement is this file's own.
        command.CommandText = query;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var answers = new List<string>();
        while (reader.Read())
        {
            answers.Add(reader.GetString(0));
        }

        return answers;
    }
}
