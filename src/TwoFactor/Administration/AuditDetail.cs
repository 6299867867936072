namespace TwoFactor.Administration;

using System.Globalization;
using TwoFactor.Audit;

/// <summary>The reason that an agent gives for an act; the owner will read it.</summary>
internal static class AuditDetail
{
    /// <summary>The longest reason or note that an agent may type, in characters.</summary>
    public const int LongestTyped = 400;

    /// <summary>Whether the text is good as a reason: it says something, and is not too long.</summary>
    public static bool IsReason(string? typed) => !IsMissing(typed) && !IsTooLong(typed);

    /// <summary>Whether the text says nothing: no letter or digit is in it.</summary>
    public static bool IsMissing(string? typed) => Sanitize(typed) is null;

    public static bool IsTooLong(string? typed) => typed?.Length > LongestTyped;

    /// <summary>Cuts the text to the length that an event can hold.</summary>
    public static string Truncate(string text) =>
        text.Length <= Audit.AuditEvent.DetailLength ? text : text[..Audit.AuditEvent.DetailLength];

    /// <summary>
    /// Replaces control characters by spaces and removes format characters. Returns null when no letter or digit is left.
    /// </summary>
    public static string? Sanitize(string? typed)
    {
        var visible = string.Concat((typed ?? "").Select(letter => char.IsControl(letter) ? ' ' : letter)
            .Where(letter => char.GetUnicodeCategory(letter) is not UnicodeCategory.Format)).Trim();
        return visible.Any(char.IsLetterOrDigit) ? visible : null;
    }
}
