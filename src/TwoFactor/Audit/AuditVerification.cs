namespace TwoFactor.Audit;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit.Retention;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Whether the audit is whole.</summary>
public abstract record AuditVerdict
{
    private AuditVerdict()
    {
    }

    /// <param name="Events">Sealed events, each checked.</param>
    /// <param name="Unsealed">Events that wait for the sealer, each with a right tag.</param>
    /// <param name="Removed">The number of the last event that is not kept any more; 0: all are.</param>
    public sealed record Intact(long Events, long Unsealed, long Removed = 0) : AuditVerdict;

    /// <param name="Number">The first bad number of the chain; null: an event that has none.</param>
    /// <param name="Event">The row that is bad; null: it is gone.</param>
    /// <param name="What">What is wrong, as an operator reads it.</param>
    public sealed record Broken(long? Number, Guid? Event, string What) : AuditVerdict;
}

/// <summary>
/// Goes along on a walk over the chain: sees each event that was found whole, before it is known whether the next ones are.
/// </summary>
public interface IChainCompanion
{
    /// <param name="anchor">Where the chain begins; null: at event 1.</param>
    /// <param name="head">Its end; null: nothing is sealed yet.</param>
    Task BeginAsync(AuditAnchor? anchor, AuditHead? head, CancellationToken cancellation);

    Task SeeAsync(AuditEvent row, CancellationToken cancellation);
}

/// <summary>Walks the whole chain and names the first row that is not as it was written.</summary>
public sealed class AuditVerification(TwoFactorDb database, KeyedHasher keyedHasher, HighWater highWater)
{
    /// <summary>
    /// Checks every event, both ends and the high-water file, row by row, on one snapshot, while the server goes on writing.
    /// </summary>
    public Task<AuditVerdict> VerifyAsync(CancellationToken cancellation) => VerifyAsync(null, null, cancellation);

    /// <summary>The same, and whether the chain contains an event that somebody has kept elsewhere.</summary>
    /// <param name="given">The event that it must contain; null: none is asked for.</param>
    /// <param name="companion">Sees each event that was found whole; null: nobody does.</param>
    public async Task<AuditVerdict> VerifyAsync(HighWaterMark.Known? given, IChainCompanion? companion, CancellationToken cancellation)
    {
        // Before the snapshot: read after it, the mark of a busy server could be ahead of what we look at.
        var mark = await highWater.ReadAsync(cancellation);
        if (mark is HighWaterMark.Unreadable)
        {
            return new AuditVerdict.Broken(null, null, $"The file {highWater.File} does not hold a number and a hash.");
        }

        var snapshot = await database.BeginSnapshotAsync(cancellation);
        await using (snapshot)
        {
            var anchor = await database.Set<AuditAnchor>().AsNoTracking().SingleOrDefaultAsync(cancellation);
            var head = await database.Set<AuditHead>().AsNoTracking().SingleOrDefaultAsync(cancellation);
            var walk = new ChainWalk(keyedHasher, anchor, mark as HighWaterMark.Known, given);
            await (companion?.BeginAsync(anchor, head, cancellation) ?? Task.CompletedTask);
            try
            {
                return walk.Begin()
                    ?? await WalkAsync(walk, companion, cancellation)
                    ?? walk.CompareEnds(head)
                    ?? await VerifyUnsealedAsync(walk, cancellation);
            }
            catch (FormatException)
            {
                // An id that is none: whoever wrote it was not we.
                return new AuditVerdict.Broken(
                    walk.End + 1, null, "What stands here, or waits to be sealed, is no event: it cannot be read.");
            }
        }
    }

    private async Task<AuditVerdict.Broken?> WalkAsync(ChainWalk walk, IChainCompanion? companion, CancellationToken cancellation)
    {
        var rows = database.Set<AuditEvent>().AsNoTracking().Where(row => row.Sequence != null).OrderBy(row => row.Sequence)
            .AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (walk.Step(row) is { } broken)
            {
                return broken;
            }

            await (companion?.SeeAsync(row, cancellation) ?? Task.CompletedTask);
        }

        return null;
    }

    private async Task<AuditVerdict> VerifyUnsealedAsync(ChainWalk walk, CancellationToken cancellation)
    {
        var unsealed = 0L;
        var rows = database.Set<AuditEvent>().AsNoTracking()
            .Where(row => row.Sequence == null).OrderBy(row => row.Place).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            var hasRightTag = keyedHasher.HasRightTag(row);
            if (!hasRightTag || row.RefusedAt is not null)
            {
                return new AuditVerdict.Broken(null, row.Id, hasRightTag
                    ? "This event is genuine, but somebody marked it so that it is not sealed."
                    : "This event was not written by TwoFactor, or was changed before it was sealed.");
            }

            walk.Note(row);
            unsealed++;
        }

        return walk.CompareBeginning() as AuditVerdict ?? new AuditVerdict.Intact(walk.End - walk.Start, unsealed, walk.Start);
    }
}
