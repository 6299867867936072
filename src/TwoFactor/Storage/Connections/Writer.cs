namespace TwoFactor.Storage.Connections;

using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;
using TwoFactor.Storage.Schema;

/// <summary>
/// The one connection of this process that writes. Only the caller whose turn it is (<see cref="WriteTurns"/>) may use it. Each transaction
/// begins with a look at the schema: what somebody planted there is never in force while a story runs.
/// </summary>
public sealed class Writer(DatabaseConnection database, ExpectedSchema expected) : IAsyncDisposable
{
    /// <summary>Takes the write lock and changes nothing.</summary>
    private const string TakeLock = "DELETE FROM instance WHERE 0";

    /// <summary>After this time without a gap the writer pauses: under full load another process would never get the lock.</summary>
    private static readonly TimeSpan LongestBusyTime = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(5);

    /// <summary>Milliseconds between two tries to take a lock that another process holds.</summary>
    private static readonly int[] Pauses = [1, 2, 5, 10, 20];

    private TwoFactorDb? opener;

    /// <summary>The schema_version at which this connection's schema was compared; null before that.</summary>
    private int? comparedVersion;
    private long freeTimestamp = Stopwatch.GetTimestamp();
    private long busyTimestamp = Stopwatch.GetTimestamp();

    /// <summary>Begins a transaction that holds the write lock of the file, and blocks no thread while another process holds it.</summary>
    /// <exception cref="BusyException">Another process held it for too long.</exception>
    /// <exception cref="ForeignSchemaException">Somebody changed the schema in the file.</exception>
    public async Task<SqliteTransaction> BeginAsync(WaitLimit waitLimit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(waitLimit);
        await LetOthersInAsync(cancellation);
        try
        {
            return await BeginComparedAsync(waitLimit, cancellation);
        }
        catch (SqliteException exception) when (SchemaCheck.IsMalformed(exception))
        {
            await DiscardAsync();
            throw new ForeignSchemaException(null, exception);
        }
        catch (ForeignSchemaException)
        {
            // What the connection remembers is the foreign schema.
            await DiscardAsync();
            throw;
        }
    }

    private async Task<SqliteTransaction> BeginComparedAsync(WaitLimit waitLimit, CancellationToken cancellation)
    {
        var connection = await OpenAsync(cancellation);
        var transaction = connection.BeginTransaction(deferred: true);
        try
        {
            for (var tries = 0; !HasLock(connection); tries++)
            {
                if (waitLimit.Left == TimeSpan.Zero)
                {
                    throw new BusyException(BusyException.Soon);
                }

                await Task.Delay(Pauses[Math.Min(tries, Pauses.Length - 1)], cancellation);
            }

            Compare(connection.Handle!);
            return transaction;
        }
        catch
        {
            await EndAsync(transaction);
            throw;
        }
    }

    /// <summary>Rolls back what was not committed. Discards the connection if it cannot even do that.</summary>
    public async Task EndAsync(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        try
        {
            await transaction.DisposeAsync();
        }
        catch (SqliteException)
        {
            // The autocommit flag, read below, shows whether the rollback worked.
        }

        freeTimestamp = Stopwatch.GetTimestamp();
        if (opener?.Database.GetDbConnection() is SqliteConnection { Handle: { } handle } && raw.sqlite3_get_autocommit(handle) == 0)
        {
            await DiscardAsync();
        }
    }

    /// <summary>Closes the connection; the next transaction opens another.</summary>
    public async Task DiscardAsync()
    {
        if (opener is { } old)
        {
            opener = null;
            await old.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await DiscardAsync();

    private bool HasLock(SqliteConnection connection)
    {
        const int primary = 0xff;
        var answer = raw.sqlite3_exec(connection.Handle, TakeLock);
        if (answer == raw.SQLITE_OK)
        {
            return true;
        }

        if ((answer & primary) == raw.SQLITE_BUSY)
        {
            return false;
        }

        var failure = new SqliteException(raw.sqlite3_errmsg(connection.Handle).utf8_to_string(), answer & primary, answer);
        if ((answer & primary) == raw.SQLITE_ERROR)
        {
            // The statement fails when somebody altered its table.
            Compare(connection.Handle!);
        }

        throw failure;
    }

    /// <summary>
    /// Compares the schema, unless its version is the one that was compared on this connection. It happens inside the transaction, so the
    /// schema cannot change before the story ends.
    /// </summary>
    private void Compare(sqlite3 connection)
    {
        if (SchemaVersion(connection) is var version && version == comparedVersion)
        {
            return;
        }

        // The connection may remember an older schema that did not change the version. This makes it read the schema again, now.
        FileSchema.Check(connection, raw.sqlite3_exec(connection, "PRAGMA writable_schema=RESET"), raw.SQLITE_OK);
        var found = FileSchema.Read(connection);
        if (!string.Equals(found.Fingerprint, expected.Fingerprint, StringComparison.Ordinal))
        {
            throw new ForeignSchemaException(found);
        }

        comparedVersion = version;
    }

    private static int SchemaVersion(sqlite3 connection)
    {
        FileSchema.Check(connection, raw.sqlite3_prepare_v2(connection, "PRAGMA schema_version", out var statement), raw.SQLITE_OK);
        using (statement)
        {
            FileSchema.Check(connection, raw.sqlite3_step(statement), raw.SQLITE_ROW);
            return raw.sqlite3_column_int(statement, 0);
        }
    }

    private async Task LetOthersInAsync(CancellationToken cancellation)
    {
        if (Stopwatch.GetElapsedTime(freeTimestamp) >= Gap)
        {
            busyTimestamp = Stopwatch.GetTimestamp();
        }
        else if (Stopwatch.GetElapsedTime(busyTimestamp) >= LongestBusyTime)
        {
            await Task.Delay(Gap, cancellation);
            busyTimestamp = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>EF Core opens the connection, because it registers the functions that its queries use.</summary>
    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellation)
    {
        if (opener?.Database.GetDbConnection() is SqliteConnection { State: System.Data.ConnectionState.Open } open)
        {
            return open;
        }

        await DiscardAsync();
        comparedVersion = null;
        var options = new DbContextOptionsBuilder<TwoFactorDb>();
        database.SetOptions(options, isReader: false);
        opener = new TwoFactorDb(options.Options);
        await opener.Database.OpenConnectionAsync(cancellation);
        var connection = (SqliteConnection)opener.Database.GetDbConnection();
        raw.sqlite3_busy_timeout(connection.Handle, 0);
        return connection;
    }
}
