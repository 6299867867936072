namespace TwoFactor.Audit;

using System.ComponentModel.DataAnnotations;

/// <summary>The limits of the audit.</summary>
public sealed class AuditLimits
{
    /// <summary>Events after which the head is written to the high-water file, at the latest. 1 to 100,000. Default 100.</summary>
    [Range(1, 100_000)]
    public int HighWaterEvents { get; set; } = 100;

    /// <summary>Seconds after which a head that moved is written to the high-water file, at the latest. 1 to 3,600. Default 60.</summary>
    [Range(1, 3_600)]
    public int HighWaterSeconds { get; set; } = 60;

    /// <summary>Events on one page. 1 to 500. Default 50.</summary>
    [Range(1, 500)]
    public int PageSize { get; set; } = 50;

    /// <summary>
    /// Events that one transaction seals or removes, at most: others wait for the write lock meanwhile. 1 to 10,000. Default 250.
    /// </summary>
    [Range(1, 10_000)]
    public int SealBatch { get; set; } = 250;

    /// <summary>Events in one CSV file, at most: a download of more is refused as a whole. 1 to 1,000,000. Default 100,000.</summary>
    [Range(1, 1_000_000)]
    public int CsvRows { get; set; } = 100_000;

    /// <summary>Hours between two verifications of the whole chain by the server. 1 to 168. Default 24.</summary>
    [Range(1, 168)]
    public int CheckHours { get; set; } = 24;

    /// <summary>
    /// Days after which events are removed: 0 for never, or at least <see cref="FewestKeptDays"/>. 0 to 36,500. Default 0.
    /// </summary>
    [Range(0, 36_500)]
    [NeverOrAtLeast(FewestKeptDays, ErrorMessage = "0, for ever, or at least 90")]
    public int KeptDays { get; set; }

    /// <summary>An admin who comes back from a long leave must still find what happened meanwhile.</summary>
    internal const int FewestKeptDays = 90;

    /// <summary>Allows 0, which means never, and every number from a minimum on.</summary>
    [AttributeUsage(AttributeTargets.Property)]
    private sealed class NeverOrAtLeastAttribute(int least) : ValidationAttribute
    {
        public override bool IsValid(object? value) => value is int number && (number == 0 || number >= least);
    }
}
