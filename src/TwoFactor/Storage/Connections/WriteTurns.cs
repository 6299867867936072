namespace TwoFactor.Storage.Connections;

/// <summary>
/// The queue of writers in this process: first come, first served. Its length is limited, and no thread is blocked while it waits.
/// </summary>
public sealed class WriteTurns(DatabaseLimits limits) : IDisposable
{
    // The semaphore serves asynchronous waiters in the order in which they came.
    private readonly SemaphoreSlim turn = new(1, 1);
    private int inside;

    /// <summary>How many wait behind the one whose turn it is.</summary>
    public int Waiting => Math.Max(0, Volatile.Read(ref inside) - 1);

    /// <summary>Waits for the caller's turn. The caller ends its turn with <see cref="Leave"/>.</summary>
    /// <exception cref="BusyException">Too many callers wait, or the wait was too long.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task EnterAsync(WaitLimit waitLimit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(waitLimit);
        var isTurn = false;
        try
        {
            isTurn = Interlocked.Increment(ref inside) <= limits.Waiting + 1 && await turn.WaitAsync(waitLimit.Left, cancellation);
        }
        finally
        {
            if (!isTurn)
            {
                Interlocked.Decrement(ref inside);
            }
        }

        if (!isTurn)
        {
            throw new BusyException(BusyException.Soon);
        }
    }

    public void Leave()
    {
        Interlocked.Decrement(ref inside);
        turn.Release();
    }

    public void Dispose() => turn.Dispose();
}
