namespace TwoFactor.Audit;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit.Marks;
using TwoFactor.Audit.Retention;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The result of a verification of the audit.</summary>
public abstract record AuditVerdict
{
    private AuditVerdict()
    {
    }

    /// <param name="Events">Sealed events, each checked.</param>
    /// <param name="Unsealed">Events that wait for the sealer, each with a right tag.</param>
    /// <param name="Removed">The number of the last event that was removed for its age; 0 when none was.</param>
    public sealed record Intact(long Events, long Unsealed, long Removed = 0) : AuditVerdict;

    /// <param name="Number">The number of the first bad event; null when that event has none.</param>
    /// <param name="Event">The bad row; null when it is missing.</param>
    /// <param name="What">What is wrong, written for an operator.</param>
    public sealed record Broken(long? Number, Guid? Event, string What) : AuditVerdict;
}

/// <summary>Sees the events during a walk over the chain: each one as soon as it is verified, before the next one is.</summary>
public interface IChainVisitor
{
    /// <param name="anchor">Where the chain begins; null when it begins at event 1.</param>
    /// <param name="head">The end of the chain; null when nothing is sealed yet.</param>
    Task BeginAsync(AuditAnchor? anchor, AuditHead? head, CancellationToken cancellation);

    Task VisitAsync(AuditEvent row, CancellationToken cancellation);
}

/// <summary>Walks over the whole chain and names the first row that is not as it was written.</summary>
public sealed class AuditVerification(TwoFactorDb database, KeyedHasher keyedHasher, MarkFiles marks)
{
    /// <summary>
    /// Checks every event, both ends and the high-water files, row by row, on one snapshot, while the server goes on writing.
    /// </summary>
    public Task<AuditVerdict> VerifyAsync(CancellationToken cancellation) => VerifyAsync(null, null, cancellation);

    /// <summary>Checks the same, and whether the chain contains an event that somebody has noted elsewhere.</summary>
    /// <param name="given">The event that the chain must contain; null when none is asked for.</param>
    /// <param name="visitor">Sees each verified event; null when nobody needs to.</param>
    public async Task<AuditVerdict> VerifyAsync(HighWaterMark.Known? given, IChainVisitor? visitor, CancellationToken cancellation)
    {
        // Read the mark before the snapshot. A mark that is read later could be ahead of the snapshot, because the server goes on writing.
        var state = await marks.ReadAsync(cancellation);
        var foreign = state.Foreign.Count == 0
            ? null
            : new AuditVerdict.Broken(
                null, null, $"{string.Join(" and ", state.Foreign)}: not what TwoFactor wrote there, or written by another installation.");
        if (state.Mark is HighWaterMark.Unreadable)
        {
            return foreign!;
        }

        var snapshot = await database.BeginSnapshotAsync(cancellation);
        await using (snapshot)
        {
            var anchor = await database.Set<AuditAnchor>().AsNoTracking().SingleOrDefaultAsync(cancellation);
            var head = await database.Set<AuditHead>().AsNoTracking().SingleOrDefaultAsync(cancellation);
            var walk = new ChainWalk(keyedHasher, anchor, state.Mark as HighWaterMark.Known, given);
            await (visitor?.BeginAsync(anchor, head, cancellation) ?? Task.CompletedTask);
            try
            {
                return walk.Begin()
                    ?? await WalkAsync(walk, visitor, cancellation)
                    ?? walk.CompareEnds(head)
                    ?? foreign
                    ?? await VerifyUnsealedAsync(walk, cancellation);
            }
            catch (FormatException)
            {
                // A malformed id: this program did not write it.
                return new AuditVerdict.Broken(
                    walk.End + 1, null, "What stands here, or waits to be sealed, is no event: it cannot be read.");
            }
        }
    }

    private async Task<AuditVerdict.Broken?> WalkAsync(ChainWalk walk, IChainVisitor? visitor, CancellationToken cancellation)
    {
        var rows = database.Set<AuditEvent>().AsNoTracking().Where(row => row.Sequence != null).OrderBy(row => row.Sequence)
            .AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (walk.Step(row) is { } broken)
            {
                return broken;
            }

            await (visitor?.VisitAsync(row, cancellation) ?? Task.CompletedTask);
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
