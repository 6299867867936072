namespace TwoFactor.Tests.Storage;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What becomes of a story when the database fails it.</summary>
public sealed class UnitOfWorkFaultsTests
{
    private const int BusyError = 5;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_story_that_meets_a_lock_at_any_of_its_statements_decides_once()
    {
        var faults = new Faults();
        await using var host = await StoryTestHost.MakeAsync(null, faults);
        for (var call = 1; ; call++)
        {
            var (before, runs) = ((await host.StateAsync()).Count, 0);
            faults.Arm(call, with: Locked);
            var told = await host.RunAsync(async work =>
            {
                runs++;
                await StoryTestHost.CountAsync(work);
                return await work.TryAsync(async () =>
                {
                    Assert.True((await work.Rows.Set<KeyCanary>().ToListAsync(Cancellation)).Count > 0);
                    return StoryOutcome.Stands;
                });
            }).ContinueWith(run => run.Exception?.InnerException, TaskScheduler.Default);
            var seen = faults.Calls.ToList();
            faults.Arm();

            if (seen is [.., "COMMIT"] && seen.Count == call)
            {
                Assert.IsType<BusyException>(told);
                Assert.Equal(1, runs);
                Assert.Equal((before, before), await host.StateAsync());
                Assert.True(call > 6, "The story makes more calls than that.");
                return;
            }

            Assert.Null(told);
            // At the BEGIN the story has not begun.
            Assert.Equal(call == 1 ? 1 : 2, runs);
            Assert.Equal((before + 1, before + 1), await host.StateAsync());
        }
    }

    [Fact]
    public async Task A_story_that_meets_a_lock_again_and_again_is_busy()
    {
        await using var host = await StoryTestHost.MakeAsync();
        var runs = 0;

        await Assert.ThrowsAsync<BusyException>(() => host.RunAsync<StoryOutcome>(async work =>
        {
            runs++;
            await StoryTestHost.CountAsync(work);
            throw Locked("story");
        }));

        Assert.Equal(4, runs);
        Assert.Equal((0, 0), await host.StateAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_that_fails_gives_no_verdict_and_runs_nothing_again(bool carriedOut)
    {
        var faults = new Faults();
        await using var host = await StoryTestHost.MakeAsync(null, faults);
        faults.Arm();
        await host.RunAsync(StoryTestHost.CountAsync);
        var commit = faults.Calls.Count;
        var runs = 0;
        faults.Arm(commit, carriedOut, Locked);

        var busy = await Assert.ThrowsAsync<BusyException>(() => host.RunAsync(async work =>
        {
            runs++;
            return await StoryTestHost.CountAsync(work);
        }));

        faults.Arm();
        Assert.Equal(TimeSpan.FromSeconds(1), busy.RetryAfter);
        Assert.Equal(1, runs);
        Assert.Equal(carriedOut ? (2, 2) : (1, 1), await host.StateAsync());
        await host.RunAsync(StoryTestHost.CountAsync);
        Assert.Equal(carriedOut ? (3, 3) : (2, 2), await host.StateAsync());
    }

    [Theory]
    [InlineData(11)]
    [InlineData(10)]
    [InlineData(13)]
    public async Task After_a_broken_connection_the_next_story_has_a_new_one(int error)
    {
        await using var host = await StoryTestHost.MakeAsync();

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => host.RunAsync<StoryOutcome>(async work =>
        {
            await StoryTestHost.CountAsync(work);
            throw new SqliteException("broken", error);
        }));
        Assert.Equal(error == 13 ? typeof(DiskFullException) : typeof(SqliteException), thrown.GetType());
        await host.RunAsync(StoryTestHost.CountAsync);

        Assert.Equal((1, 1), await host.StateAsync());
    }

    [Fact]
    public async Task A_row_that_a_story_adds_again_from_the_run_before_is_refused()
    {
        await using var host = await StoryTestHost.MakeAsync();
        var row = StoryTestHost.NewRow();
        var runs = 0;

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.RunAsync(async work =>
        {
            work.Add(row);
            await StoryTestHost.CountAsync(work);
            return ++runs == 1 ? throw Locked("story") : StoryOutcome.Stands;
        }));

        Assert.Equal((0, 0), await host.StateAsync());
    }

    [Fact]
    public async Task A_row_that_a_story_changes_after_the_run_in_which_it_was_read_is_refused()
    {
        await using var host = await StoryTestHost.MakeAsync();
        await host.RunAsync(StoryTestHost.CountAsync);
        KeyCanary? kept = null;

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.RunAsync(async work =>
        {
            var isFirst = kept is null;
            kept ??= await work.Rows.Set<KeyCanary>().SingleAsync(Cancellation);
            work.Rows.Entry(kept).Property(row => row.Canary).CurrentValue = [7];
            await StoryTestHost.CountAsync(work);
            return isFirst ? throw Locked("story") : StoryOutcome.Stands;
        }));

        Assert.Equal((1, 1), await host.StateAsync());
    }

    private static SqliteException Locked(string call) => new($"database is locked at {call}", BusyError);
}
