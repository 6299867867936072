namespace TwoFactor.Storage.Connections;

using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

/// <summary>
/// Sets up each new SQLite connection, and asks SQLite whether it took every setting: they belong to the connection, not to the file. A
/// connection that comes back from the pool has its settings already.
/// </summary>
/// <remarks>
/// synchronous=FULL, because an accepted code must stay used after a power cut. secure_delete, because an erased secret must leave the
/// file. The others, so that nobody who can write to the file makes the program do something: no trigger and no view in it is obeyed
/// (foreign keys are), no function runs from the schema, and a damaged page is an error, not a crash.
/// </remarks>
/// <param name="isReader">Whether the connection only reads: only <see cref="UnitOfWork"/> and migrations write.</param>
public sealed class SqlitePragmas(bool isReader) : DbConnectionInterceptor
{
    private const int EnableTrigger = 1003;
    private const int Defensive = 1010;
    private const int DoubleQuotedStrings = 1013;
    private const int EnableView = 1015;
    private const int TrustedSchema = 1017;

    private static readonly (int Option, int Value)[] Options =
        [(EnableTrigger, 0), (EnableView, 0), (TrustedSchema, 0), (DoubleQuotedStrings, 0), (Defensive, 1)];

    /// <summary>In the order in which they are set: whoever waits for a lock in the later ones needs the first.</summary>
    private static readonly (string Name, string Value, string Answer)[] Pragmas =
    [
        ("busy_timeout", "5000", "5000"), ("journal_mode", "WAL", "wal"), ("synchronous", "FULL", "2"), ("foreign_keys", "ON", "1"),
        ("secure_delete", "ON", "1"), ("trusted_schema", "OFF", "0"), ("cell_size_check", "ON", "1"), ("mmap_size", "0", "0"),
    ];

    /// <summary>The connections that are set up, and whether as readers.</summary>
    private static readonly ConditionalWeakTable<sqlite3, object> Known = [];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => SetUp((SqliteConnection)connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        SetUp((SqliteConnection)connection);
        return Task.CompletedTask;
    }

    private void SetUp(SqliteConnection connection)
    {
        var handle = connection.Handle!;
        if (Known.TryGetValue(handle, out var wasReader) && wasReader.Equals(isReader))
        {
            return;
        }

        foreach (var (option, value) in Options)
        {
            Assert(raw.sqlite3_db_config(handle, option, value, out _) == raw.SQLITE_OK, Named(option), "refused");
            Assert(raw.sqlite3_db_config(handle, option, -1, out var answer) == raw.SQLITE_OK && answer == value, Named(option), answer);
        }

        foreach (var (name, value, expected) in Pragmas.Append(("query_only", isReader ? "ON" : "OFF", isReader ? "1" : "0")))
        {
            Run(connection, $"PRAGMA {name}={value}");
            var answer = Run(connection, $"PRAGMA {name}");
            Assert(string.Equals(answer, expected, StringComparison.Ordinal), name, answer);
        }

        Known.AddOrUpdate(handle, isReader);
    }

    private static string Named(int option) => option.ToString(CultureInfo.InvariantCulture);

    /// <summary>The driver waits for a lock where SQLite itself does not.</summary>
    private static string? Run(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is this file's own.
        command.CommandText = pragma;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Assert(bool isRight, string setting, object? answer)
    {
        if (!isRight)
        {
            throw new UnsafeConnectionException($"SQLite did not take the setting {setting}; it says: {answer ?? "nothing"}.");
        }
    }
}

/// <summary>A connection would not keep what the program promises, so it is not used.</summary>
public sealed class UnsafeConnectionException(string message) : Exception(message);
