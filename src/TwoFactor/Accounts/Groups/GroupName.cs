namespace TwoFactor.Accounts.Groups;

using System.Globalization;
using System.Text;
using TwoFactor.Characters;

/// <summary>The rules for the name of a group.</summary>
public static class GroupName
{
    /// <summary>Characters as people count them.</summary>
    public const int Longest = 64;

    /// <summary>Separates the names in a list.</summary>
    public const char Separator = ';';

    /// <summary>
    /// Returns the name cleaned, in NFC: 1 to 64 visible characters, none of them a semicolon. Returns null when it is not allowed.
    /// </summary>
    public static string? Normalise(string? typed)
    {
        var cleaned = TypedText.Clean(typed, keepsShapes: true);
        if (cleaned.Length > 8 * Longest || !UnicodeText.IsWellFormed(cleaned))
        {
            return null;
        }

        var name = UnicodeText.Normalize(cleaned, NormalizationForm.FormC);
        var isShown = string.Equals(name, DisplayText.Sanitize(name), StringComparison.Ordinal) && name.Any(char.IsLetterOrDigit);
        return isShown
            && !name.Contains(Separator, StringComparison.Ordinal)
            && name.Length <= Longest
            && Fold(name).Length <= Longest
            && new StringInfo(name).LengthInTextElements <= Longest ? name : null;
    }

    /// <summary>The same for every spelling that people take for this name.</summary>
    internal static string Fold(string name) => FoldedText.Of(name);

    /// <summary>A list of names as people read it.</summary>
    public static string Describe(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count == 0 ? "none" : string.Join($"{Separator} ", names);
    }

    /// <summary>Reads a list of names. Returns null when one of them is not allowed.</summary>
    public static IReadOnlyList<string>? ReadList(string? typed)
    {
        var names = TypedText.Clean(typed, keepsShapes: true)
            .Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Normalise).ToList();
        return names.Contains(null) ? null : [.. names.OfType<string>().Distinct(FoldedText.Comparer)];
    }
}
