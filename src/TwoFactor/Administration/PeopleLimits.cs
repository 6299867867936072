namespace TwoFactor.Administration;

using System.ComponentModel.DataAnnotations;

/// <summary>How lists of people are cut into pages.</summary>
public sealed class PeopleLimits
{
    /// <summary>Rows, 5 to 200, default 25.</summary>
    [Range(5, 200)]
    public int PageSize { get; init; } = 25;
}
