namespace TwoFactor.Storage;

/// <summary>
/// The story was not run, because too many wait or the wait was too long; or its commit failed, and nobody knows whether it was written.
/// </summary>
public class BusyException : Exception
{
    /// <param name="retryAfter">How long the caller should wait before the next try.</param>
    /// <param name="cause">The error of the database; null when there was none.</param>
    public BusyException(TimeSpan retryAfter, Exception? cause = null)
        : this("The database is busy.", retryAfter, cause)
    {
    }

    protected BusyException(string message, TimeSpan retryAfter, Exception? cause)
        : base(message, cause) => RetryAfter = retryAfter;

    /// <summary>The delay when no better estimate is known.</summary>
    public static TimeSpan Soon { get; } = TimeSpan.FromSeconds(1);

    public TimeSpan RetryAfter { get; }
}
