namespace TwoFactor.Audit;

using System.Data;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
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
    public sealed record Intact(long Events, long Unsealed) : AuditVerdict;

    /// <param name="Number">The first bad number of the chain; null: an event that has none.</param>
    /// <param name="Event">The row that is bad; null: it is gone.</param>
    /// <param name="What">What is wrong, as an operator reads it.</param>
    public sealed record Broken(long? Number, Guid? Event, string What) : AuditVerdict;
}

/// <summary>Walks the whole chain and names the first row that is not as it was written.</summary>
public sealed class AuditVerification(TwoFactorDb database, Verifier verifier, HighWater highWater)
{
    /// <summary>Checks every event, the head and the high-water file, row by row, on one snapshot, while the server goes on writing.</summary>
    public async Task<AuditVerdict> VerifyAsync(CancellationToken cancellation)
    {
        // Before the snapshot: read after it, the mark of a busy server could be ahead of what we look at.
        var mark = await highWater.ReadAsync(cancellation);
        if (mark is HighWaterMark.Unreadable)
        {
            return new AuditVerdict.Broken(null, null, $"The file {highWater.File} does not hold a number and a hash.");
        }

        // The provider's word for a deferred transaction: a snapshot that takes no write lock. Any other level is BEGIN IMMEDIATE.
        var snapshot = await database.Database.BeginTransactionAsync(IsolationLevel.ReadUncommitted, cancellation);
        await using (snapshot)
        {
            var chain = new Chain(verifier, mark as HighWaterMark.Known);
            return await chain.WalkAsync(Sealed(), cancellation)
                ?? chain.CompareEnds(await database.Set<AuditHead>().AsNoTracking().SingleOrDefaultAsync(cancellation))
                ?? await VerifyUnsealedAsync(chain.Length, cancellation);
        }
    }

    private IAsyncEnumerable<AuditEvent> Sealed() => database.Set<AuditEvent>().AsNoTracking()
        .Where(row => row.Sequence != null).OrderBy(row => row.Sequence).AsAsyncEnumerable();

    private async Task<AuditVerdict> VerifyUnsealedAsync(long events, CancellationToken cancellation)
    {
        var unsealed = 0L;
        var rows = database.Set<AuditEvent>().AsNoTracking()
            .Where(row => row.Sequence == null).OrderBy(row => row.Place).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            var hasRightTag = verifier.HasRightTag(row);
            if (!hasRightTag || row.RefusedAt is not null)
            {
                return new AuditVerdict.Broken(null, row.Id, hasRightTag
                    ? "This event is genuine, but somebody marked it so that it is not sealed."
                    : "This event was not written by TwoFactor, or was changed before it was sealed.");
            }

            unsealed++;
        }

        return new AuditVerdict.Intact(events, unsealed);
    }

    /// <summary>How far the chain was walked, and its last link.</summary>
    private sealed class Chain(Verifier verifier, HighWaterMark.Known? mark)
    {
        private byte[] last = [];
        private Guid? lastEvent;

        public long Length { get; private set; }

        public async Task<AuditVerdict.Broken?> WalkAsync(IAsyncEnumerable<AuditEvent> rows, CancellationToken cancellation)
        {
            await foreach (var row in rows.WithCancellation(cancellation))
            {
                if (WhatIsWrong(row) is { } broken)
                {
                    return broken;
                }

                (Length, last, lastEvent) = (Length + 1, row.Mac!, row.Id);
            }

            return null;
        }

        public AuditVerdict.Broken? CompareEnds(AuditHead? head)
        {
            var known = Math.Max(head?.Sequence ?? 0, mark?.Sequence ?? 0);
            if (known > Length)
            {
                return new(Length + 1, null, Say(
                    $"The chain ends at {Length:N0}, but {(head?.Sequence == known ? "its head" : "the high-water file")} knows event {known:N0}: the tail was cut, or this is an older database."));
            }

            return Length == 0 || (head?.Sequence == Length && Verifier.Same(head.Mac, last))
                ? null
                : new(Length, lastEvent, "The head row does not name this event, the last of the chain: somebody changed the head.");
        }

        private AuditVerdict.Broken? WhatIsWrong(AuditEvent row)
        {
            var expected = Length + 1;
            if (row.Sequence > expected)
            {
                return new(expected, null, "This event was removed.");
            }

            if (row.Sequence < expected)
            {
                return new(row.Sequence, row.Id, "This event was inserted.");
            }

            if (!verifier.HasRightTag(row))
            {
                return new(expected, row.Id, "This event was changed or inserted.");
            }

            if (row.Mac is null || !Verifier.Same(row.Mac, verifier.Link(last, expected, row.ToCanonical())))
            {
                return new(expected, row.Id, "This event is genuine, but not the one that was sealed here: it was moved.");
            }

            return mark?.Sequence == expected && !mark.Fits(row)
                ? new(expected, row.Id, "The high-water file knows another event here: the chain was cut before it, and went on.")
                : null;
        }

        private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
