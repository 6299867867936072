namespace TwoFactor.Accounts;

using System.Globalization;
using System.Text;

/// <summary>Brings a user name into the one form under which an account is found, whatever case or width somebody types.</summary>
public static class UserName
{
    /// <summary>Code points.</summary>
    public const int Longest = 64;

    /// <summary>
    /// Returns the name trimmed, in NFKC and lower case: 1 to 64 letters, digits, dots, underscores or hyphens. Returns null when it is not
    /// allowed.
    /// </summary>
    public static string? Normalise(string? typed)
    {
        var trimmed = typed?.Trim();
        // Normalisation turns at most four code units into one: a longer text cannot be a name, and is not worth the work.
        if (trimmed is null || trimmed.Length > 4 * Longest || !UnicodeText.IsWellFormed(trimmed))
        {
            return null;
        }

        // Lower case can undo the normal form (U+03D3 becomes another letter in it), so the text is normalised once more.
        var name = UnicodeText.Normalize(
            UnicodeText.Normalize(trimmed, NormalizationForm.FormKC).ToLowerInvariant(), NormalizationForm.FormKC);
        var length = 0;
        foreach (var sign in name.EnumerateRunes())
        {
            length++;
            if (!Rune.IsLetter(sign) && !Rune.IsDigit(sign) && sign.Value is not ('.' or '_' or '-'))
            {
                return null;
            }
        }

        return length is >= 1 and <= Longest ? name : null;
    }
}

/// <summary>The name of a person or a phone: any characters, but none that are invisible or change the direction of the text.</summary>
public static class DisplayText
{
    private const char NonJoiner = '\u200C';
    private const char Joiner = '\u200D';

    /// <remarks>The two joiners stay, because Persian spelling needs them.</remarks>
    public static string Sanitize(string? typed) =>
        string.Concat((typed ?? "").Where(letter => letter is NonJoiner or Joiner || char.GetUnicodeCategory(letter) is not
            (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)))
                .Trim();
}

/// <summary>What somebody typed as a name at the sign-in. A text with @ is looked up as a mail address, any other as a user name.</summary>
public abstract record SignInName
{
    private SignInName()
    {
    }

    /// <param name="Name">Normalised.</param>
    public sealed record OfUser(string Name) : SignInName;

    /// <param name="Address">Normalised.</param>
    public sealed record OfMail(string Address) : SignInName;

    /// <summary>No account can have such a name.</summary>
    public sealed record Nobody : SignInName;

    public static SignInName Parse(string? typed)
    {
        if (typed?.Contains('@', StringComparison.Ordinal) is true)
        {
            return MailAddress.Normalise(typed) is { } address ? new OfMail(address) : new Nobody();
        }

        return UserName.Normalise(typed) is { } name ? new OfUser(name) : new Nobody();
    }
}

/// <summary>
/// Handles text on which <c>string.Normalize</c> throws: a surrogate without its other half, and U+FFFE, which is no character.
/// </summary>
internal static class UnicodeText
{
    private const char NoCharacter = '\uFFFE';

    /// <summary>Returns the text with U+FFFD in place of each invalid character.</summary>
    public static string ReplaceInvalid(string text) =>
        IsWellFormed(text) ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace(NoCharacter, '\uFFFD');

    /// <summary>The normal form of any text, also of one that is no valid Unicode.</summary>
    public static string Normalize(string text, NormalizationForm form) =>
#pragma warning disable RS0030 // What it would throw on was replaced.
        ReplaceInvalid(text).Normalize(form);
#pragma warning restore RS0030

    public static bool IsWellFormed(string text)
    {
        for (var place = 0; place < text.Length; place++)
        {
            if (text[place] == NoCharacter || !Rune.TryGetRuneAt(text, place, out var sign))
            {
                return false;
            }

            place += sign.Utf16SequenceLength - 1;
        }

        return true;
    }
}
