namespace TwoFactor.Hosting;

using System.Net;
using Microsoft.AspNetCore.Connections;
using TwoFactor.Accounts.Networks;
using TwoFactor.Administration.Banners;
using TwoFactor.Administration.Network;
using TwoFactor.Hosting.Pipeline;

/// <summary>
/// Closes the connections that one address or one network opens beyond its number, so that a single host cannot use up the connections of
/// all. Proxies are not counted: behind one everybody has the same address.
/// </summary>
internal sealed class ConnectionCaps(NetworkLimits limits, KnownProxies known, UnknownProxies unknown)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> ofAddress = [];
    private readonly Dictionary<ClientNetwork, int> ofNetwork = [];

    /// <summary>Runs around each connection.</summary>
    public ConnectionDelegate Watch(ConnectionDelegate next) => async connection =>
    {
        if ((connection.RemoteEndPoint as IPEndPoint)?.Address is not { } peer
            || KnownProxies.Plain(peer) is not { } address
            || ClientNetwork.Of(address) is not { } network
            || known.Contains(address)
            || unknown.IsLocalProxy(address))
        {
            await next(connection);
            return;
        }

        if (!TryEnter(address, network))
        {
            connection.Abort(new ConnectionAbortedException("Too many connections of one address."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address, network);
        }
    };

    private bool TryEnter(IPAddress address, ClientNetwork network)
    {
        lock (gate)
        {
            var (one, all) = (ofAddress.GetValueOrDefault(address), ofNetwork.GetValueOrDefault(network));
            if (one >= limits.Connections || all >= limits.NetworkConnections)
            {
                return false;
            }

            (ofAddress[address], ofNetwork[network]) = (one + 1, all + 1);
            return true;
        }
    }

    private void Leave(IPAddress address, ClientNetwork network)
    {
        lock (gate)
        {
            Lower(ofAddress, address);
            Lower(ofNetwork, network);
        }
    }

    private static void Lower<T>(Dictionary<T, int> counts, T key)
        where T : notnull
    {
        if (counts[key] == 1)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key]--;
        }
    }
}
