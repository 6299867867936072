namespace TwoFactor.Administration;

using System.ComponentModel.DataAnnotations;

/// <summary>How lists of people are cut into pages, and how many are mailed by one press.</summary>
public sealed class PeopleLimits
{
    /// <summary>Rows per page, 5 to 200, default 25.</summary>
    [Range(5, 200)]
    public int PageSize { get; init; } = 25;

    /// <summary>People who are invited or reminded by one press, 1 to 1000, default 200.</summary>
    [Range(1, 1000)]
    public int BulkSize { get; init; } = 200;
}
