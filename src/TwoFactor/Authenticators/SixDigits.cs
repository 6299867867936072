namespace TwoFactor.Authenticators;

using System.Globalization;
using System.Text;

/// <summary>A code as it is judged: exactly six digits, whatever way it was typed.</summary>
public readonly record struct SixDigits
{
    public const int Length = 6;

    private SixDigits(string text) => Text = text;

    /// <summary>Six ASCII digits.</summary>
    internal string Text { get; }

    /// <summary>
    /// Normalises a typed code once, before anything else: removes blanks and hyphens, and folds full-width digits. Returns null when the
    /// rest is not exactly six ASCII digits: such a text is no guess.
    /// </summary>
    /// <param name="length">How many characters were typed, blanks and hyphens aside.</param>
    public static SixDigits? Parse(string? typed, out int length)
    {
        var kept = new StringBuilder();
        length = 0;
        foreach (var letter in typed ?? "")
        {
            if (char.IsWhiteSpace(letter)
                || letter == '-'
                || char.GetUnicodeCategory(letter) is UnicodeCategory.DashPunctuation or UnicodeCategory.Format)
            {
                continue;
            }

            length++;
            if (length <= Length)
            {
                kept.Append(letter is >= '\uFF10' and <= '\uFF19' ? (char)('0' + (letter - '\uFF10')) : letter);
            }
        }

        var text = kept.ToString();
        return length == Length && text.All(char.IsAsciiDigit) ? new SixDigits(text) : null;
    }

    public override string ToString() => "(hidden)";
}
