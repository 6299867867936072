namespace TwoFactor.Hosting.Pipeline;

using System.Net;
using System.Net.Sockets;

/// <summary>The proxies whose word for who asks counts.</summary>
public sealed record KnownProxies(IReadOnlyList<IPNetwork> Networks)
{
    public bool Contains(IPAddress address) => Networks.Any(network => network.Contains(address));

    /// <summary>Who asks, by what the proxies wrote: the right-most address that is no proxy. What stands left of it, whoever asks has written.</summary>
    /// <param name="peer">Who is connected.</param>
    /// <param name="forwardedFor">The values of <c>X-Forwarded-For</c>, in their order.</param>
    /// <returns>The peer where it is no proxy, or its word is none.</returns>
    public IPAddress ClientOf(IPAddress peer, string forwardedFor)
    {
        ArgumentNullException.ThrowIfNull(forwardedFor);
        var plain = Plain(peer);
        if (!Contains(plain))
        {
            return peer;
        }

        var client = plain;
        foreach (var hop in forwardedFor.Split(',').Reverse())
        {
            if (ParseHop(hop.Trim()) is not { } address)
            {
                return peer;
            }

            client = address;
            if (!Contains(client))
            {
                break;
            }
        }

        return client;
    }

    /// <summary>An address as people write it, an IPv4 one as such. The framework's own parser also takes "1" and "0x7f.1".</summary>
    internal static IPAddress? ParseAddress(string text)
    {
        if (text.AsSpan().ContainsAny("[]%") || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        return address.AddressFamily is AddressFamily.InterNetwork && !string.Equals(address.ToString(), text, StringComparison.Ordinal) ? null : Plain(address);
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

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
