namespace TwoFactor.Audit;

using System.Net;

/// <summary>Who acted. The numbers stand in rows.</summary>
public enum ActorKind : byte
{
    /// <summary>Nobody has proven anything yet.</summary>
    Unknown = 0,

    /// <summary>The person whom it is about.</summary>
    Owner = 1,

    /// <summary>An admin or the help desk.</summary>
    Agent = 2,

    /// <summary>An operator on the server's command line.</summary>
    Console = 3,

    /// <summary>The program by itself.</summary>
    Server = 4,
}

/// <summary>Who did it, and from where. Numbers of a fixed list and bytes: what a request says of itself never reaches a row as text.</summary>
/// <param name="Kind">Who acted.</param>
/// <param name="Account">The account that acted, where one did.</param>
/// <param name="Browser">As it called itself.</param>
/// <param name="Platform">As it called itself.</param>
/// <param name="Address">4 or 16 bytes.</param>
public sealed record Actor(ActorKind Kind, Guid? Account, Browser Browser, OperatingPlatform Platform, IReadOnlyList<byte>? Address)
{
    /// <summary>An operator on the server's command line.</summary>
    public static Actor Console { get; } = new(ActorKind.Console, null, Browser.Unknown, OperatingPlatform.Unknown, null);

    /// <summary>The program by itself.</summary>
    public static Actor Server { get; } = new(ActorKind.Server, null, Browser.Unknown, OperatingPlatform.Unknown, null);

    /// <summary>A request, by what its connection and its User-Agent header say. An IPv4 address stays 4 bytes on a socket that speaks both.</summary>
    public static Actor Request(ActorKind by, Guid? actor, string? userAgent, IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return new(by, actor, UserAgent.BrowserFrom(userAgent), UserAgent.PlatformFrom(userAgent), plain?.GetAddressBytes());
    }

    /// <summary>In words: "Firefox on Windows".</summary>
    public string Describe() => UserAgent.Describe(Browser, Platform);
}
