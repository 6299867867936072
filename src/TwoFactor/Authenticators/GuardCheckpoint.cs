namespace TwoFactor.Authenticators;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;

/// <summary>What the removed events said of a guard. All these rows together are sealed by the anchor of the chain.</summary>
public sealed class GuardCheckpoint
{
    /// <summary>No foreign key: like an event, it outlives its account.</summary>
    public required Guid AccountId { get; init; }

    public required int Fails30 { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long Fails30From { get; set; }

    public required bool Closed { get; set; }

    public required HeldBy Held { get; set; }

    internal byte[] ToCanonical() => new CanonicalEncoding().Id(AccountId).Number(Fails30).Number(Fails30From).Number(Closed ? 1 : 0).Number((long)Held).ToArray();
}

internal sealed class GuardCheckpointMapping : IEntityTypeConfiguration<GuardCheckpoint>
{
    public void Configure(EntityTypeBuilder<GuardCheckpoint> builder)
    {
        builder.HasKey(checkpoint => checkpoint.AccountId);
        builder.Property(checkpoint => checkpoint.Held).HasConversion<long>();
    }
}
