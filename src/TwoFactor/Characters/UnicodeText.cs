namespace TwoFactor.Characters;

using System.Text;

/// <summary>
/// Tells text from what is none, and handles text on which <c>string.Normalize</c> throws: a surrogate without its other half, and U+FFFE,
/// which is no character.
/// </summary>
internal static class UnicodeText
{
    private const char NoCharacter = '\uFFFE';

    /// <summary>What a decoder puts in the place of bytes that are no text.</summary>
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Whether this is text as a person can type it: every surrogate has its other half, no code point is one that Unicode keeps free of
    /// characters, and nothing was lost when it was decoded.
    /// </summary>
    public static bool IsWellFormed(string text)
    {
        for (var place = 0; place < text.Length; place++)
        {
            if (!Rune.TryGetRuneAt(text, place, out var sign) || sign.Value is Replacement || IsNoCharacter(sign))
            {
                return false;
            }

            place += sign.Utf16SequenceLength - 1;
        }

        return true;
    }

    /// <summary>Returns the text with U+FFFD in place of each surrogate without its other half, and of U+FFFE.</summary>
    public static string ReplaceInvalid(string text) =>
        IsWellFormed(text) ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace(NoCharacter, Replacement);

    /// <summary>The normal form of any text, also of one that is no valid Unicode.</summary>
    public static string Normalize(string text, NormalizationForm form) =>
#pragma warning disable RS0030 // What it would throw on was replaced.
        ReplaceInvalid(text).Normalize(form);
#pragma warning restore RS0030

    /// <summary>The text, or its beginning of at most so many characters. No pair of surrogates is cut in two.</summary>
    public static string Truncate(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    /// <summary>U+FDD0 to U+FDEF, and the last two code points of each plane (Unicode 23.7).</summary>
    private static bool IsNoCharacter(Rune sign) => sign.Value is >= 0xFDD0 and <= 0xFDEF || (sign.Value & 0xFFFE) == 0xFFFE;
}
