namespace TwoFactor.Audit;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

/// <summary>The end of the chain, in one row.</summary>
public sealed class AuditHead
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }

    /// <summary>The number of the last sealed event; 0 before the first.</summary>
    public required long Sequence { get; set; }

    /// <summary>That event's link; empty before the first.</summary>
    public required byte[] Mac { get; set; }
}

internal sealed class AuditHeadMapping : IEntityTypeConfiguration<AuditHead>
{
    public void Configure(EntityTypeBuilder<AuditHead> builder)
    {
        builder.Property(head => head.Id).ValueGeneratedNever();
        builder.ToTable(table => table.HasCheckConstraint("audit_head_is_one", "id = 1"));
    }
}
