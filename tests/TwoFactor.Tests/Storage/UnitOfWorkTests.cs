namespace TwoFactor.Tests.Storage;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;
using Xunit;

/// <summary>What a story may rely on, and what it may not do.</summary>
public sealed class UnitOfWorkTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caller_who_aborts_between_the_charge_and_the_commit_is_charged()
    {
        await using var host = await StoryTestHost.MakeAsync();
        using var caller = new CancellationTokenSource();

        await host.RunForAsync(
            async work =>
            {
                await StoryTestHost.CountAsync(work);
                await caller.CancelAsync();
                Assert.Equal(1, await work.ExecuteAsync($"UPDATE instance SET clock_alarm=7"));
                return StoryOutcome.Stands;
            },
            caller.Token);

        Assert.Equal((1, 1), await host.StateAsync());
    }

    [Fact]
    public async Task A_half_done_story_leaves_nothing()
    {
        await using var host = await StoryTestHost.MakeAsync();

        var told = await host.RunAsync(async work => await StoryTestHost.CountAsync(work) with { Commits = false });

        Assert.Equal(StoryOutcome.HalfDone, told);
        Assert.Equal((0, 0), await host.StateAsync());
    }

    [Fact]
    public async Task A_story_begins_no_other_story()
    {
        await using var host = await StoryTestHost.MakeAsync();
        Assert.False(Work.IsInside);

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.RunAsync(async work =>
        {
            Assert.True(Work.IsInside);
            await StoryTestHost.CountAsync(work);
            return await host.RunAsync(StoryTestHost.CountAsync);
        }));

        Assert.False(Work.IsInside);
        Assert.Equal((0, 0), await host.StateAsync());
    }

    [Fact]
    public async Task A_part_falls_away_alone()
    {
        await using var host = await StoryTestHost.MakeAsync();
        var acts = new List<string>();

        await host.RunAsync(async work =>
        {
            await StoryTestHost.CountAsync(work);
            work.BeforeCommit("seal", () => Act("first"));
            var part = await work.TryAsync(async () =>
            {
                await StoryTestHost.CountAsync(work);
                work.BeforeCommit("copy", () => Act("of the part"));
                return StoryOutcome.HalfDone;
            });
            Assert.Equal(StoryOutcome.HalfDone, part);
            await Assert.ThrowsAsync<TimeoutException>(() => work.TryAsync<StoryOutcome>(async () =>
            {
                await StoryTestHost.CountAsync(work);
                throw new TimeoutException();
            }));
            await work.TryAsync(() => StoryTestHost.CountAsync(work));
            work.BeforeCommit("seal", () => Act("second"));
            return StoryOutcome.Stands;
        });

        Assert.Equal((2, 2), await host.StateAsync());
        Assert.Equal(["first"], acts);

        Task Act(string name)
        {
            acts.Add(name);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task What_is_done_before_the_commit_sees_the_rows_and_may_add_to_them()
    {
        await using var host = await StoryTestHost.MakeAsync();
        var seen = 0;

        await host.RunAsync(async work =>
        {
            work.BeforeCommit(nameof(seen), async () =>
            {
                seen = await work.Rows.Set<KeyCanary>().CountAsync(Cancellation);
                work.Add(StoryTestHost.NewRow());
            });
            return await StoryTestHost.CountAsync(work);
        });

        Assert.Equal(1, seen);
        Assert.Equal((1, 2), await host.StateAsync());
    }

    [Fact]
    public async Task The_clock_is_read_once_and_a_moment_stands_in_statements()
    {
        await using var host = await StoryTestHost.MakeAsync();
        var now = UnixTime.Of(host.Time.GetUtcNow());

        var written = await host.RunAsync(async work =>
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(now, work.Now);
            var later = work.Now + TimeSpan.FromSeconds(30);
            await work.ExecuteAsync($"UPDATE instance SET setup_completed_at={later}");
            Assert.Null(await work.OneValueAsync<long>(
                $"UPDATE instance SET admin_rev=3 WHERE setup_completed_at<={work.Now} RETURNING admin_rev AS Value"));
            return new Committed<long?>(await work.OneValueAsync<long>(
                $"UPDATE instance SET admin_rev=3 WHERE setup_completed_at={later} RETURNING setup_completed_at AS Value"));
        });

        Assert.Equal(now.Seconds + 30, written.Value);
    }

    [Fact]
    public async Task The_work_ends_with_its_run()
    {
        await using var host = await StoryTestHost.MakeAsync();
        Work? kept = null;

        await host.RunAsync(work =>
        {
            kept = work;
            return Task.FromResult(StoryOutcome.Stands);
        });

        Assert.Throws<InvalidOperationException>(() => kept!.Rows);
        Assert.Throws<InvalidOperationException>(() => kept!.Add(StoryTestHost.NewRow()));
    }

    [Fact]
    public async Task A_story_that_needs_another_guard_runs_anew_with_it()
    {
        await using var host = await StoryTestHost.MakeAsync();
        var (low, high) = (new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8]));
        var seen = new List<IReadOnlyList<Guid>>();

        await host.RunAsync(
            async work =>
            {
                seen.Add(work.Locks.Accounts);
                await StoryTestHost.CountAsync(work);
                return work.Locks.Holds(low) ? StoryOutcome.Stands : throw new OtherLocksException(low);
            },
            locks: Locks.Of(high).And(Locks.Admins()));

        Assert.Equal([[high], [low, high]], seen);
        Assert.Equal((1, 1), await host.StateAsync());
    }

    [Fact]
    public async Task A_story_that_keeps_every_writer_waiting_is_named_in_the_log()
    {
        await using var host = await StoryTestHost.MakeAsync();

        await host.RunAsync(async work =>
        {
            await Task.Delay(120, Cancellation);
            return await StoryTestHost.CountAsync(work);
        });

        Assert.Contains(host.Log.All, line => line.Contains(
            $"The story {nameof(UnitOfWorkTests)}.{nameof(A_story_that_keeps_every_writer_waiting_is_named_in_the_log)} "
                + "kept", StringComparison.Ordinal));
    }
}
