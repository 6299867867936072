namespace TwoFactor.Tests.Storage;

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What every connection holds to, and what the tables promise.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task Every_connection_of_the_program_has_its_pragmas()
    {
        await using var app = new App();
        _ = app.Server;

        FormattableString[] pragmas =
        [
            $"PRAGMA journal_mode", $"PRAGMA synchronous", $"PRAGMA foreign_keys", $"PRAGMA secure_delete", $"PRAGMA trusted_schema",
            $"PRAGMA busy_timeout", $"PRAGMA cell_size_check", $"PRAGMA mmap_size", $"PRAGMA query_only",
        ];
        var read = new List<string>();
        foreach (var pragma in pragmas)
        {
            read.Add(Assert.Single(await app.QueryAsync<string>(pragma)));
        }

        Assert.Equal(["wal", "2", "1", "1", "0", "5000", "1", "0", "1"], read, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Readers_and_the_writer_share_one_model()
    {
        await using var app = new App();
        _ = app.Server;

        await app.AskAsync(async services =>
        {
            var options = new DbContextOptionsBuilder<TwoFactorDb>();
            services.GetRequiredService<DatabaseConnection>().SetOptions(options, isReader: false);
            await using var writing = new TwoFactorDb(options.Options);
            Assert.Same(services.GetRequiredService<TwoFactorDb>().Model, writing.Model);
            return true;
        });
    }

    [Fact]
    public async Task A_transaction_takes_the_write_lock_before_it_reads()
    {
        await using var app = new App();
        _ = app.Server;

        var refused = await app.AskAsync(services => services.GetRequiredService<TwoFactorDb>().InStoryAsync(
            async () =>
            {
                // A deferred transaction would have let the second one in until the first had written.
                var second = new SqliteConnection($"Data Source={app.DatabaseFile};Pooling=False;Default Timeout=1");
                await using (second)
                {
                    await second.OpenAsync(TestContext.Current.CancellationToken);
                    return Assert.Throws<SqliteException>(() => second.BeginTransaction(deferred: false));
                }
            },
            TestContext.Current.CancellationToken));

        Assert.Equal(5, refused.SqliteErrorCode);
    }

    [Fact]
    public async Task No_transaction_of_the_program_begins_without_the_write_lock()
    {
        var begun = new Begun();
        await using var app = new App
        {
            StartsFirst = true,
            Adjust = services => services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(begun)),
        };
        await TestUser.FirstAdminAsync(app);

        Assert.NotEmpty(begun.HoldTheLock);
        Assert.All(begun.HoldTheLock, Assert.True);
        Assert.All(begun.Levels, level => Assert.Equal(System.Data.IsolationLevel.Serializable, level));
    }

    [Fact]
    public async Task The_model_and_the_migrations_say_the_same()
    {
        await using var app = new App();

        Assert.False(
            await app.AskAsync(services => Task.FromResult(services.GetRequiredService<TwoFactorDb>().Database.HasPendingModelChanges())));
    }

    /// <summary>What we planted ourselves could not be told from what a stranger did.</summary>
    [Fact]
    public async Task The_file_holds_neither_trigger_nor_view()
    {
        await using var app = new App();
        _ = app.Server;

        Assert.Equal(["index", "table"], await app.QueryAsync<string>($"SELECT DISTINCT type AS Value FROM sqlite_master ORDER BY type"));
    }

    [Fact]
    public async Task Deleting_tickets_never_deletes_the_phones_that_began_with_them()
    {
        await using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        await TestUsers.InviteAsync(app, ada, "bo");

        var refused = await Assert.ThrowsAsync<SqliteException>(() => app.ExecuteAsync($"DELETE FROM ticket"));

        Assert.Contains("FOREIGN KEY", refused.Message, StringComparison.Ordinal);
        Assert.Equal([2], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM authenticator WHERE state='active'"));

        // An account takes both with it.
        Assert.Equal(1, await app.ExecuteAsync($"DELETE FROM account WHERE user_name='bo'"));
        Assert.Equal([1], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM authenticator WHERE state='active'"));
    }

    [Fact]
    public async Task Every_ciphertext_names_its_key_and_the_key_has_a_canary()
    {
        await using var app = new App();
        var found = await app.AskAsync(services => Task.FromResult(
            services.GetRequiredService<TwoFactorDb>().Model.GetEntityTypes()
                .Where(entity =>
                    entity.GetProperties().Any(property => property.GetColumnName().Contains("ciphertext", StringComparison.Ordinal)))
                .Select(entity => (Table: entity.GetTableName()!, Canary: entity.GetForeignKeys().Any(key =>
                    key.PrincipalEntityType.ClrType == typeof(KeyCanary)
                    && key.DeleteBehavior is DeleteBehavior.Restrict
                    && key.Properties is [var column] && column.GetColumnName() is "key_id")))
                .ToList()));

        Assert.Equal(
            ["authenticator", "handover_copy", "import_batch", "mac_key", "outbox_message", "recovery_set", "signing_key", "staged_import"],
            found.Select(entity => entity.Table).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.All(found, entity => Assert.True(entity.Canary, entity.Table));
    }

    [Fact]
    public async Task The_file_itself_refuses_a_ciphertext_whose_key_has_no_canary()
    {
        await using var app = new App();
        _ = app.Server;

        var refused = await Assert.ThrowsAsync<SqliteException>(() =>
            app.ExecuteAsync($"UPDATE mac_key SET key_id={Guid.Parse("6f1b0000-0000-0000-0000-000000000001")}"));
        Assert.Contains("FOREIGN KEY", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<SqliteException>(() => app.ExecuteAsync($"DELETE FROM key_canary"));
        Assert.Contains("FOREIGN KEY", refused.Message, StringComparison.Ordinal);
    }

    private sealed class Begun : DbTransactionInterceptor
    {
        public System.Collections.Concurrent.ConcurrentQueue<System.Data.IsolationLevel> Levels { get; } = new();

        /// <summary>Of each story: whether another connection finds the file locked before the first statement.</summary>
        public System.Collections.Concurrent.ConcurrentQueue<bool> HoldTheLock { get; } = new();

        public override async ValueTask<DbTransaction> TransactionUsedAsync(
            DbConnection connection, TransactionEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            await using var second = new SqliteConnection($"Data Source={connection.DataSource};Pooling=False;Default Timeout=1");
            await second.OpenAsync(cancellationToken);
            try
            {
                await using var begun = second.BeginTransaction(deferred: false);
                HoldTheLock.Enqueue(item: false);
            }
            catch (SqliteException busy) when (busy.SqliteErrorCode == 5)
            {
                HoldTheLock.Enqueue(item: true);
            }

            return result;
        }

        public override ValueTask<DbTransaction> TransactionStartedAsync(
            DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            Levels.Enqueue(result.IsolationLevel);
            return ValueTask.FromResult(result);
        }
    }
}
