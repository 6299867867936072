namespace TwoFactor.Authenticators;

using System.Security.Cryptography;
using OtpNet;
using TwoFactor.Keys;

/// <summary>
/// Encrypts and decrypts stored secrets. The purpose names account and authenticator, so a ciphertext that was moved to another row cannot
/// be decrypted.
/// </summary>
public sealed class AuthenticatorSecrets(SecretsRing ring, KeyRingHealth health)
{
    private const string Purpose = "TwoFactor.Authenticator";

    /// <summary>Whether the key ring matches the database. While it does not, no code is judged.</summary>
    public bool CanJudge => health.Current.IsConsistent;

    internal ProtectedPayload Protect(TotpSecret secret, Guid account, Guid authenticator)
    {
        ArgumentNullException.ThrowIfNull(secret);
        health.RequireConsistent();
        return ring.Protect(secret.Reveal(), Purpose, account.ToString("N"), authenticator.ToString("N"));
    }

    /// <summary>Decrypts the secret of a row that is not removed.</summary>
    internal Unprotected Open(Authenticator authenticator)
    {
        ArgumentNullException.ThrowIfNull(authenticator);
        var secret = new ProtectedPayload(
            authenticator.Ciphertext ?? throw new ArgumentException("A removed authenticator has no secret.", nameof(authenticator)),
            authenticator.KeyId ?? Guid.Empty);
        return Open(authenticator.AccountId, authenticator.Id, secret);
    }

    internal Unprotected Open(Guid account, Guid authenticator, ProtectedPayload secret) =>
        ring.Unprotect(secret, health.Current.Readable, Purpose, account.ToString("N"), authenticator.ToString("N"));
}

/// <summary>
/// A secret that one phone and this server share: 160 random bits (RFC 4226 §4, R6). An imported one has 128 to 512 bits.
/// </summary>
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
