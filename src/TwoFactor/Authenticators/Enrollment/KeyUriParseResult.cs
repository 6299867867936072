namespace TwoFactor.Authenticators.Enrollment;

using System.Globalization;
using OtpNet;
using TwoFactor.Characters;

/// <summary>The result of reading a Key URI that somebody brought. No case shows the secret in its text.</summary>
public abstract record KeyUriParseResult
{
    private KeyUriParseResult()
    {
    }

    public sealed record Valid(TotpSecret Secret) : KeyUriParseResult;

    /// <param name="Why">What is wrong, and what would be right.</param>
    public sealed record Invalid(string Why) : KeyUriParseResult;

    /// <summary>
    /// Reads <c>otpauth://totp/…?secret=…</c>: SHA1, 6 digits, 30 s, the only set that every app honours, and a secret of 128 to 512
    /// bits.
    /// </summary>
    public static KeyUriParseResult Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Uri.TryCreate(TypedText.Clean(text), UriKind.Absolute, out var uri) || !Is(uri.Scheme, "otpauth"))
        {
            return new Invalid("This is no address that begins with otpauth://totp/.");
        }

        if (!Is(uri.Host, "totp"))
        {
            return new Invalid("Only codes by time work here: otpauth://totp/.");
        }

        var parameters = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToLookup(pair => pair[0], pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "", StringComparer.OrdinalIgnoreCase);
        foreach (var (name, right) in new[] { ("algorithm", "SHA1"), ("digits", "6"), ("period", "30") })
        {
            if (parameters[name].Any(value => !Is(value, right)))
            {
                return new Invalid($"Its {name} must be {right}.");
            }
        }

        return parameters["secret"].ToList() switch
        {
            [var secret] => ReadSecret(secret),
            [] => new Invalid("It has no secret."),
            _ => new Invalid("It has more than one secret."),
        };
    }

    private static KeyUriParseResult ReadSecret(string typed)
    {
        var letters = TypedText.Symbols(typed).TrimEnd('=');
        if (letters.Length == 0 || !letters.All(letter => letter is (>= 'A' and <= 'Z') or (>= '2' and <= '7')))
        {
            return new Invalid("Its secret is not in base 32: letters A to Z and digits 2 to 7.");
        }

        var bytes = letters.Length % 8 is 1 or 3 or 6 ? [] : Base32Encoding.ToBytes(letters);
        return bytes.Length is >= TotpSecret.Shortest and <= TotpSecret.Longest
            ? new Valid(new TotpSecret(bytes))
            : new Invalid(string.Create(
                CultureInfo.InvariantCulture,
                $"Its secret has {letters.Length * 5 / 8 * 8} bits. It must have {TotpSecret.Shortest * 8} to {TotpSecret.Longest * 8}."));
    }

    private static bool Is(string left, string right) =>
        string.Equals(TypedText.Plain(left), right, StringComparison.OrdinalIgnoreCase);
}
