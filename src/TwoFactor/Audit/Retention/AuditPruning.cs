namespace TwoFactor.Audit.Retention;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The oldest events of the chain that can be removed next, each one verified.</summary>
/// <param name="Rows">In the order of writing.</param>
/// <param name="Checkpoints">The digest in the anchor, over the events that were removed before; null when there were none.</param>
/// <param name="Last">The number of the last one.</param>
public sealed record AuditPrefix(IReadOnlyList<AuditEvent> Rows, byte[]? Checkpoints, long Last);

/// <summary>
/// Removes the oldest events and leaves a sealed row from which the chain begins. Its steps run in a story of the caller.
/// </summary>
public sealed class AuditPruning(KeyedHasher keyedHasher, AuditLog log, AuditLimits limits)
{
    /// <summary>
    /// Finds the events to remove next: at most <see cref="AuditLimits.SealBatch"/>. Returns null when there are none, or when one of them
    /// is not genuine.
    /// </summary>
    /// <param name="before">An event of this moment or later stays, and so does every event that was written after it.</param>
    /// <param name="end">The number of the first event that stays, however old it is.</param>
    public async Task<AuditPrefix?> NextAsync(Work work, UnixTime before, long end)
    {
        ArgumentNullException.ThrowIfNull(work);
        var database = work.Rows;
        var anchor = await database.Set<AuditAnchor>().AsNoTracking().SingleOrDefaultAsync();
        var start = anchor?.Sequence ?? 0;
        var oldest = await database.Set<AuditEvent>().AsNoTracking().OrderBy(row => row.Place).Take(limits.SealBatch).ToListAsync();
        var count = CutAt([.. oldest.TakeWhile(row => row.At < before && row.Sequence < end)], start);
        if (count == 0)
        {
            return null;
        }

        var rows = oldest[..count];
        var walk = new ChainWalk(keyedHasher, anchor);
        return walk.Begin() is null && rows.OrderBy(row => row.Sequence).All(row => walk.Step(row) is null)
            ? new AuditPrefix(rows, anchor?.Checkpoints, start + count)
            : null;
    }

    /// <summary>Removes the events. The removal is itself an event, in the same story.</summary>
    /// <param name="checkpoints">The new digest, over all events that were removed.</param>
    public async Task RemoveAsync(Work work, AuditPrefix prefix, byte[] checkpoints)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(prefix);
        var mac = prefix.Rows.Single(row => row.Sequence == prefix.Last).Mac!;
        var anchor = await work.Rows.Set<AuditAnchor>().SingleOrDefaultAsync();
        if (anchor is null)
        {
            anchor = new AuditAnchor { Id = 1, Sequence = 0, Mac = [], Checkpoints = [], Tag = [] };
            work.Add(anchor);
        }

        (anchor.Sequence, anchor.Mac, anchor.Checkpoints) = (prefix.Last, mac, checkpoints);
        anchor.Tag = keyedHasher.AnchorTag(anchor);
        await work.ExecuteAsync($"DELETE FROM audit_event WHERE sequence<={prefix.Last}");
        log.Record(work, AuditKinds.AuditPruned, null, prefix.Last);
    }

    /// <summary>
    /// How many of these rows, in the order of writing, are also the first ones of the chain. The orders can differ, because the sealer
    /// sorts by time and a clock may have gone back. Events are replayed in the order of writing, and no part of them may be missing.
    /// </summary>
    private static int CutAt(List<AuditEvent> rows, long start)
    {
        var (cut, highest) = (0, 0L);
        for (var count = 1; count <= rows.Count; count++)
        {
            highest = Math.Max(highest, rows[count - 1].Sequence!.Value);
            cut = highest == start + count ? count : cut;
        }

        return cut;
    }
}
