namespace TwoFactor.Audit;

using TwoFactor.Keys;

/// <summary>The keyed hashes of the audit: the tag of a row, the tag of a tally, the link of a chain. Each under a key of its own.</summary>
internal static class AuditSeals
{
    public static byte[] Tag(this Verifier verifier, ReadOnlySpan<byte> canonical) => verifier.Hash("audit.tag", canonical);

    public static byte[] TallyTag(this Verifier verifier, string kind, Guid account, long minute, long n) =>
        verifier.Hash("audit.tally", new Canonical().Text(kind).Id(account).Number(minute).Number(n).ToArray());

    /// <summary>Binds an event to its number and, through the link before it, to every event before it.</summary>
    public static byte[] Link(this Verifier verifier, byte[] previous, long sequence, byte[] canonical) =>
        verifier.Hash("audit.chain", new Canonical().Bytes(previous).Number(sequence).Bytes(canonical).ToArray());

    public static bool HasRightTag(this Verifier verifier, AuditEvent row) =>
        Verifier.Same(row.Tag, verifier.Tag(row.ToCanonical()));

    public static byte[] AnchorTag(this Verifier verifier, AuditAnchor anchor) => verifier.Hash("audit.anchor", anchor.ToCanonical());

    public static bool HasRightTag(this Verifier verifier, AuditAnchor anchor) => Verifier.Same(anchor.Tag, verifier.AnchorTag(anchor));
}
