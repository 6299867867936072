namespace TwoFactor.Administration;

using System.Text;
using TwoFactor.Audit;
using TwoFactor.Characters;

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
        UnicodeText.Truncate(text, AuditEvent.DetailLength);

    /// <summary>As it is shown. Returns null when no letter or digit is left.</summary>
    public static string? Sanitize(string? typed)
    {
        var visible = DisplayText.Sanitize(typed);
        return visible.EnumerateRunes().Any(Rune.IsLetterOrDigit) ? visible : null;
    }
}
