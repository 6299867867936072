namespace TwoFactor.Audit;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// One event, written in the transaction that made the decision. It says who did what, when and from where, as ids and numbers, and never
/// holds a text that a stranger sent.
/// </summary>
public sealed class AuditEvent
{
    /// <summary>Characters of a detail, at most.</summary>
    public const int DetailLength = 1000;

    internal const int KindLength = 40;
    internal const int MacSize = 32;

    /// <summary>
    /// The position of the row in the order of writing, given by the database. Pages are cut by it. Neither tag nor chain covers it, so it
    /// proves nothing.
    /// </summary>
    public long Place { get; private init; }

    public required Guid Id { get; init; }

    /// <summary>One of <see cref="AuditKinds"/>.</summary>
    public required string Kind { get; init; }

    public required UnixTime At { get; init; }

    /// <summary>The account that it is about. No foreign key: an event outlives its account.</summary>
    public required Guid? AccountId { get; init; }

    public required ActorKind ActorKind { get; init; }

    /// <summary>The account that acted, where one did.</summary>
    public required Guid? Actor { get; init; }

    public required Browser Browser { get; init; }

    public required OperatingPlatform Platform { get; init; }

    /// <summary>4 or 16 bytes.</summary>
    public required byte[]? Address { get; init; }

    /// <summary>A number whose meaning depends on the kind: a count, or an offset in time steps.</summary>
    public required long? Number { get; init; }

    /// <summary>Words of an admin or an operator, such as the reason of a reset.</summary>
    public required string? Detail { get; init; }

    /// <summary>What was changed, where the event stands for a change of sealed rows.</summary>
    public required Guid? SubjectId { get; init; }

    /// <summary>The revision of <see cref="SubjectId"/> since this change. One event carries it.</summary>
    public required long? Rev { get; init; }

    /// <summary>For a wrong code: how many there were in the running period, this one included.</summary>
    public int? Count { get; init; }

    /// <summary>When that period began.</summary>
    public UnixTime? CountedSince { get; init; }

    /// <summary>HMAC of the row, set when it is written. The sealer refuses a row that this program did not write.</summary>
    public required byte[] Tag { get; init; }

    /// <summary>Its number in the chain, from 1; null until it is sealed.</summary>
    public long? Sequence { get; private set; }

    /// <summary>Its link in the chain; null until it is sealed.</summary>
    public byte[]? Mac { get; private set; }

    /// <summary>When the sealer refused it because of its tag. The sealer then skips it, so that it blocks no other row.</summary>
    public UnixTime? RefusedAt { get; private set; }

    internal void Seal(long sequence, byte[] mac) => (Sequence, Mac) = (sequence, mac);

    internal void Refuse(UnixTime at) => RefusedAt = at;

    /// <summary>The fields that tag and chain cover.</summary>
    internal byte[] ToCanonical() => new CanonicalEncoding()
        .Id(Id).Text(Kind).Number(At.Seconds).Id(AccountId)
        .Number((byte)ActorKind).Id(Actor).Number((byte)Browser).Number((byte)Platform).Bytes(Address)
        .Number(Number).Text(Detail).Id(SubjectId).Number(Rev).Number(Count).Number(CountedSince?.Seconds)
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
        // One index for each list that a page shows: in the order of the page, with the columns of the filter, so that no row is read in
        // vain.
        builder.HasIndex(row => new { row.AccountId, row.At, row.Place, row.Kind, row.Actor });
        builder.HasIndex(row => new { row.Actor, row.At, row.Place, row.Kind });
        builder.HasIndex(row => new { row.Kind, row.At });
        builder.HasIndex(row => row.At);
        builder.HasIndex(row => new { row.SubjectId, row.Rev }, "audit_event_revision").IsUnique().HasFilter("rev IS NOT NULL");
        builder.Property(row => row.Kind).HasMaxLength(AuditEvent.KindLength);
        builder.Property(row => row.Detail).HasMaxLength(AuditEvent.DetailLength);
        builder.ToTable(table =>
        {
            table.HasCheckConstraint("audit_event_kind", $"length(kind) BETWEEN 1 AND {AuditEvent.KindLength}");
            table.HasCheckConstraint("audit_event_detail", $"length(detail) <= {AuditEvent.DetailLength}");
            table.HasCheckConstraint("audit_event_address", "length(address) IN (4, 16)");
            table.HasCheckConstraint("audit_event_tag", $"length(tag) = {AuditEvent.MacSize}");
            table.HasCheckConstraint("audit_event_mac", $"length(mac) = {AuditEvent.MacSize}");
            table.HasCheckConstraint("audit_event_subject", "(subject_id IS NULL) = (rev IS NULL)");
            table.HasCheckConstraint("audit_event_count", "(count IS NULL) = (counted_since IS NULL)");
            table.HasCheckConstraint("audit_event_sealed", "(sequence IS NULL) = (mac IS NULL)");
        });
    }
}
