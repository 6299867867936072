namespace TwoFactor.Keys;

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Storage;

/// <summary>
/// A signing key (ECDSA on P-256) whose signatures others verify. Only the private key is stored, encrypted under the secrets ring. The
/// public key is computed from it, so that somebody who writes to the database cannot replace it.
/// </summary>
public sealed class SigningKey
{
    /// <summary>The thumbprint of the public key (RFC 7638).</summary>
    public required string Kid { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required Guid KeyId { get; init; }

    public required UnixTime CreatedAt { get; init; }
}

internal sealed class SigningKeyMapping : IEntityTypeConfiguration<SigningKey>
{
    public void Configure(EntityTypeBuilder<SigningKey> builder)
    {
        builder.HasKey(key => key.Kid);
        builder.HasOne<KeyCanary>().WithMany().HasForeignKey(key => key.KeyId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>A decrypted signing key. The caller disposes of it.</summary>
public sealed class SigningKeyPair(string kid, ECDsa key) : IDisposable
{
    public string Kid => kid;

    /// <summary>The public point, base64url.</summary>
    public (string X, string Y) Public => SigningKeyStore.Coordinates(key);

    /// <summary>Signs a SHA-256 hash. The signature is an ASN.1 sequence, as openssl expects it.</summary>
    public byte[] Sign(byte[] hash) => key.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => key.Dispose();

    public override string ToString() => Kid;
}

/// <summary>Decrypts the signing keys, and creates the first one when it is needed.</summary>
public sealed class SigningKeyStore(TwoFactorDb database, SecretsRing ring, KeyRingHealth health)
{
    private const string Purpose = "TwoFactor.SigningKey";

    /// <summary>All keys, newest first; the first one signs.</summary>
    /// <exception cref="KeyRingProblemException">The key ring lacks the key that encrypts a signing key.</exception>
    /// <exception cref="CryptographicException">A key was altered in the database.</exception>
    public async Task<IReadOnlyList<SigningKeyPair>> OpenAsync(CancellationToken cancellation)
    {
        var rows = await database.Set<SigningKey>().AsNoTracking().OrderByDescending(key => key.CreatedAt).ThenBy(key => key.Kid)
            .ToListAsync(cancellation);
        return [.. rows.Select(Open)];
    }

    /// <summary>Creates the first key in the caller's story. Returns false when there already is one.</summary>
    /// <exception cref="KeyRingProblemException">Nothing can be protected now.</exception>
    public async Task<bool> MakeFirstAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (await work.Rows.Set<SigningKey>().AnyAsync(CancellationToken.None))
        {
            return false;
        }

        health.RequireConsistent();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kid = Thumbprint(key);
        var (ciphertext, keyId) = ring.Protect(key.ExportPkcs8PrivateKey(), Purpose, kid);
        work.Add(new SigningKey { Kid = kid, Ciphertext = ciphertext, KeyId = keyId, CreatedAt = work.Now });
        return true;
    }

    internal static (string X, string Y) Coordinates(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
    }

    /// <summary>RFC 7638: the hash of the required members, sorted by name, without white space.</summary>
    private static string Thumbprint(ECDsa key)
    {
        var (x, y) = Coordinates(key);
        return Base64Url.EncodeToString(
            SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
    }

    private SigningKeyPair Open(SigningKey row)
    {
        switch (ring.Unprotect(new ProtectedPayload(row.Ciphertext, row.KeyId), health.Current.Readable, Purpose, row.Kid))
        {
            case Unprotected.Plain(var bytes):
                var key = ECDsa.Create();
                key.ImportPkcs8PrivateKey(bytes, out _);
                CryptographicOperations.ZeroMemory(bytes);
                return new SigningKeyPair(row.Kid, key);
            case Unprotected.KeyMissing:
                throw new KeyRingProblemException();
            default:
                throw new CryptographicException($"The signing key {row.Kid} in the database does not open: its row was altered. "
                    + "Nothing was changed. Restore the database from your backup.");
        }
    }
}
