namespace TwoFactor.Accounts.Networks;

using System.Net;
using System.Net.Sockets;
using TwoFactor.Storage;

/// <summary>
/// The network of a client, as far as limits count it: its /24 for IPv4 and its /64 for IPv6, because one host has as many addresses of
/// these as it likes.
/// </summary>
public readonly record struct ClientNetwork
{
    private const int Bytes4 = 3;
    private const int Bytes6 = 8;

    private readonly ulong prefix;
    private readonly bool isIPv6;

    private ClientNetwork(ReadOnlySpan<byte> address)
    {
        isIPv6 = address.Length > 4;
        foreach (var part in address[..(isIPv6 ? Bytes6 : Bytes4)])
        {
            prefix = (prefix << 8) | part;
        }
    }

    /// <summary>Null when there is no address, as in a request that came over no network.</summary>
    public static ClientNetwork? Of(IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is { AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 }
            ? new ClientNetwork(plain.GetAddressBytes())
            : null;
    }

    /// <inheritdoc cref="Of(IPAddress?)"/>
    public static ClientNetwork? Of(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Address is { } bytes ? Of(new IPAddress([.. bytes])) : null;
    }
}
