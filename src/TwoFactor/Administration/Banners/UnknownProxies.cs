namespace TwoFactor.Administration.Banners;

using System.Net;
using IPNetwork = System.Net.IPNetwork;

/// <summary>Remembers who sent headers that only a proxy may send, without being named as a proxy in a setting.</summary>
public sealed class UnknownProxies(BannerLimits limits, TimeProvider time)
{
    /// <summary>As many local proxies as are remembered. Everybody in a private network may claim to be one.</summary>
    private const int MostLocal = 64;

    private static readonly IPNetwork[] Local =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/10"),
    ];

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, DateTimeOffset> local = [];
    private volatile Sighting? last;

    /// <summary>The last one; null when there was none since this start.</summary>
    public Sighting? Last => last;

    private DateTimeOffset Now => time.GetUtcNow();

    /// <param name="speaksForOthers">Whether it named the address of a client.</param>
    /// <returns>Whether it is the first since this start.</returns>
    public bool Note(IPAddress address, bool speaksForOthers)
    {
        if (speaksForOthers && Array.Exists(Local, network => network.Contains(address)))
        {
            lock (gate)
            {
                if (local.Count < MostLocal || local.ContainsKey(address))
                {
                    local[address] = Now;
                }
            }
        }

        return Interlocked.Exchange(ref last, new Sighting(address, Now)) is null;
    }

    /// <summary>
    /// Whether an address of this machine or of a private network spoke for others lately: then it is probably the reverse proxy, and many
    /// people come from it.
    /// </summary>
    public bool IsLocalProxy(IPAddress address)
    {
        lock (gate)
        {
            return local.TryGetValue(address, out var at) && at > Now.AddHours(-limits.UnknownProxyHours);
        }
    }

    public sealed record Sighting(IPAddress Address, DateTimeOffset At);
}
