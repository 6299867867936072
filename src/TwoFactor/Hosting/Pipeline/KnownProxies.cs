namespace TwoFactor.Hosting.Pipeline;

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

/// <summary>The proxies whose word for who asks counts.</summary>
public sealed record KnownProxies(IReadOnlyList<IPNetwork> Networks)
{
    public bool Contains(IPAddress? address) =>
        address is not null && Plain(address) is var plain && Networks.Any(network => network.Contains(plain));

    /// <summary>For the framework's middleware. Without a proxy it is off: it would believe everybody.</summary>
    public void Apply(ForwardedHeadersOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ForwardedHeaders = Networks.Count > 0 ? ForwardedHeaders.XForwardedFor : ForwardedHeaders.None;
        options.ForwardLimit = null;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in Networks)
        {
            options.KnownIPNetworks.Add(network);
        }
    }

    /// <summary>
    /// What counts of <c>X-Forwarded-For</c>: from the right, the proxies that it went through and whom they speak for. What stands
    /// left of that, whoever asks has written.
    /// </summary>
    /// <param name="forwardedFor">The values, in their order.</param>
    /// <returns>Plain addresses; null where one that counts is none.</returns>
    public string? AddressesIn(string forwardedFor)
    {
        ArgumentNullException.ThrowIfNull(forwardedFor);
        var addresses = new List<string>();
        foreach (var hop in forwardedFor.Split(',').Reverse())
        {
            if (ParseHop(hop.Trim()) is not { } address)
            {
                return null;
            }

            addresses.Insert(0, address.ToString());
            if (!Contains(address))
            {
                break;
            }
        }

        return string.Join(", ", addresses);
    }

    /// <summary>An address as people write it, an IPv4 one as such. The framework's own parser also takes "1" and "0x7f.1".</summary>
    internal static IPAddress? ParseAddress(string text)
    {
        if (text.AsSpan().ContainsAny("[]%") || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        return address.AddressFamily is AddressFamily.InterNetwork && !string.Equals(address.ToString(), text, StringComparison.Ordinal)
            ? null
            : Plain(address);
    }

    /// <summary>"192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443"</summary>
    private static IPAddress? ParseHop(string text)
    {
        var (host, port) = text.LastIndexOf(':') switch
        {
            > 0 and var colon when text[0] is '[' && text[colon - 1] is ']' => (text[1..(colon - 1)], text[(colon + 1)..]),
            > 0 and var colon when text.IndexOf(':', StringComparison.Ordinal) == colon => (text[..colon], text[(colon + 1)..]),
            _ when text is ['[', .., ']'] => (text[1..^1], "1"),
            _ => (text, "1"),
        };
        return port.Length is > 0 and <= 5 && port.All(char.IsAsciiDigit) ? ParseAddress(host) : null;
    }

    internal static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
