namespace TwoFactor.Keys;

/// <summary>Where the key ring is stored, and the certificate that wraps it.</summary>
/// <param name="Directory">Absolute. Holds the folders <c>secrets</c> and <c>cookies</c>.</param>
/// <param name="CertificatePath">A PKCS #12 file with its private key; null when the key files are not wrapped.</param>
/// <param name="CertificatePassword">The password of that file.</param>
public sealed record KeyRingOptions(string Directory, string? CertificatePath, string? CertificatePassword)
{
    public string Secrets => Path.Combine(Directory, "secrets");

    public string Cookies => Path.Combine(Directory, "cookies");

    /// <summary>Keeps the password out of <c>ToString</c>, and so out of logs.</summary>
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Directory = ").Append(Directory);
        return true;
    }
}
