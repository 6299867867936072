namespace TwoFactor.Administration.Banners;

using System.ComponentModel.DataAnnotations;

/// <summary>How long the admin pages show their notices.</summary>
public sealed class BannerLimits
{
    /// <summary>Days before the key ring's certificate expires, 1 to 365, default 30.</summary>
    [Range(1, 365)]
    public int CertificateDays { get; init; } = 30;

    /// <summary>Hours after the last request of an unknown proxy, 1 to 720, default 24.</summary>
    [Range(1, 720)]
    public int UnknownProxyHours { get; init; } = 24;
}
