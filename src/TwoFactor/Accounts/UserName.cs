namespace TwoFactor.Accounts;

using System.Globalization;
using System.Text;
using TwoFactor.Characters;

/// <summary>Brings a user name into the one form under which an account is found, whatever case or width somebody types.</summary>
public static class UserName
{
    /// <summary>Code points.</summary>
    public const int Longest = 64;

    /// <summary>
    /// Returns the name cleaned, in NFKC and lower case: 1 to 64 letters, digits, dots, underscores or hyphens, and marks that stand behind
    /// a letter or digit. Returns null when it is not allowed.
    /// </summary>
    public static string? Normalise(string? typed)
    {
        var cleaned = TypedText.Clean(typed);
        // Normalisation turns at most four code units into one: a longer text cannot be a name, and is not worth the work.
        if (cleaned.Length > 4 * Longest || !UnicodeText.IsWellFormed(cleaned))
        {
            return null;
        }

        // Lower case can undo the normal form (U+03D3 becomes another letter in it), so the text is normalised once more.
        var name = UnicodeText.Normalize(
            UnicodeText.Normalize(cleaned, NormalizationForm.FormKC).ToLowerInvariant(), NormalizationForm.FormKC);
        return name.EnumerateRunes().Count() is >= 1 and <= Longest && NameSigns.AreAllowed(name, "._-") ? name : null;
    }
}

/// <summary>The signs of user names and mail addresses.</summary>
internal static class NameSigns
{
    /// <summary>
    /// Whether the text has nothing but letters and digits of all scripts, marks that belong to one of them, and the signs named.
    /// </summary>
    /// <param name="others">In ASCII.</param>
    public static bool AreAllowed(string text, string others)
    {
        var takesMark = false;
        foreach (var sign in text.EnumerateRunes())
        {
            var isMark = takesMark
                && Rune.GetUnicodeCategory(sign) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            takesMark = isMark || Rune.IsLetter(sign) || Rune.IsDigit(sign);
            if (!takesMark && !(sign.IsAscii && others.Contains((char)sign.Value, StringComparison.Ordinal)))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>What somebody typed as a name at the sign-in. A text with @ is looked up as a mail address, any other as a user name.</summary>
public abstract record SignInName
{
    private SignInName()
    {
    }

    /// <summary>The key by which its account is found; null when no account can have such a name.</summary>
    internal string? Folded => this switch
    {
        OfUser(var name) => FoldedText.Of(name),
        OfMail(var address) => FoldedText.Of(address),
        Nobody => null,
    };

    /// <param name="Name">Normalised.</param>
    public sealed record OfUser(string Name) : SignInName;

    /// <param name="Address">Normalised.</param>
    public sealed record OfMail(string Address) : SignInName;

    /// <summary>No account can have such a name.</summary>
    public sealed record Nobody : SignInName;

    public static SignInName Parse(string? typed)
    {
        if (TypedText.Clean(typed).Contains('@', StringComparison.Ordinal))
        {
            return MailAddress.Normalise(typed) is { } address ? new OfMail(address) : new Nobody();
        }

        return UserName.Normalise(typed) is { } name ? new OfUser(name) : new Nobody();
    }
}
