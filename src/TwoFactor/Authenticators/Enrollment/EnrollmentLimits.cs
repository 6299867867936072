namespace TwoFactor.Authenticators.Enrollment;

using System.ComponentModel.DataAnnotations;

/// <summary>How long the QR code of an enrollment works, and how much is allowed.</summary>
public sealed class EnrollmentLimits
{
    /// <summary>Minutes that a QR code works from the post that made it, 2 to 60, default 10.</summary>
    [Range(2, 60)]
    public int QrCodeMinutes { get; init; } = 10;

    /// <summary>How often somebody may ask for more time for one enrollment, 0 to 20, default 10 (WCAG 2.2, 2.2.1).</summary>
    [Range(0, 20)]
    public int Extensions { get; init; } = 10;

    /// <summary>Authenticators that an account may have at once, 1 to 5, default 5.</summary>
    [Range(1, 5)]
    public int MostAuthenticators { get; init; } = 5;

    /// <summary>Wrong codes that end an enrollment, 5 to 100, default 20.</summary>
    [Range(5, 100)]
    public int WrongCodes { get; init; } = 20;

    internal TimeSpan QrCodeTime => TimeSpan.FromMinutes(QrCodeMinutes);
}
