namespace TwoFactor.Keys;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Storage;

/// <summary>
/// A known text, encrypted with a key that is in use. Every ciphertext refers to its key here by a foreign key, so no key is in use without
/// a canary.
/// </summary>
public sealed class KeyCanary
{
    /// <summary>The key's id in the secrets ring.</summary>
    public required Guid KeyId { get; init; }

    /// <summary>The known text, encrypted with that key.</summary>
    public required byte[] Canary { get; init; }

    public required UnixTime CreatedAt { get; init; }
}

internal sealed class KeyCanaryMapping : IEntityTypeConfiguration<KeyCanary>
{
    public void Configure(EntityTypeBuilder<KeyCanary> builder) => builder.HasKey(canary => canary.KeyId);
}
