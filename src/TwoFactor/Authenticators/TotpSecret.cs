namespace TwoFactor.Authenticators;

using System.Security.Cryptography;
using OtpNet;

/// <summary>160 random bits that one phone and this server share (RFC 4226 §4, R6). One that was brought from elsewhere has 128 to 512.</summary>
public sealed class TotpSecret
{
    public const int Size = 20;
    public const int Shortest = 16;
    public const int Longest = 64;

    private readonly byte[] bytes;

    public TotpSecret(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length is < Shortest or > Longest)
        {
            throw new ArgumentException("A secret has 128 to 512 bits.", nameof(bytes));
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
