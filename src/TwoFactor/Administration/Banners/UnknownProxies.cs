namespace TwoFactor.Administration.Banners;

using System.Net;

/// <summary>Remembers who sent headers that only a proxy may send, without being named as a proxy in a setting.</summary>
public sealed class UnknownProxies(TimeProvider time)
{
    private volatile Sighting? last;

    /// <summary>The last one; null when there was none since this start.</summary>
    public Sighting? Last => last;

    /// <returns>Whether it is the first since this start.</returns>
    public bool Note(IPAddress address) => Interlocked.Exchange(ref last, new Sighting(address, time.GetUtcNow())) is null;

    public sealed record Sighting(IPAddress Address, DateTimeOffset At);
}
