namespace TwoFactor.Storage;

/// <summary>
/// A story was not carried out, because too many wait or waited too long; or its commit failed, and only the database says what became
/// of it.
/// </summary>
/// <param name="retryAfter">When it is worth trying again.</param>
/// <param name="cause">What the database said, where it said something.</param>
public sealed class BusyException(TimeSpan retryAfter, Exception? cause = null) : Exception("The database is busy.", cause)
{
    /// <summary>When nothing better is known.</summary>
    public static TimeSpan Soon { get; } = TimeSpan.FromSeconds(1);

    public TimeSpan RetryAfter { get; } = retryAfter;
}
