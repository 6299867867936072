namespace TwoFactor.Authenticators.Recovery;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The states of a set of recovery codes.</summary>
public static class RecoverySetStates
{
    /// <summary>Shown, and not valid until its owner says that it is saved.</summary>
    public const string Pending = "pending";
    public const string Active = "active";
}

/// <summary>A set of recovery codes. They belong together: the next saved set replaces all of them.</summary>
public sealed class RecoverySet
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>The session that asked for it: the only one that is shown the codes.</summary>
    public required Guid SessionId { get; init; }

    public required Epoch Epoch { get; init; }

    /// <summary>One of <see cref="RecoverySetStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>
    /// The salt of the hashes, 16 bytes. The codes of a set share it, so that a typed code costs one hash and not one for each code.
    /// </summary>
    public required byte[] Salt { get; init; }

    /// <summary>Argon2id memory in KiB. It is stored because the limits may change later.</summary>
    public required int MemoryKibibytes { get; init; }

    public required int Iterations { get; init; }

    /// <summary>The codes, encrypted under the key ring for as long as they may be shown; erased after that.</summary>
    public byte[]? Ciphertext { get; set; }

    public Guid? KeyId { get; set; }

    public required UnixTime CreatedAt { get; init; }

    /// <summary>Until when they are shown, and may be saved.</summary>
    public required UnixTime ExpiresAt { get; init; }

    public UnixTime? SavedAt { get; init; }
}

/// <summary>One code of a set, as a hash: Argon2id of a keyed hash.</summary>
public sealed class StoredRecoveryCode
{
    public required Guid SetId { get; init; }

    public required Guid AccountId { get; init; }

    public required byte[] Hash { get; init; }

    public UnixTime? UsedAt { get; init; }
}

internal sealed class RecoverySetMapping : IEntityTypeConfiguration<RecoverySet>
{
    public void Configure(EntityTypeBuilder<RecoverySet> builder)
    {
        builder.Property(set => set.State).HasMaxLength(16);
        builder.HasIndex(set => set.AccountId, "recovery_set_active").IsUnique().HasFilter("state = 'active'");
        builder.HasIndex(set => set.AccountId, "recovery_set_one_pending").IsUnique().HasFilter("state = 'pending'");
        builder.HasIndex(set => new { set.AccountId, set.State });
        builder.HasIndex(set => set.ExpiresAt, "recovery_set_pending").HasFilter("state = 'pending'");
        builder.HasOne<Account>().WithMany().HasForeignKey(set => set.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<KeyCanary>().WithMany().HasForeignKey(set => set.KeyId).OnDelete(DeleteBehavior.Restrict);
        builder.ToTable(table => table.HasCheckConstraint(
            "recovery_set_state", "state IN ('pending', 'active') AND (state = 'active') = (ciphertext IS NULL)"));
    }
}

internal sealed class StoredRecoveryCodeMapping : IEntityTypeConfiguration<StoredRecoveryCode>
{
    public void Configure(EntityTypeBuilder<StoredRecoveryCode> builder)
    {
        builder.ToTable("recovery_code");
        builder.HasKey(code => new { code.SetId, code.Hash });
        builder.HasIndex(code => code.AccountId);
        builder.HasOne<RecoverySet>().WithMany().HasForeignKey(code => code.SetId).OnDelete(DeleteBehavior.Cascade);
    }
}
