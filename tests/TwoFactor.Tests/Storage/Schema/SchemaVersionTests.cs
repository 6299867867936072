namespace TwoFactor.Tests.Storage.Schema;

using Microsoft.Data.Sqlite;
using TwoFactor.Storage.Schema;
using Xunit;

/// <summary>A schema that is changed without a new version is not in force on an open connection, and is seen by the next one.</summary>
public sealed class SchemaVersionTests
{
    private const string Plant =
        "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql=replace(sql, 'CHECK (id = 1)', 'CHECK (id = 1 AND admin_rev < 1)')"
            + " WHERE name='instance'";

    private const string PutBack = "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql=replace(sql, ' AND admin_rev < 1', '')";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_open_writer_goes_on_and_a_new_one_refuses()
    {
        await using var host = await StoryTestHost.MakeAsync();
        await host.RunAsync(StoryTestHost.CountAsync);
        await using var stranger = await host.ConnectAsync();
        await ExecuteAsync(stranger, Plant);

        await host.RunAsync(StoryTestHost.CountAsync);
        Assert.Equal((2, 2), await host.StateAsync());

        await Assert.ThrowsAsync<SqliteException>(() => host.RunAsync<StoryOutcome>(_ => throw new SqliteException("broken", 11)));
        await Assert.ThrowsAsync<ForeignSchemaException>(() => host.RunAsync(StoryTestHost.CountAsync));
        Assert.Contains(host.Log.All, line => line.Contains("altered table instance", StringComparison.Ordinal));

        await ExecuteAsync(stranger, PutBack);
        await host.RunAsync(StoryTestHost.CountAsync);
        Assert.Equal((3, 3), await host.StateAsync());
    }

    /// <summary>Who puts the right text back in time must not leave the program with what it read before.</summary>
    [Fact]
    public async Task What_a_new_writer_read_before_it_had_the_lock_is_not_in_force()
    {
        await using var host = await StoryTestHost.MakeAsync();
        await using var stranger = await host.ConnectAsync();
        await ExecuteAsync(stranger, Plant);
        await ExecuteAsync(stranger, "BEGIN IMMEDIATE");

        // The writer opens its connection, reads the schema and waits for the lock.
        var told = host.RunAsync(StoryTestHost.CountAsync);
        await Task.Delay(500, Cancellation);
        Assert.False(told.IsCompleted);
        await ExecuteAsync(stranger, PutBack);
        await ExecuteAsync(stranger, "COMMIT");

        Assert.Equal(StoryOutcome.Stands, await told);
        Assert.Equal((1, 1), await host.StateAsync());
    }

    [Fact]
    public async Task A_table_that_is_gone_is_a_foreign_schema_and_no_fault_of_the_program()
    {
        await using var host = await StoryTestHost.MakeAsync();
        await host.RunAsync(StoryTestHost.CountAsync);
        await using var stranger = await host.ConnectAsync();
        await ExecuteAsync(stranger, "ALTER TABLE instance RENAME TO elsewhere");

        await Assert.ThrowsAsync<ForeignSchemaException>(() => host.RunAsync(StoryTestHost.CountAsync));

        await ExecuteAsync(stranger, "ALTER TABLE elsewhere RENAME TO instance");
        await host.RunAsync(StoryTestHost.CountAsync);
        Assert.Equal((2, 2), await host.StateAsync());
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string statement)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statement is a test's own.
        command.CommandText = statement;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
