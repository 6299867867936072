namespace TwoFactor.Audit;

using System.Net;
using TwoFactor.Storage;

/// <summary>Reads just enough of a User-Agent header to remind its owner which device it was.</summary>
public static class UserAgent
{
    /// <summary>Real ones have about 200 characters; a longer one is read this far.</summary>
    private const int ReadAtMost = 1024;

    // The first match counts, so the order matters: nearly all browsers also claim to be Chrome and Safari, and Android claims to be Linux.
    private static readonly (string Mark, Browser Browser)[] Browsers =
    [
        ("Edg/", Browser.Edge), ("EdgA/", Browser.Edge), ("EdgiOS/", Browser.Edge),
        ("OPR/", Browser.Opera), ("OPT/", Browser.Opera), ("OPiOS/", Browser.Opera),
        ("SamsungBrowser/", Browser.SamsungInternet),
        ("Vivaldi/", Browser.Vivaldi),
        ("Firefox/", Browser.Firefox), ("FxiOS/", Browser.Firefox),
        ("Chrome/", Browser.Chrome), ("CriOS/", Browser.Chrome), ("Chromium/", Browser.Chrome),
        ("Safari/", Browser.Safari),
        ("curl/", Browser.Curl),
        ("Wget/", Browser.Wget),
    ];

    private static readonly (string Mark, OperatingPlatform Platform)[] Platforms =
    [
        ("iPhone", OperatingPlatform.IOS), ("iPad", OperatingPlatform.IOS), ("iPod", OperatingPlatform.IOS),
        ("Android", OperatingPlatform.Android),
        ("CrOS", OperatingPlatform.ChromeOS),
        ("Windows", OperatingPlatform.Windows),
        ("Macintosh", OperatingPlatform.MacOS), ("Mac OS X", OperatingPlatform.MacOS),
        ("Linux", OperatingPlatform.Linux), ("linux", OperatingPlatform.Linux), ("X11", OperatingPlatform.Linux),
    ];

    extension(Actor)
    {
        /// <summary>
        /// The actor of a request, from its connection and its User-Agent header. An IPv4 address is stored as 4 bytes, even on a
        /// dual-stack socket.
        /// </summary>
        public static Actor Request(ActorKind by, Guid? account, string? userAgent, IPAddress? address)
        {
            var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
            return new(by, account, BrowserFrom(userAgent), PlatformFrom(userAgent), plain?.GetAddressBytes());
        }
    }

    /// <summary>In words: "Firefox on Windows".</summary>
    public static string Describe(this Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return Describe(actor.Browser, actor.Platform);
    }

    public static Browser BrowserFrom(string? userAgent)
    {
        var text = Shorten(userAgent);
        return Array.Find(Browsers, known => text.Contains(known.Mark, StringComparison.Ordinal)).Browser;
    }

    public static OperatingPlatform PlatformFrom(string? userAgent)
    {
        var text = Shorten(userAgent);
        return Array.Find(Platforms, known => text.Contains(known.Mark, StringComparison.Ordinal)).Platform;
    }

    /// <summary>"Firefox on Windows", "Firefox", "A browser on Windows", "An unknown browser".</summary>
    public static string Describe(Browser browser, OperatingPlatform platform) => (Name(browser), Name(platform)) switch
    {
        ({ } program, { } system) => $"{program} on {system}",
        ({ } program, null) => program,
        (null, { } system) => $"A browser on {system}",
        _ => "An unknown browser",
    };

    private static string Shorten(string? userAgent) =>
        userAgent is null ? "" : userAgent.Length > ReadAtMost ? userAgent[..ReadAtMost] : userAgent;

    /// <summary>The name that people read; null when it is not known.</summary>
    public static string? Name(Browser browser) => browser switch
    {
        Browser.SamsungInternet => "Samsung Internet",
        Browser.Curl => "curl",
        Browser.Unknown => null,
        _ => Enum.GetName(browser),
    };

    /// <inheritdoc cref="Name(Browser)"/>
    public static string? Name(OperatingPlatform platform) => platform switch
    {
        OperatingPlatform.MacOS => "macOS",
        OperatingPlatform.IOS => "iOS",
        OperatingPlatform.Unknown => null,
        _ => Enum.GetName(platform),
    };
}
