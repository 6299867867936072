namespace TwoFactor.Sessions;

using System.Collections.Concurrent;
using TwoFactor.Storage;

/// <summary>
/// When sessions were last used, until a story writes it: one a minute, instead of one for each request that notes a use. What is noted
/// here counts as if it were written.
/// </summary>
/// <remarks>A process that is killed loses what it noted: a session is then idle a minute too early.</remarks>
public sealed class LastUses
{
    private readonly ConcurrentDictionary<Guid, long> noted = new();

    /// <summary>A session was used.</summary>
    /// <param name="at">Unix seconds.</param>
    internal void Note(Guid session, long at) => noted.AddOrUpdate(session, at, (_, before) => Math.Max(before, at));

    /// <summary>When it was last used, in Unix seconds.</summary>
    /// <param name="written">What its row says.</param>
    internal long LatestOf(Guid session, long written) => noted.TryGetValue(session, out var at) ? Math.Max(at, written) : written;

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

        // A use that was noted meanwhile stays.
        work.AfterCommit(() => batch.ForEach(use => noted.TryRemove(use)));
        return batch.Count;
    }
}
