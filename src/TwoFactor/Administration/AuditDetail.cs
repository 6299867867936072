namespace TwoFactor.Administration;

using System.Globalization;
using TwoFactor.Audit;

/// <summary>Why an agent did something, in words that the owner will read.</summary>
internal static class AuditDetail
{
    /// <summary>What was typed, but for what is too long for an event.</summary>
    public static string Truncate(string text) =>
        text.Length <= Audit.AuditEvent.DetailLength ? text : text[..Audit.AuditEvent.DetailLength];

    /// <summary>What was typed without what cannot be seen; null: nothing is left that anybody could read.</summary>
    public static string? Sanitize(string? typed)
    {
        var seen = string.Concat((typed ?? "").Select(letter => char.IsControl(letter) ? ' ' : letter)
            .Where(letter => char.GetUnicodeCategory(letter) is not UnicodeCategory.Format)).Trim();
        return seen.Any(char.IsLetterOrDigit) ? seen : null;
    }
}
