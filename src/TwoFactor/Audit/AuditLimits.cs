namespace TwoFactor.Audit;

using System.ComponentModel.DataAnnotations;

/// <summary>The numbers of the audit.</summary>
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

    /// <summary>Events that one transaction seals, at most: others wait for the write lock meanwhile. 1 to 10,000. Default 1,000.</summary>
    [Range(1, 10_000)]
    public int SealBatch { get; set; } = 1_000;
}
