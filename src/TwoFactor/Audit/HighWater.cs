namespace TwoFactor.Audit;

using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit.Retention;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The content of the high-water file.</summary>
public abstract record HighWaterMark
{
    private HighWaterMark()
    {
    }

    /// <summary>Nothing was sealed here yet, or the file was removed.</summary>
    public sealed record None : HighWaterMark;

    /// <summary>The chain had this event when the file was written.</summary>
    public sealed record Known(long Sequence, string Mac) : HighWaterMark
    {
        /// <summary>Reads "12 3fe4…" or "12:3fe4…", as the file and the log have it. Returns null for any other text.</summary>
        public static Known? Parse(string text)
        {
            ArgumentNullException.ThrowIfNull(text);
            return text.Trim().Split(' ', ':') is [var number, { Length: 2 * AuditEvent.MacSize } mac]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence > 0
                && mac.All(char.IsAsciiHexDigitLower)
                    ? new Known(sequence, mac)
                    : null;
        }

        internal bool Matches(byte[]? mac) =>
            mac is not null && string.Equals(Convert.ToHexStringLower(mac), Mac, StringComparison.Ordinal);
    }

    /// <summary>The file holds something else.</summary>
    public sealed record Unreadable : HighWaterMark;
}

/// <summary>
/// Keeps the end of the chain outside the database, in a file beside it and in the log. So a chain whose tail was cut, and an older
/// database, are found.
/// </summary>
/// <remarks>A singleton, because it remembers what it wrote last.</remarks>
public sealed class HighWater(
    DataDirectory directory, KeyedHasher keyedHasher, AuditLimits limits, TimeProvider time, ILogger<HighWater> logger)
{
    private long writtenSequence;
    private long writtenTimestamp;

    /// <summary>The file's path.</summary>
    public string File { get; } = directory.File("high-water");

    public async Task<HighWaterMark> ReadAsync(CancellationToken cancellation)
    {
        if (!System.IO.File.Exists(File))
        {
            return new HighWaterMark.None();
        }

        HighWaterMark? mark = HighWaterMark.Known.Parse(await System.IO.File.ReadAllTextAsync(File, cancellation));
        return mark ?? new HighWaterMark.Unreadable();
    }

    /// <summary>
    /// Writes when the head has moved by <see cref="AuditLimits.HighWaterEvents"/> events, or when it has moved at all and the last write
    /// is <see cref="AuditLimits.HighWaterSeconds"/> ago.
    /// </summary>
    /// <returns>Whether it wrote.</returns>
    public async Task<bool> WriteIfDueAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        var head = await HeadAsync(database, cancellation);
        var moved = (head?.Sequence ?? 0) - writtenSequence;
        var isDue = moved >= limits.HighWaterEvents || time.GetElapsedTime(writtenTimestamp).TotalSeconds >= limits.HighWaterSeconds;
        return moved != 0 && isDue && await WriteAsync(database, cancellation);
    }

    /// <summary>
    /// Writes now, for example at a clean stop. Keeps a mark that the chain no longer contains, because it proves that events are missing.
    /// </summary>
    /// <returns>Whether it wrote.</returns>
    public async Task<bool> WriteAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        var mark = await ReadAsync(cancellation);
        if (await HeadAsync(database, cancellation) is not { Sequence: > 0 } head)
        {
            return false;
        }

        (writtenSequence, writtenTimestamp) = (head.Sequence, time.GetTimestamp());
        if (!await MayReplaceAsync(mark, database, cancellation))
        {
            return false;
        }

        var mac = Convert.ToHexStringLower(head.Mac);
        var line = string.Create(CultureInfo.InvariantCulture, $"{head.Sequence} {mac}\n");
        try
        {
            await DataDirectory.WriteFileAsync(File, Encoding.ASCII.GetBytes(line), cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A second process writes at this moment, or the disk is full: no reason to stop the server.
            Log.MarkNotWritten(logger, File, exception);
            return false;
        }

        Log.HeadWritten(logger, head.Sequence, mac);
        return true;
    }

    private static Task<AuditHead?> HeadAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        return database.Set<AuditHead>().AsNoTracking().SingleOrDefaultAsync(cancellation);
    }

    /// <summary>
    /// Whether the chain contains the event of a mark. A mark from before the chain's beginning counts as contained, but only if the anchor
    /// has a right tag.
    /// </summary>
    private async Task<bool> ContainsAsync(HighWaterMark.Known mark, TwoFactorDb database, CancellationToken cancellation)
    {
        var mac = await database.Set<AuditEvent>().Where(row => row.Sequence == mark.Sequence).Select(row => row.Mac)
            .SingleOrDefaultAsync(cancellation);
        return mark.Matches(mac)
            || (await database.Set<AuditAnchor>().AsNoTracking().SingleOrDefaultAsync(cancellation) is { } anchor
                && keyedHasher.HasRightTag(anchor) && (mark.Sequence < anchor.Sequence
                || (mark.Sequence == anchor.Sequence && mark.Matches(anchor.Mac))));
    }

    private async Task<bool> MayReplaceAsync(HighWaterMark mark, TwoFactorDb database, CancellationToken cancellation)
    {
        switch (mark)
        {
            case HighWaterMark.Known known:
                if (await ContainsAsync(known, database, cancellation))
                {
                    return true;
                }

                Log.ChainLostMark(logger, known.Sequence, File);
                return false;
            case HighWaterMark.Unreadable:
                Log.MarkUnreadable(logger, File);
                return false;
            default:
                return true;
        }
    }
}
