namespace TwoFactor.Characters;

using System.Globalization;
using System.Text;

/// <summary>
/// What is only shown: the name of a person or a phone, a reason. Any characters, but none that are invisible or change the direction of
/// the text.
/// </summary>
public static class DisplayText
{
    /// <summary>One line in NFC. Empty when nothing in it can be seen.</summary>
    public static string Sanitize(string? typed)
    {
        var line = new StringBuilder();
        foreach (var sign in UnicodeText.Normalize(typed ?? "", NormalizationForm.FormC).EnumerateRunes())
        {
            if (Breaks(sign))
            {
                line.Append(' ');
            }
            else if (!TypedText.IsInvisible(sign) || TypedText.IsShape(sign, line))
            {
                line.Append(sign.ToString());
            }
        }

        return line.ToString().Trim();
    }

    private static bool Breaks(Rune sign) => Rune.GetUnicodeCategory(sign) is
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
