namespace TwoFactor.Characters;

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

/// <summary>
/// The one cleaning of what people type, paste or bring in a file. Passwords are not cleaned, and what is only shown by
/// <see cref="DisplayText"/>.
/// </summary>
internal static class TypedText
{
    /// <summary>From a sign of ASCII to its full-width form, as an East Asian keyboard types it.</summary>
    private const int FullWidthOffset = 0xFF01 - '!';

    /// <summary>
    /// For names and addresses: without blanks at the ends, without marks that nobody sees, full-width signs as their ordinary ones.
    /// </summary>
    /// <param name="keepsShapes">Whether the text is shown to people, and keeps what <see cref="IsShape"/>.</param>
    public static string Clean(string? typed, bool keepsShapes = false)
    {
        var text = typed ?? "";
        if (Ascii.IsValid(text))
        {
            return text.Trim();
        }

        var cleaned = new StringBuilder(text.Length);
        foreach (var sign in text.EnumerateRunes())
        {
            if (!IsInvisible(sign) || (keepsShapes && IsShape(sign, cleaned)))
            {
                cleaned.Append(Narrow(sign).ToString());
            }
        }

        return cleaned.ToString().Trim();
    }

    /// <summary>
    /// For codes, recovery codes, tickets and keys, in which blanks, dashes and case say nothing: capital letters and ASCII digits,
    /// whatever script the digits were typed in. What else was typed stays, so that it is refused.
    /// </summary>
    public static string Symbols(string? typed) => string.Concat(
        Plain(typed).EnumerateRunes().Where(sign => !IsDash(sign) && !Rune.IsWhiteSpace(sign)).Select(Rune.ToUpperInvariant));

    /// <summary>
    /// For dates, numbers and fixed words: as cleaned, and ASCII digits and hyphens whatever digits and dashes were typed.
    /// </summary>
    public static string Plain(string? typed)
    {
        var text = Clean(typed);
        return Ascii.IsValid(text) ? text : string.Concat(text.EnumerateRunes().Select(Ordinary));
    }

    /// <summary>Whether nothing was typed that anybody sees.</summary>
    public static bool IsBlank([NotNullWhen(false)] string? typed) => Clean(typed).Length == 0;

    /// <summary>
    /// Whether nobody sees the character where it stands: it joins, turns, varies or fills (Default_Ignorable_Code_Point, or a format
    /// character).
    /// </summary>
    public static bool IsInvisible(Rune sign) =>
        !sign.IsAscii
        && (Rune.GetUnicodeCategory(sign) is UnicodeCategory.Format
            || sign.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x3164
                or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF));

    /// <summary>
    /// Whether the invisible character changes how its neighbours look: the two joiners, which Persian spelling needs, and what chooses
    /// between two shapes of a sign. Without a sign before it, it does nothing.
    /// </summary>
    public static bool IsShape(Rune sign, StringBuilder before) =>
        sign.Value is 0x200C or 0x200D or (>= 0xFE00 and <= 0xFE0F) && before.Length > 0 && !char.IsWhiteSpace(before[^1]);

    private static Rune Narrow(Rune sign) => sign.Value switch
    {
        >= '!' + FullWidthOffset and <= '~' + FullWidthOffset => new Rune(sign.Value - FullWidthOffset),
        0x3000 => new Rune(' '),
        _ => sign,
    };

    private static Rune Ordinary(Rune sign) =>
        Rune.GetUnicodeCategory(sign) is UnicodeCategory.DecimalDigitNumber ? new Rune('0' + (int)Rune.GetNumericValue(sign))
        : IsDash(sign) ? new Rune('-')
        : sign;

    /// <summary>
    /// Dashes of all scripts: also the minus sign, and the long vowel mark that a Japanese keyboard types in the place of a hyphen.
    /// </summary>
    private static bool IsDash(Rune sign) => Rune.GetUnicodeCategory(sign) is UnicodeCategory.DashPunctuation
        || sign.Value is 0x2212 or 0x2053 or 0x2043 or 0x02D7 or 0x207B or 0x208B or 0x30FC or 0xFF70;
}
