namespace TwoFactor.Tests.Storage;

using TwoFactor.Storage;
using Xunit;

/// <summary>How stories wait for each other and for other processes.</summary>
public sealed class UnitOfWorkWaitingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// All run on one thread at a time: were it blocked by the one who waits for the file, the others would never come into the queue.
    /// </summary>
    [Fact]
    public async Task Five_hundred_writers_block_no_thread_and_lose_none()
    {
        await using var host = await StoryTestHost.MakeAsync();
        var oneThread = new TaskFactory(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
        Task[] writers;
        await using (await host.LockFileAsync())
        {
            writers = [.. Enumerable.Range(0, 500).Select(_ => oneThread.StartNew(
                () => host.RunAsync(StoryTestHost.CountAsync, actor: Actor.Server), Cancellation).Unwrap())];
            await host.UntilWaitingAsync(499);
            Assert.DoesNotContain(writers, writer => writer.IsCompleted);
        }

        await Task.WhenAll(writers);

        Assert.Equal((500, 500), await host.StateAsync());
    }

    [Fact]
    public async Task Where_one_in_ten_throws_exactly_the_others_stand()
    {
        await using var host = await StoryTestHost.MakeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            try
            {
                return await host.RunAsync(async work =>
                {
                    await StoryTestHost.CountAsync(work);
                    return number % 10 == 0 ? throw new TimeoutException() : StoryOutcome.Stands;
                }) == StoryOutcome.Stands;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }));

        Assert.Equal(90, answers.Count(answer => answer));
        Assert.Equal((90, 90), await host.StateAsync());
    }

    [Fact]
    public async Task Whoever_finds_the_queue_full_is_told_at_once()
    {
        await using var host = await StoryTestHost.MakeAsync(new DatabaseLimits { Waiting = 1 });
        var end = new TaskCompletionSource();
        var first = host.RunAsync(work => SlowAsync(work, end.Task));
        var second = host.RunAsync(StoryTestHost.CountAsync);
        await host.UntilWaitingAsync(1);

        var busy = await Assert.ThrowsAsync<BusyException>(() => host.RunAsync(StoryTestHost.CountAsync));

        Assert.Equal(TimeSpan.FromSeconds(1), busy.RetryAfter);
        Assert.False(second.IsCompleted);
        end.SetResult();
        await Task.WhenAll(first, second);
        await host.RunAsync(StoryTestHost.CountAsync);
        Assert.Equal((3, 3), await host.StateAsync());
    }

    [Fact]
    public async Task Whoever_waited_too_long_is_told_and_a_command_waits_longer()
    {
        await using var host = await StoryTestHost.MakeAsync(new DatabaseLimits { WaitSeconds = 1 });
        var end = new TaskCompletionSource();
        var first = host.RunAsync(work => SlowAsync(work, end.Task));
        var command = host.RunAsync(StoryTestHost.CountAsync, actor: Actor.Console);

        await Assert.ThrowsAsync<BusyException>(() => host.RunAsync(StoryTestHost.CountAsync));

        Assert.Equal(1, host.Queue.Waiting);
        end.SetResult();
        await Task.WhenAll(first, command);
        Assert.Equal((2, 2), await host.StateAsync());
    }

    [Fact]
    public async Task Whoever_gives_up_while_waiting_wrote_nothing_and_holds_up_nobody()
    {
        await using var host = await StoryTestHost.MakeAsync();
        using var caller = new CancellationTokenSource();
        var end = new TaskCompletionSource();
        var first = host.RunAsync(work => SlowAsync(work, end.Task));
        var second = host.RunForAsync(StoryTestHost.CountAsync, caller.Token);
        await host.UntilWaitingAsync(1);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(0, host.Queue.Waiting);
        end.SetResult();
        await first;
        Assert.Equal((1, 1), await host.StateAsync());
    }

    [Fact]
    public async Task A_lock_of_another_process_is_waited_for()
    {
        await using var host = await StoryTestHost.MakeAsync();
        Task<StoryOutcome> writer;
        await using (await host.LockFileAsync())
        {
            writer = host.RunAsync(StoryTestHost.CountAsync);
            await Task.Delay(300, Cancellation);
            Assert.False(writer.IsCompleted);
        }

        await writer;

        Assert.Equal((1, 1), await host.StateAsync());
    }

    [Fact]
    public async Task A_lock_that_another_process_never_gives_back_is_not_waited_for_longer_than_the_limit()
    {
        await using var host = await StoryTestHost.MakeAsync(new DatabaseLimits { WaitSeconds = 1 });
        await using (await host.LockFileAsync())
        {
            await Assert.ThrowsAsync<BusyException>(() => host.RunAsync(StoryTestHost.CountAsync));
        }

        Assert.Equal((0, 0), await host.StateAsync());
        await host.RunAsync(StoryTestHost.CountAsync);
        Assert.Equal((1, 1), await host.StateAsync());
    }

    [Fact]
    public async Task Unbroken_load_lets_another_process_in()
    {
        await using var host = await StoryTestHost.MakeAsync();
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                await host.RunAsync(StoryTestHost.CountAsync);
            }
        }));

        await using (await Task.Run(host.LockFileAsync, Cancellation))
        {
            Assert.True((await host.StateAsync()).Count > 0);
        }

        await enough.CancelAsync();
        await load;
    }

    private static async Task<StoryOutcome> SlowAsync(Work work, Task end)
    {
        await end;
        return await StoryTestHost.CountAsync(work);
    }
}
