namespace TwoFactor.Administration.Banners;

using System.Net;

/// <summary>Who sent headers that only a proxy may send, and is none that a setting names.</summary>
public sealed class UnknownProxies(TimeProvider time)
{
    private volatile Sighting? last;

    /// <summary>The last one; null: none since this start.</summary>
    public Sighting? Last => last;

    /// <returns>Whether it is the first since this start.</returns>
    public bool Note(IPAddress address) => Interlocked.Exchange(ref last, new Sighting(address, time.GetUtcNow())) is null;

    public sealed record Sighting(IPAddress Address, DateTimeOffset At);
}
