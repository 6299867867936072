namespace TwoFactor.Authenticators;

using System.Security.Cryptography;
using OtpNet;

/// <summary>160 random bits that one phone and this server share (RFC 4226 §4, R6).</summary>
public sealed class TotpSecret
{
    public const int Size = 20;

    private readonly byte[] bytes;

    public TotpSecret(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length != Size)
        {
            throw new ArgumentException("A secret has 160 bits.", nameof(bytes));
        }

        this.bytes = bytes;
    }

    public static TotpSecret New() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>The raw bytes, for encryption and for the code.</summary>
    public byte[] Reveal() => [.. bytes];

    /// <summary>Base 32 without padding: 32 letters, as authenticator apps read it.</summary>
    public string RevealAsText() => Base32Encoding.ToString(bytes);

    public override string ToString() => "(hidden)";
}
