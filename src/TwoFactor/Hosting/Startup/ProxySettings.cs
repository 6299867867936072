namespace TwoFactor.Hosting.Startup;

using System.Net;
using TwoFactor.Hosting.Pipeline;

/// <summary>Reads <c>Proxies:Known</c>: addresses and networks, and nothing that could be read in two ways.</summary>
internal static class ProxySettings
{
    private const string Root = "Proxies";
    private const string List = "Known";
    private const string MustBe = "an address such as 10.0.0.7, or a network such as 10.0.0.0/8 with zeros after its bits";
    private const string Default = "none: X-Forwarded headers are ignored";

    public static KnownProxies Read(IConfiguration configuration, List<InvalidSetting> refusals)
    {
        foreach (var stray in configuration.GetSection(Root).AsEnumerable()
            .Where(entry => entry.Value is { Length: > 0 } && !IsOfList(entry.Key)))
        {
            refusals.Add(
                new InvalidSetting(stray.Key, stray.Value, $"left out: proxies are {Root}:{List}:0, {Root}:{List}:1 and so on", Default));
        }

        var networks = new List<IPNetwork>();
        foreach (var entry in configuration.GetSection($"{Root}:{List}").GetChildren().Where(entry => entry.Value is { Length: > 0 }))
        {
            if (Parse(entry.Value!) is { } network)
            {
                networks.Add(network);
            }
            else
            {
                refusals.Add(new InvalidSetting(entry.Path, entry.Value, MustBe, Default));
            }
        }

        return new KnownProxies(networks);
    }

    private static bool IsOfList(string key) =>
        key.StartsWith($"{Root}:{List}:", StringComparison.OrdinalIgnoreCase) && key.Count(letter => letter is ':') == 2;

    /// <summary>
    /// Parses an address or a network. A network of prefix length 0 is refused: it would let every visitor choose an address.
    /// </summary>
    private static IPNetwork? Parse(string text)
    {
        if (!text.Contains('/', StringComparison.Ordinal))
        {
            return KnownProxies.ParseAddress(text) is { } address ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
        }

        return IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0
            && network.BaseAddress.Equals(KnownProxies.ParseAddress(text[..text.IndexOf('/', StringComparison.Ordinal)]))
            ? network
            : null;
    }
}
