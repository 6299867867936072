namespace TwoFactor.Audit;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// One thing that was decided, written in the transaction that decided it. Who, what, when and from where as ids and numbers: never a
/// text that a stranger sent.
/// </summary>
public sealed class AuditEvent
{
    /// <summary>Characters of a detail, at most.</summary>
    public const int DetailLength = 1000;

    internal const int KindLength = 40;
    internal const int MacSize = 32;

    /// <summary>
    /// Where it stands among all rows, in the order of writing. Given by the database, and outside tag and chain: pages turn by it,
    /// nothing is believed of it.
    /// </summary>
    public long Place { get; private init; }

    public required Guid Id { get; init; }

    /// <summary>One of <see cref="AuditKinds"/>.</summary>
    public required string Kind { get; init; }

    public required UnixTime At { get; init; }

    /// <summary>Whom it is about. No foreign key: an event outlives its account.</summary>
    public required Guid? AccountId { get; init; }

    public required ActorKind ActorKind { get; init; }

    /// <summary>The account that acted, where one did.</summary>
    public required Guid? Actor { get; init; }

    public required Browser Browser { get; init; }

    public required OperatingPlatform Platform { get; init; }

    /// <summary>4 or 16 bytes.</summary>
    public required byte[]? Address { get; init; }

    /// <summary>What its kind says: a count, or an offset in time steps.</summary>
    public required long? Number { get; init; }

    /// <summary>Words of an admin or an operator, such as the reason of a reset.</summary>
    public required string? Detail { get; init; }

    /// <summary>HMAC of the row from the moment it is written: the sealer takes none that did not come from us.</summary>
    public required byte[] Tag { get; init; }

    /// <summary>Its number in the chain, from 1; null until it is sealed.</summary>
    public long? Sequence { get; private set; }

    /// <summary>Its link in the chain; null until it is sealed.</summary>
    public byte[]? Mac { get; private set; }

    /// <summary>When the sealer refused it for its tag, so that it is met once and keeps no other row waiting.</summary>
    public UnixTime? RefusedAt { get; private set; }

    internal void Seal(long sequence, byte[] mac) => (Sequence, Mac) = (sequence, mac);

    internal void Refuse(UnixTime at) => RefusedAt = at;

    /// <summary>All that was said when it was written.</summary>
    internal byte[] ToCanonical() => new CanonicalEncoding()
        .Id(Id).Text(Kind).Number(At.Seconds).Id(AccountId)
        .Number((byte)ActorKind).Id(Actor).Number((byte)Browser).Number((byte)Platform).Bytes(Address)
        .Number(Number).Text(Detail)
        .ToArray();
}

internal sealed class AuditEventMapping : IEntityTypeConfiguration<AuditEvent>
{
    public void Configure(EntityTypeBuilder<AuditEvent> builder)
    {
        builder.HasKey(row => row.Place);
        builder.HasIndex(row => row.Id).IsUnique();
        builder.HasIndex(row => row.Sequence).IsUnique();
        builder.HasIndex(row => new { row.At, row.Place }, "audit_event_unsealed")
            .HasFilter("sequence IS NULL AND refused_at IS NULL");
        // What a page asks for: each list in the order of its page, with what else may be asked of it, so that no row is read in vain.
        builder.HasIndex(row => new { row.AccountId, row.At, row.Place, row.Kind, row.Actor });
        builder.HasIndex(row => new { row.Actor, row.At, row.Place, row.Kind });
        builder.HasIndex(row => new { row.Kind, row.At });
        builder.HasIndex(row => row.At);
        builder.Property(row => row.Kind).HasMaxLength(AuditEvent.KindLength);
        builder.Property(row => row.Detail).HasMaxLength(AuditEvent.DetailLength);
        builder.ToTable(table =>
        {
            table.HasCheckConstraint("audit_event_kind", $"length(kind) BETWEEN 1 AND {AuditEvent.KindLength}");
            table.HasCheckConstraint("audit_event_detail", $"length(detail) <= {AuditEvent.DetailLength}");
            table.HasCheckConstraint("audit_event_address", "length(address) IN (4, 16)");
            table.HasCheckConstraint("audit_event_tag", $"length(tag) = {AuditEvent.MacSize}");
            table.HasCheckConstraint("audit_event_mac", $"length(mac) = {AuditEvent.MacSize}");
            table.HasCheckConstraint("audit_event_sealed", "(sequence IS NULL) = (mac IS NULL)");
        });
    }
}
