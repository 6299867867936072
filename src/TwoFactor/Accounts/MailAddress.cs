namespace TwoFactor.Accounts;

using System.Text;

/// <summary>The one spelling under which a mail address is stored, found and unique.</summary>
public static class MailAddress
{
    /// <summary>Characters (RFC 5321 §4.5.3.1.3, without the angle brackets).</summary>
    public const int Longest = 254;

    private const int LongestLocalPart = 64;

    /// <summary>Trimmed, NFC, lower case; one @ with something sane on both sides. Null: not allowed.</summary>
    /// <remarks>Stricter than RFC 5322: quoted parts, comments and lists are how an address carries a second one into a header.</remarks>
    public static string? Normalise(string? typed)
    {
        var trimmed = typed?.Trim();
        if (trimmed is null || trimmed.Length > Longest || !UnicodeText.IsWellFormed(trimmed))
        {
            return null;
        }

        var address = UnicodeText.Normalize(
            UnicodeText.Normalize(trimmed, NormalizationForm.FormC).ToLowerInvariant(), NormalizationForm.FormC);
        return address.Split('@') is [var local, var domain]
            && address.Length <= Longest
            && local.Length <= LongestLocalPart
            && IsDotted(local)
            && IsDotted(domain)
            && domain[0] != '-'
            && address.EnumerateRunes().All(IsAllowed)
            ? address
            : null;
    }

    /// <summary>Neither empty, nor with a dot at an end or two in a row (RFC 5322 §3.2.3).</summary>
    private static bool IsDotted(string part) => Array.TrueForAll(part.Split('.'), label => label.Length > 0);

    private static bool IsAllowed(Rune sign) =>
        Rune.IsLetterOrDigit(sign) || (sign.IsAscii && "@.!#$%&'*+-/=?^_`{|}~".Contains((char)sign.Value, StringComparison.Ordinal));
}
