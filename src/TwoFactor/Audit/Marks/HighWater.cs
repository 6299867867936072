namespace TwoFactor.Audit.Marks;

using System.Text;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit.Retention;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Keeps the end of the chain outside the database, in a file beside it, in one beside the key ring, and in the log. So a chain whose tail
/// was cut, and an older database, are found. The files also remember that the set-up is over, the revisions of all accounts above
/// user, and the wrong codes of accounts that had many.
/// </summary>
/// <remarks>A singleton, because it remembers what it wrote last.</remarks>
public sealed class HighWater(
    MarkFiles files,
    MarkedRevisions revisions,
    MarkedCounts counts,
    KeyedHasher keyedHasher,
    AuditLimits limits,
    TimeProvider time,
    ILogger<HighWater> logger)
{
    private long writtenSequence;
    private long writtenTimestamp;
    private bool isWeak;

    /// <summary>
    /// Writes when an account above user was changed, when a count of wrong codes that the mark names rose, when the head has moved by
    /// <see cref="AuditLimits.HighWaterEvents"/> events, or when
    /// it has moved at all and the last write is <see cref="AuditLimits.HighWaterSeconds"/> ago.
    /// </summary>
    /// <returns>Whether it wrote.</returns>
    public async Task<bool> WriteIfDueAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        var head = await HeadAsync(database, cancellation);
        var moved = (head?.Sequence ?? 0) - writtenSequence;
        if (revisions.HasNews || counts.HasNews)
        {
            return await WriteAsync(database, cancellation);
        }

        var isDue = moved >= limits.HighWaterEvents || time.GetElapsedTime(writtenTimestamp).TotalSeconds >= limits.HighWaterSeconds;
        return moved != 0 && isDue && await WriteAsync(database, cancellation);
    }

    /// <summary>
    /// Writes now, for example at a clean stop. Keeps a mark that the chain no longer contains, because it proves that events are missing,
    /// and a file that TwoFactor did not write.
    /// </summary>
    /// <returns>Whether it wrote.</returns>
    public async Task<bool> WriteAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        var state = await files.ReadAsync(cancellation);
        var head = await HeadAsync(database, cancellation);
        var isSetUp = state.IsSetUp
            || await database.Set<Instance>().AnyAsync(instance => instance.SetupCompletedAt != null, cancellation);
        if (head is not { Sequence: > 0 } && !isSetUp)
        {
            return false;
        }

        revisions.Add(state.Revisions);
        counts.Add(state.Counts);
        var (marked, counted) = (revisions.Take(), counts.Take(time.Now()));
        (writtenSequence, writtenTimestamp) = (head?.Sequence ?? 0, time.GetTimestamp());
        foreach (var foreign in state.Foreign)
        {
            Audit.Log.MarkUnreadable(logger, foreign);
        }

        if (state.Mark is HighWaterMark.Known known && !await ContainsAsync(known, database, cancellation))
        {
            Audit.Log.ChainLostMark(logger, known.Sequence, string.Join(" or ", files.All));
            return false;
        }

        var mark = new HighWaterMark.Known(head?.Sequence ?? 0, Convert.ToHexStringLower(head?.Mac ?? []))
        {
            IsSetUp = isSetUp,
            Revisions = marked,
            Counts = counted,
        };
        var text = Encoding.UTF8.GetBytes(mark.ToText(keyedHasher));
        var written = 0;
        foreach (var file in files.All.Except(state.Foreign, StringComparer.Ordinal))
        {
            written += await WriteAsync(file, text, cancellation) ? 1 : 0;
        }

        if (written > 0 && mark.Sequence > 0)
        {
            Audit.Log.HeadWritten(logger, mark.Sequence, mark.Mac);
        }

        return written > 0;
    }

    /// <summary>Takes over what the mark says of accounts, before the process answers anything.</summary>
    public async Task RememberAsync(CancellationToken cancellation)
    {
        var state = await files.ReadAsync(cancellation);
        revisions.Add(state.Revisions);
        counts.Add(state.Counts);
    }

    /// <summary>
    /// Compares the database with the newest mark. Returns null when the chain contains it, otherwise what a person must know.
    /// </summary>
    public async Task<string?> FindOlderDatabaseAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        var state = await files.ReadAsync(cancellation);
        var remedy = $"Nothing was changed. Keep a copy of the database and run: audit verify. If you restored a backup on purpose, delete "
            + $"{files.BesideDatabase} and {files.BesideKeyRing}, and start again.";
        if (state.Mark is HighWaterMark.Unreadable or HighWaterMark.Known { IsGenuine: false })
        {
            return $"{string.Join(" and ", state.Foreign)}: not what TwoFactor wrote there, or written by another installation. {remedy}";
        }

        if (state.Mark is not HighWaterMark.Known known || await ContainsAsync(known, database, cancellation))
        {
            return null;
        }

        var end = (await HeadAsync(database, cancellation))?.Sequence ?? 0;
        return FormattableString.Invariant(
            $"This database is not the newest of this installation: its last event is {end}, and event {known.Sequence}, which was ")
            + $"written down outside of it, is missing or another. Somebody put back an older copy, or removed events. {remedy}";
    }

    private static Task<AuditHead?> HeadAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        return database.Set<AuditHead>().AsNoTracking().SingleOrDefaultAsync(cancellation);
    }

    private async Task<bool> WriteAsync(string file, byte[] text, CancellationToken cancellation)
    {
        var isWritten = false;
        try
        {
            await DataDirectory.WriteFileAsync(file, text, cancellation);
            isWritten = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A second process writes at this moment, the disk is full, or the key ring's folder is read-only: the server goes on.
            if (string.Equals(file, files.BesideDatabase, StringComparison.Ordinal))
            {
                Audit.Log.MarkNotWritten(logger, file, exception);
            }
            else if (!isWeak)
            {
                // Said once: on a read-only folder it stays so.
                isWeak = true;
                Audit.Log.MarkIsWeak(logger, file);
            }
        }

        return isWritten;
    }

    /// <summary>
    /// Whether the chain contains the event of a mark. A mark from before the chain's beginning counts as contained, but only if the anchor
    /// has a right tag.
    /// </summary>
    private async Task<bool> ContainsAsync(HighWaterMark.Known mark, TwoFactorDb database, CancellationToken cancellation)
    {
        if (mark.Sequence == 0)
        {
            return true;
        }

        var mac = await database.Set<AuditEvent>().Where(row => row.Sequence == mark.Sequence).Select(row => row.Mac)
            .SingleOrDefaultAsync(cancellation);
        return mark.Matches(mac)
            || (await database.Set<AuditAnchor>().AsNoTracking().SingleOrDefaultAsync(cancellation) is { } anchor
                && keyedHasher.HasRightTag(anchor) && (mark.Sequence < anchor.Sequence
                || (mark.Sequence == anchor.Sequence && mark.Matches(anchor.Mac))));
    }
}
