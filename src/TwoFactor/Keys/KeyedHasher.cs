namespace TwoFactor.Keys;

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Storage;

/// <summary>The key of all keyed hashes, stored encrypted under the secrets ring.</summary>
public sealed class MacKey
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required Guid KeyId { get; init; }
}

internal sealed class MacKeyMapping : IEntityTypeConfiguration<MacKey>
{
    public void Configure(EntityTypeBuilder<MacKey> builder)
    {
        builder.Property(key => key.Id).ValueGeneratedNever();
        builder.HasOne<KeyCanary>().WithMany().HasForeignKey(key => key.KeyId).OnDelete(DeleteBehavior.Restrict);
        builder.ToTable(table => table.HasCheckConstraint("mac_key_is_one", "id = 1"));
    }
}

/// <summary>
/// Keyed hashes: what the database holds in place of every token, and the seals that bind a row to its purpose, account and time.
/// </summary>
public sealed class KeyedHasher
{
    /// <summary>An older name. Changing it would make stored keys unreadable.</summary>
    private const string Purpose = "TwoFactor.Verifier";
    private const int Size = 32;

    private readonly ConcurrentDictionary<string, byte[]> keys = new(StringComparer.Ordinal);
    private byte[]? master;

    /// <summary>Whether there is a key to hash with.</summary>
    public bool IsLoaded => master is not null;

    /// <summary>Creates the key, at the first start.</summary>
    public static MacKey Create(SecretsRing ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        var (ciphertext, key) = ring.Protect(RandomNumberGenerator.GetBytes(Size), Purpose, "1");
        return new MacKey { Id = 1, Ciphertext = ciphertext, KeyId = key };
    }

    /// <summary>
    /// Decrypts the key and keeps it in memory. Returns false when its row is missing, was altered, or cannot be decrypted.
    /// </summary>
    public async Task<bool> LoadAsync(TwoFactorDb database, SecretsRing ring, KeyRingCheck check, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentNullException.ThrowIfNull(check);
        var row = await database.Set<MacKey>().AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (row is null
            || ring.Unprotect(new ProtectedPayload(row.Ciphertext, row.KeyId), check.Readable, Purpose, "1") is not Unprotected.Plain plain)
        {
            return false;
        }

        keys.Clear();
        master = plain.Bytes;
        return true;
    }

    /// <summary>
    /// HMAC-SHA-256 of a message. Every purpose has a key of its own (RFC 5869), so that a hash for one purpose is never valid for another.
    /// </summary>
    public byte[] Hash(string purpose, ReadOnlySpan<byte> message) =>
        HMACSHA256.HashData(
            keys.GetOrAdd(
                purpose,
                static (name, secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, Size, info: Encoding.UTF8.GetBytes(name)),
                master ?? throw new InvalidOperationException("The MAC key was not loaded.")),
            message);

    /// <summary>The keyed hash by which the row of a token is found.</summary>
    public byte[] TokenId(string purpose, Token token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Hash($"token.id.{purpose}", token.Value);
    }

    /// <summary>
    /// The seal of a token's row: a keyed hash over the token, its purpose, account, row, epoch and expiry. A copied or altered row has a
    /// wrong seal and opens nothing.
    /// </summary>
    /// <param name="more">What else of the row decides; null when nothing does.</param>
    public byte[] TokenSeal(
        string purpose, Token token, Guid? account, Guid row, Epoch epoch, UnixTime expiresAt, CanonicalEncoding? more = null)
    {
        ArgumentNullException.ThrowIfNull(token);
        var message = new CanonicalEncoding().Bytes(token.Value.ToArray()).Id(account).Id(row)
            .Number(epoch.Number).Number(expiresAt.Seconds).Bytes(more?.ToArray());
        return Hash($"token.seal.{purpose}", message.ToArray());
    }

    public static bool FixedTimeEquals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        CryptographicOperations.FixedTimeEquals(left, right);
}
