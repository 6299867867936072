namespace TwoFactor.Tests.Sessions;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Tells a story again and again, and makes another call to the database fail each time.</summary>
public abstract class FaultStories : IAsyncLifetime
{
    private readonly Faults faults = new();

    protected TestHost TestHost { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => TestHost = await TestHost.PrepareAsync(faults);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return TestHost.DisposeAsync();
    }

    /// <summary>
    /// Fails call 1, then 2, and so on, until the story passes untouched. A story whose commit was carried out before a call failed
    /// stands whole.
    /// </summary>
    protected async Task FailEachCallAsync(bool carriedOut, Func<Task<bool>> story)
    {
        var before = await DatabaseDump.OfAsync(TestHost);
        for (var call = 1; ; call++)
        {
            faults.Arm(call, carriedOut);
            try
            {
                var passed = await story();
                faults.Arm();
                Assert.True(passed, $"Call {call} was made to fail, and the story gave another answer.");
                Assert.True(call > 5, "The story makes more calls than that.");
                Assert.NotEqual(before, await DatabaseDump.OfAsync(TestHost));
                return;
            }
            catch (Exception exception) when (Injected(exception))
            {
                var isCommitted = faults.Calls.SkipLast(carriedOut ? 0 : 1).Contains("COMMIT", StringComparer.Ordinal);
                faults.Arm();
                if (isCommitted)
                {
                    Assert.NotEqual(before, await DatabaseDump.OfAsync(TestHost));
                    return;
                }

                Assert.Equal(before, await DatabaseDump.OfAsync(TestHost));
            }
        }
    }

    private static bool Injected(Exception exception) =>
        exception is InjectedFault || (exception.InnerException is { } inner && Injected(inner));
}
