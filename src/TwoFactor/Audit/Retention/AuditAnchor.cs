namespace TwoFactor.Audit.Retention;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;

/// <summary>Where the chain begins after its oldest events were removed, in one row. Without a row it begins at event 1.</summary>
public sealed class AuditAnchor
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }

    /// <summary>The number of the last removed event.</summary>
    public required long Sequence { get; set; }

    /// <summary>That event's link, from which the next one is computed.</summary>
    public required byte[] Mac { get; set; }

    /// <summary>SHA-256 of what the removed events said of each guard. The noun that keeps those checkpoints computes it.</summary>
    public required byte[] Checkpoints { get; set; }

    /// <summary>HMAC of the row: an anchor that somebody else wrote is not accepted.</summary>
    public required byte[] Tag { get; set; }

    internal byte[] ToCanonical() => new CanonicalEncoding().Number(Sequence).Bytes(Mac).Bytes(Checkpoints).ToArray();
}

internal sealed class AuditAnchorMapping : IEntityTypeConfiguration<AuditAnchor>
{
    public void Configure(EntityTypeBuilder<AuditAnchor> builder)
    {
        builder.Property(anchor => anchor.Id).ValueGeneratedNever();
        builder.ToTable(table => table.HasCheckConstraint("audit_anchor_is_one", "id = 1"));
    }
}
