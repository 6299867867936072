namespace TwoFactor.Audit;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Storage;

/// <summary>A whole minute of the clock.</summary>
/// <param name="Number">Since 1970-01-01 00:00 UTC.</param>
public readonly record struct UnixMinute(long Number) : IColumnValue<UnixMinute>
{
    private const int Seconds = 60;

    /// <summary>The first moment that is not in it.</summary>
    public UnixTime End => new((Number + 1) * Seconds);

    long IColumnValue.Stored => Number;

    public static UnixMinute Of(UnixTime moment) => new(moment.Seconds / Seconds);

    public static UnixMinute FromStored(long stored) => new(stored);

    public static bool operator <(UnixMinute left, UnixMinute right) => left.Number < right.Number;

    public static bool operator >(UnixMinute left, UnixMinute right) => left.Number > right.Number;
}

/// <summary>
/// How many events of a kind and account followed the first one within a minute. Strangers can cause them at will and must not fill the
/// disk, so the sealer makes one event of them.
/// </summary>
public sealed class AuditTally
{
    /// <summary>One of <see cref="AuditKindList.Tallied"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>All zeros when there is no such account: in a key, null would equal nothing.</summary>
    public required Guid AccountId { get; init; }

    public required UnixMinute Minute { get; init; }

    /// <summary>How many came after the first.</summary>
    public required long N { get; init; }

    /// <summary>HMAC of the row. Without it, somebody who writes to the database could make the sealer write a genuine event.</summary>
    public required byte[] Tag { get; init; }
}

internal sealed class AuditTallyMapping : IEntityTypeConfiguration<AuditTally>
{
    public void Configure(EntityTypeBuilder<AuditTally> builder)
    {
        builder.HasKey(tally => new { tally.Minute, tally.Kind, tally.AccountId });
        builder.Property(tally => tally.Kind).HasMaxLength(AuditEvent.KindLength);
    }
}
