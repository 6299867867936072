namespace TwoFactor.Administration.Network;

using System.ComponentModel.DataAnnotations;

/// <summary>
/// What one address, one network (/24, IPv6 /64) or all strangers together may ask for. A stranger is whoever has no session, no sign-in
/// under way, no link that works and no known browser.
/// </summary>
public sealed class NetworkLimits
{
    private const int Most = 1_000_000;

    /// <summary>Open connections of one address, 1 to 1,000,000, default 100. A proxy has no such limit.</summary>
    [Range(1, Most)]
    public int Connections { get; init; } = 100;

    /// <summary>Open connections of one network, 1 to 1,000,000, default 500. A proxy has no such limit.</summary>
    [Range(1, Most)]
    public int NetworkConnections { get; init; } = 500;

    /// <summary>Seconds after which a connection without a request is closed, 1 to 1,000,000, default 20.</summary>
    [Range(1, Most)]
    public int IdleSeconds { get; init; } = 20;

    /// <summary>Forms that the strangers of one network post in a minute, 1 to 1,000,000, default 60.</summary>
    [Range(1, Most)]
    public int StrangerPosts { get; init; } = 60;

    /// <summary>
    /// Forms that strangers post in a minute through a proxy on this machine or in a private network that no setting names, 1 to 1,000,000,
    /// default 600.
    /// </summary>
    [Range(1, Most)]
    public int UnnamedProxyPosts { get; init; } = 600;

    /// <summary>Mails that the strangers of one network ask for in a minute, 1 to 1,000,000, default 5.</summary>
    [Range(1, Most)]
    public int NetworkMails { get; init; } = 5;

    /// <summary>Mails that all strangers together cause in a minute, 1 to 1,000,000, default 20.</summary>
    [Range(1, Most)]
    public int MailsAMinute { get; init; } = 20;

    /// <summary>Mails that all strangers together cause in an hour, 1 to 1,000,000, default 500.</summary>
    [Range(1, Most)]
    public int MailsAnHour { get; init; } = 500;
}
