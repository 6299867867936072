namespace TwoFactor.Audit;

using TwoFactor.Audit.Retention;
using TwoFactor.Keys;

/// <summary>
/// The keyed hashes of the audit: the tag of a row, the tag of a tally, the link of a chain. Each under a key of its own.
/// </summary>
internal static class AuditSeals
{
    public static byte[] Tag(this KeyedHasher keyedHasher, ReadOnlySpan<byte> canonical) => keyedHasher.Hash("audit.tag", canonical);

    public static byte[] TallyTag(this KeyedHasher keyedHasher, string kind, Guid account, UnixMinute minute, long n) =>
        keyedHasher.Hash("audit.tally", new CanonicalEncoding().Text(kind).Id(account).Number(minute.Number).Number(n).ToArray());

    /// <summary>Binds an event to its number and, through the link before it, to every event before it.</summary>
    public static byte[] Link(this KeyedHasher keyedHasher, byte[] previous, long sequence, byte[] canonical) =>
        keyedHasher.Hash("audit.chain", new CanonicalEncoding().Bytes(previous).Number(sequence).Bytes(canonical).ToArray());

    public static bool HasRightTag(this KeyedHasher keyedHasher, AuditEvent row) =>
        KeyedHasher.FixedTimeEquals(row.Tag, keyedHasher.Tag(row.ToCanonical()));

    public static byte[] AnchorTag(this KeyedHasher keyedHasher, AuditAnchor anchor) =>
        keyedHasher.Hash("audit.anchor", anchor.ToCanonical());

    public static bool HasRightTag(this KeyedHasher keyedHasher, AuditAnchor anchor) =>
        KeyedHasher.FixedTimeEquals(anchor.Tag, keyedHasher.AnchorTag(anchor));
}
