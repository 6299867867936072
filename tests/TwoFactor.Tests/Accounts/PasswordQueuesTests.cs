namespace TwoFactor.Tests.Accounts;

using System.Collections.Concurrent;
using TwoFactor.Accounts.Passwords;
using Xunit;

public sealed class PasswordQueuesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_queue_is_full_by_itself_and_the_two_are_served_by_turns()
    {
        using var queues = PasswordLanes.Of(workers: 1, places: 32);
        using var blocked = await BlockedWorker.InAsync(queues);
        var served = new ConcurrentQueue<string>();
        var answers = new List<Task<bool>>();
        for (var number = 1; number <= 32; number++)
        {
            var name = number;
            Assert.True(queues.TryEnter(() => Serve(served, $"unknown {name}"), PasswordLanes.Stranger(), out var answer, Cancellation));
            answers.Add(answer);
        }

        Assert.False(queues.TryEnter(() => true, PasswordLanes.Stranger(), out _, Cancellation));
        for (var number = 1; number <= 32; number++)
        {
            var name = number;
            Assert.True(queues.TryEnter(() => Serve(served, $"known {name}"), PasswordLanes.Known(), out var answer, Cancellation));
            answers.Add(answer);
        }

        Assert.False(queues.TryEnter(() => true, PasswordLanes.Known(), out var none, Cancellation));
        Assert.Null(none);

        blocked.Release();
        await Task.WhenAll(answers);

        // The worker was blocked by a known browser, so that an unknown one is next.
        Assert.Equal(
            Enumerable.Range(1, 32).SelectMany(number => new[] { $"unknown {number}", $"known {number}" }), served, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_known_browser_waits_for_one_stranger_at_most()
    {
        using var queues = PasswordLanes.Of(workers: 1, places: 32);
        using var blocked = await BlockedWorker.InAsync(queues);
        var served = new ConcurrentQueue<string>();
        var answers = Enumerable.Range(1, 32).Select(_ => Enter(queues, () => Serve(served, "stranger"))).ToList();
        Assert.True(queues.TryEnter(() => Serve(served, "owner"), PasswordLanes.Known(), out var owner, Cancellation));

        blocked.Release();
        await Task.WhenAll([.. answers, owner]);

        Assert.Equal(1, served.ToList().IndexOf("owner"));
        Assert.Equal(33, served.Count);
    }

    [Fact]
    public async Task A_caller_who_goes_away_frees_its_place_and_costs_no_work()
    {
        using var queues = PasswordLanes.Of(workers: 1, places: 2);
        using var blocked = await BlockedWorker.InAsync(queues);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var served = new ConcurrentQueue<string>();
        Assert.True(queues.TryEnter(() => Serve(served, "left"), PasswordLanes.Stranger(), out var left, leaving.Token));
        var stayed = Enter(queues, () => Serve(served, "stayed"));
        Assert.False(queues.TryEnter(() => true, PasswordLanes.Stranger(), out _, Cancellation));

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        var came = Enter(queues, () => Serve(served, "came"));
        blocked.Release();
        await Task.WhenAll(stayed, came);
        Assert.Equal(["stayed", "came"], served, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Who_is_gone_already_never_takes_a_place()
    {
        using var queues = PasswordLanes.Of(workers: 1, places: 1);
        using var blocked = await BlockedWorker.InAsync(queues);

        Assert.True(queues.TryEnter(() => true, PasswordLanes.Stranger(), out var gone, new CancellationToken(canceled: true)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        var came = Enter(queues, () => true);
        blocked.Release();
        Assert.True(await came);
    }

    [Fact]
    public async Task Work_that_has_begun_is_finished()
    {
        using var queues = PasswordLanes.Of(workers: 1, places: 1);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var blocked = await BlockedWorker.InAsync(queues, leaving.Token);

        await leaving.CancelAsync();
        blocked.Release();

        Assert.True(await blocked.Answer);
    }

    [Fact]
    public async Task As_many_work_at_once_as_there_are_workers()
    {
        using var queues = PasswordLanes.Of(workers: 3, places: 32);
        using var meeting = new Barrier(3); // nobody leaves before three have come
        var cancellation = Cancellation;
        var (working, most) = (0, 0);
        var gate = new Lock();

        var answers = Enumerable.Range(1, 30).Select(_ => Enter(queues, Meet)).ToList();
        await Task.WhenAll(answers);

        Assert.Equal(3, most);

        bool Meet()
        {
            lock (gate)
            {
                most = Math.Max(most, ++working);
            }

            meeting.SignalAndWait(cancellation);
            lock (gate)
            {
                working--;
            }

            meeting.SignalAndWait(cancellation);
            return true;
        }
    }

    [Fact]
    public async Task A_failure_is_its_callers_and_the_worker_goes_on()
    {
        using var queues = PasswordLanes.Of(workers: 1, places: 32);

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Enter(queues, () => throw new InvalidTimeZoneException()));

        Assert.True(await Enter(queues, () => true));
    }

    [Fact]
    public async Task At_the_end_nobody_is_left_waiting()
    {
        var queues = PasswordLanes.Of(workers: 1, places: 32);
        using var blocked = await BlockedWorker.InAsync(queues);
        var waiting = Enter(queues, () => true);

        var end = Task.Run(queues.Dispose, Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        blocked.Release();
        await end;
        Assert.Throws<ObjectDisposedException>(() => queues.TryEnter(() => true, PasswordLanes.Known(), out _, Cancellation));
    }

    private static Task<bool> Enter(PasswordQueues queues, Func<bool> work)
    {
        Assert.True(queues.TryEnter(work, PasswordLanes.Stranger(), out var answer, Cancellation));
        return answer;
    }

    private static bool Serve(ConcurrentQueue<string> served, string name)
    {
        served.Enqueue(name);
        return true;
    }
}
