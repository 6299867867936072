namespace TwoFactor.Sessions.Store;

using System.Collections.Concurrent;
using System.Collections.Frozen;
using TwoFactor.Storage;

/// <summary>
/// When sessions were last used, until a story writes it: one a minute, instead of one for each request that notes a use. What is noted
/// here counts as if it were written.
/// </summary>
/// <remarks>A process that is killed loses what it noted: a session is then idle some minutes too early.</remarks>
public sealed class LastUses
{
    private readonly ConcurrentDictionary<Guid, UnixTime> noted = new();

    /// <summary>What the last round wrote. It counts until the next one: somebody may have read the row just before.</summary>
    private Round written = new(UnixTime.Unset, FrozenDictionary<Guid, UnixTime>.Empty);

    /// <summary>A session was used.</summary>
    internal void Note(Guid session, UnixTime at) => noted.AddOrUpdate(session, at, (_, before) => UnixTime.Max(before, at));

    /// <summary>When it was last used.</summary>
    /// <param name="inRow">What its row says.</param>
    internal UnixTime LatestOf(Guid session, UnixTime inRow)
    {
        var latest = noted.TryGetValue(session, out var at) ? UnixTime.Max(at, inRow) : inRow;
        return Volatile.Read(ref written).Uses.TryGetValue(session, out var before) ? UnixTime.Max(before, latest) : latest;
    }

    /// <summary>Writes what was noted, and forgets it once that stands.</summary>
    /// <returns>How many; as many as a batch holds: there may be more.</returns>
    public async Task<int> WriteAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var batch = noted.Take(Work.Batch).ToList();
        foreach (var (session, at) in batch)
        {
            await work.ExecuteAsync(
                $"UPDATE session SET last_seen_at={at} WHERE id={session} AND last_seen_at<{at} AND ended_at IS NULL");
        }

        work.AfterCommit(() =>
        {
            Volatile.Write(ref written, written.And(batch, work.Now));

            // A use that was noted meanwhile stays.
            batch.ForEach(use => noted.TryRemove(use));
        });
        return batch.Count;
    }

    /// <param name="At">When its last batch was written.</param>
    private sealed record Round(UnixTime At, FrozenDictionary<Guid, UnixTime> Uses)
    {
        private static readonly TimeSpan Gap = TimeSpan.FromSeconds(20);

        /// <summary>A batch that follows at once belongs to the same round.</summary>
        public Round And(IReadOnlyList<KeyValuePair<Guid, UnixTime>> batch, UnixTime now)
        {
            var uses = now < At + Gap ? new Dictionary<Guid, UnixTime>(Uses) : [];
            foreach (var (session, at) in batch)
            {
                uses[session] = at;
            }

            return new Round(now, uses.ToFrozenDictionary());
        }
    }
}
