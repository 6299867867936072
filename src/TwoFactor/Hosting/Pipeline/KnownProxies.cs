namespace TwoFactor.Hosting.Pipeline;

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

/// <summary>The proxies that are trusted to name the client's address.</summary>
public sealed record KnownProxies(IReadOnlyList<IPNetwork> Networks)
{
    public bool Contains(IPAddress? address) =>
        address is not null && Plain(address) is var plain && Networks.Any(network => network.Contains(plain));

    /// <summary>Configures the framework's middleware. Without a known proxy it is off, because it would trust everybody.</summary>
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
    /// The part of <c>X-Forwarded-For</c> that can be trusted: from the right, the known proxies and the first address that is none. The
    /// client itself may have written everything to the left.
    /// </summary>
    /// <param name="forwardedFor">The values of the header, in their order.</param>
    /// <returns>The addresses in plain form; null when one of the trusted part is not an address.</returns>
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

    /// <summary>
    /// Parses an address in its usual notation, and an IPv4-mapped one as IPv4. The framework's own parser also takes "1" and "0x7f.1".
    /// </summary>
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

    /// <summary>Parses one entry: "192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443".</summary>
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
