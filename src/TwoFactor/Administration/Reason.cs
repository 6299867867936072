namespace TwoFactor.Administration;

using System.Globalization;

/// <summary>Why an agent did something, in words that the owner will read.</summary>
internal static class Reason
{
    /// <summary>What was typed without what cannot be seen; null: nothing is left that anybody could read.</summary>
    public static string? Clean(string? typed)
    {
        var seen = string.Concat((typed ?? "").Where(letter => !char.IsControl(letter) && char.GetUnicodeCategory(letter) is not UnicodeCategory.Format)).Trim();
        return seen.Any(char.IsLetterOrDigit) ? seen : null;
    }
}
