namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts.Passwords;
using Xunit;

/// <summary>Keeps the only worker of the queues busy until it is told, in the name of a known browser.</summary>
internal sealed class BlockedWorker : IDisposable
{
    private readonly ManualResetEventSlim released = new();

    public required Task<bool> Answer { get; init; }

    public static async Task<BlockedWorker> InAsync(PasswordQueues queues, CancellationToken? caller = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        BlockedWorker? worker = null;
        using var made = new ManualResetEventSlim();
        var entered = queues.TryEnter(Block, PasswordLanes.Known(), out var answer, caller ?? cancellation);
        Assert.True(entered);
        worker = new BlockedWorker { Answer = answer! };
        made.Set();
        await begun.Task.WaitAsync(cancellation);
        return worker;

        bool Block()
        {
            made.Wait(cancellation);
            begun.SetResult();
            worker!.released.Wait(cancellation);
            return true;
        }
    }

    public void Release() => released.Set();

    /// <summary>Releases too: a test that fails must not leave the queues waiting for their worker.</summary>
    public void Dispose() => released.Set();
}
