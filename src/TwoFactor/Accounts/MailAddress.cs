namespace TwoFactor.Accounts;

using System.Text;
using TwoFactor.Characters;

/// <summary>Brings a mail address into the one form under which it is stored, found and unique.</summary>
public static class MailAddress
{
    /// <summary>Characters (RFC 5321 §4.5.3.1.3, without the angle brackets).</summary>
    public const int Longest = 254;

    private const int LongestLocalPart = 64;

    /// <summary>
    /// Returns the address cleaned, in NFC and lower case. Returns null when it is not allowed: it needs one @ with a valid part on both
    /// sides.
    /// </summary>
    /// <remarks>Stricter than RFC 5322: quoted parts, comments and lists can carry a second address into a header.</remarks>
    public static string? Normalise(string? typed)
    {
        var cleaned = TypedText.Clean(typed);
        if (cleaned.Length > Longest || !UnicodeText.IsWellFormed(cleaned))
        {
            return null;
        }

        var address = UnicodeText.Normalize(
            UnicodeText.Normalize(cleaned, NormalizationForm.FormC).ToLowerInvariant(), NormalizationForm.FormC);
        return address.Split('@') is [var local, var domain]
            && address.Length <= Longest
            && FoldedText.Of(address).Length <= Longest
            && local.Length <= LongestLocalPart
            && IsDotted(local)
            && IsDotted(domain)
            && domain[0] != '-'
            && NameSigns.AreAllowed(address, "@.!#$%&'*+-/=?^_`{|}~")
            ? address
            : null;
    }

    /// <summary>Neither empty, nor with a dot at an end or two in a row (RFC 5322 §3.2.3).</summary>
    private static bool IsDotted(string part) => Array.TrueForAll(part.Split('.'), label => label.Length > 0);
}
