namespace TwoFactor.Audit.Retention;

using System.Globalization;
using TwoFactor.Audit.Marks;
using TwoFactor.Keys;

/// <summary>One walk over the chain: up to where it is intact, and its last link.</summary>
/// <param name="keyedHasher">Computes the links again.</param>
/// <param name="anchor">Where the chain begins; null when it begins at event 1.</param>
/// <param name="file">The mark in the high-water file; null when there is none.</param>
/// <param name="given">The event that somebody has noted elsewhere and asks about; null when there is none.</param>
internal sealed class ChainWalk(
    KeyedHasher keyedHasher, AuditAnchor? anchor, HighWaterMark.Known? file = null, HighWaterMark.Known? given = null)
{
    private byte[] last = anchor?.Mac ?? [];
    private Guid? lastEvent;
    private long pruned;

    /// <summary>The number of the last event before the first one that is kept.</summary>
    public long Start { get; } = anchor?.Sequence ?? 0;

    /// <summary>The number of the last event that was walked over.</summary>
    public long End { get; private set; } = anchor?.Sequence ?? 0;

    public AuditVerdict.Broken? Begin()
    {
        if (anchor is not null && !keyedHasher.HasRightTag(anchor))
        {
            return new(anchor.Sequence, null, "The row from which the chain begins was written by somebody else.");
        }

        if (given?.Sequence < Start)
        {
            return new(
                given.Sequence, null, Say($"The event that was asked for is not kept any more: the chain begins after event {Start:N0}."));
        }

        return CompareMarks(Start, last, null);
    }

    public AuditVerdict.Broken? Step(AuditEvent row)
    {
        var expected = End + 1;
        if (WhatIsWrong(row, expected) is { } broken)
        {
            return broken;
        }

        (End, last, lastEvent) = (expected, row.Mac!, row.Id);
        Note(row);
        return CompareMarks(expected, last, row.Id);
    }

    /// <summary>Takes note of a genuine event, sealed or not, because each removal of old events is an event too.</summary>
    public void Note(AuditEvent row)
    {
        if (string.Equals(row.Kind, AuditKinds.AuditPruned, StringComparison.Ordinal))
        {
            pruned = Math.Max(pruned, row.Number ?? 0);
        }
    }

    public AuditVerdict.Broken? CompareEnds(AuditHead? head)
    {
        var (known, source) = new[]
        {
            (head?.Sequence ?? 0, "its head"), (file?.Sequence ?? 0, "the high-water file"), (given?.Sequence ?? 0, "whoever asks")
        }
            .MaxBy(end => end.Item1);
        if (known > End)
        {
            return new(End + 1, null, Say(
                $"The chain ends at {End:N0}, but {source} knows event {known:N0}: the tail was cut, or this is an older database."));
        }

        return End == 0 || (head?.Sequence == End && KeyedHasher.FixedTimeEquals(head.Mac, last))
            ? null
            : new(End, lastEvent, "The head row does not name this event, the last of the chain: somebody changed the head.");
    }

    /// <summary>Call it after every event was noted: the newest removal among them must name the chain's beginning.</summary>
    public AuditVerdict.Broken? CompareBeginning() => pruned == Start
        ? null
        : new(Math.Max(pruned, Start), null, Say(
            $"The chain begins after event {Start:N0}, but the newest removal was up to event {pruned:N0}: ")
                + "an older beginning was put back.");

    private AuditVerdict.Broken? WhatIsWrong(AuditEvent row, long expected)
    {
        if (row.Sequence > expected)
        {
            return new(expected, null, "This event was removed.");
        }

        if (row.Sequence < expected)
        {
            return new(row.Sequence, row.Id, "This event was inserted.");
        }

        if (!keyedHasher.HasRightTag(row))
        {
            return new(expected, row.Id, "This event was changed or inserted.");
        }

        return row.Mac is null || !KeyedHasher.FixedTimeEquals(row.Mac, keyedHasher.Link(last, expected, row.ToCanonical()))
            ? new(expected, row.Id, "This event is genuine, but not the one that was sealed here: it was moved.")
            : null;
    }

    private AuditVerdict.Broken? CompareMarks(long sequence, byte[] mac, Guid? row)
    {
        if (sequence > 0 && file?.Sequence == sequence && !file.Matches(mac))
        {
            return new(sequence, row, "The high-water file knows another event here: the chain was cut before it, and went on.");
        }

        return sequence > 0 && given?.Sequence == sequence && !given.Matches(mac)
            ? new(
                sequence,
                row,
                "Whoever asks knows another event here: the chain was cut before it, and went on, or this is another database.")
            : null;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
