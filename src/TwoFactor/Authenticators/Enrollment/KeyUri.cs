namespace TwoFactor.Authenticators.Enrollment;

/// <summary>The address that a QR code carries (Key URI format): SHA1, 6 digits, 30 s, the only set that every app honours.</summary>
public static class KeyUri
{
    /// <summary>What the app shows beside the issuer: <c>ana</c>, from the second authenticator on <c>ana (2)</c>.</summary>
    public static string AccountName(string userName, int number) => Authenticator.Numbered(userName, number);

    /// <summary><c>otpauth://totp/Issuer:name?secret=…</c></summary>
    public static string For(string issuer, string accountName, TotpSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var escapedIssuer = Uri.EscapeDataString(issuer);
        return $"otpauth://totp/{escapedIssuer}:{Uri.EscapeDataString(accountName)}"
            + $"?secret={secret.RevealAsText()}&issuer={escapedIssuer}&algorithm=SHA1&digits=6&period=30";
    }
}
