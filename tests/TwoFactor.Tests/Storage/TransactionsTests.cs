namespace TwoFactor.Tests.Storage;

using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Every transaction that writes has the write lock from its first moment: none can find in its middle that another was faster. One that
/// reads takes none.
/// </summary>
public sealed class TransactionsTests
{
    [Fact]
    public async Task Every_transaction_of_a_sign_in_s_life_holds_the_write_lock_from_its_beginning()
    {
        var locks = new Locks();
        await using var app = new App
        {
            StartsFirst = true,
            Adjust = services => services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(locks))
        };
        var ada = await TestUser.FirstAdminAsync(app);
        await TestUsers.InviteAsync(app, ada, "bo");
        ada.TakeNewBrowser();
        await ada.SignInAsync();
        ada.TakeNewBrowser();
        await ada.Browser.SubmitAsync(await ada.EnterPasswordAsync(), ("code", ada.WrongCode()));
        await app.AskAsync(services => services.GetRequiredService<AuditSealer>().SealAsync(TestContext.Current.CancellationToken));

        Assert.True(locks.Seen.Count > 10, $"Only {locks.Seen.Count} transactions were seen.");
        Assert.DoesNotContain(false, locks.Seen);
        Assert.DoesNotContain(true, locks.OfSnapshots);
    }

    [Fact]
    public async Task The_verification_of_the_audit_reads_one_snapshot_and_keeps_nobody_from_writing()
    {
        var locks = new Locks();
        await using var app = new App
        {
            StartsFirst = true,
            Adjust = services => services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(locks))
        };
        _ = app.Server;
        locks.Seen.Clear();
        locks.OfSnapshots.Clear();

        await app.AskAsync(services => services.GetRequiredService<AuditVerification>().VerifyAsync(TestContext.Current.CancellationToken));

        Assert.Empty(locks.Seen);
        Assert.False(Assert.Single(locks.OfSnapshots));
    }

    [Fact]
    public async Task A_story_that_throws_leaves_nothing_behind()
    {
        await using var app = new App();
        _ = app.Server;

        await Assert.ThrowsAsync<TimeoutException>(
            () => app.AskAsync(services => services.GetRequiredService<TwoFactorDb>().InStoryAsync<bool>(
                async () =>
                {
                    await services.GetRequiredService<TwoFactorDb>().Database.ExecuteSqlAsync(
                        $"UPDATE instance SET admin_rev = 41", TestContext.Current.CancellationToken);
                    throw new TimeoutException();
                },
                TestContext.Current.CancellationToken)));

        Assert.NotEqual(41, Assert.Single(await app.QueryAsync<long>($"SELECT admin_rev AS Value FROM instance")));
    }

    /// <summary>
    /// Asks at the beginning of each transaction, by a connection of its own and without patience, whether anybody else may write.
    /// </summary>
    private sealed class Locks : DbTransactionInterceptor
    {
        public ConcurrentQueue<bool> Seen { get; } = [];

        /// <summary>Of transactions that only read.</summary>
        public ConcurrentQueue<bool> OfSnapshots { get; } = [];

        public override DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
        {
            Ask(connection, result);
            return result;
        }

        public override ValueTask<DbTransaction> TransactionStartedAsync(
            DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            Ask(connection, result);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<DbTransaction> TransactionUsedAsync(
            DbConnection connection, TransactionEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            Ask(connection, result);
            return ValueTask.FromResult(result);
        }

        private static bool CanWrite(DbConnection connection, DbTransaction transaction)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA query_only";
            command.Transaction = transaction;
            return command.ExecuteScalar() is 0L;
        }

        private void Ask(DbConnection connection, DbTransaction transaction)
        {
            Assert.Equal(ConnectionState.Open, connection.State);
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(connection.DataSource, out var other, raw.SQLITE_OPEN_READWRITE, null));
            using (other)
            {
                var answer = raw.sqlite3_exec(other, "BEGIN IMMEDIATE");
                Assert.Contains(answer, new[] { raw.SQLITE_OK, raw.SQLITE_BUSY });
                (CanWrite(connection, transaction) ? Seen : OfSnapshots).Enqueue(answer == raw.SQLITE_BUSY);
            }
        }
    }
}
