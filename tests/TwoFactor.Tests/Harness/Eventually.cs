namespace TwoFactor.Tests.Harness;

using Xunit;

/// <summary>Waits for another process: asks again until there is an answer, and fails with a sentence after half a minute.</summary>
/// <remarks>For what really happens elsewhere; a test that wants time to pass moves its own clock.</remarks>
public static class Eventually
{
    private const int Milliseconds = 25;
    private const int Asks = 30_000 / Milliseconds;

    /// <param name="ask">Answers null for "not yet".</param>
    /// <param name="missing">What to say when it never came.</param>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> ask, Func<string> missing)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(ask);
        ArgumentNullException.ThrowIfNull(missing);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(Milliseconds));
        for (var asked = 0; asked < Asks; asked++)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        throw new TimeoutException(missing());
    }
}
