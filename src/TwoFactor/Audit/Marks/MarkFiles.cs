namespace TwoFactor.Audit.Marks;

using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What both high-water files say together.</summary>
/// <param name="Mark">The newest that was written here; otherwise the newest that says anything, which can only accuse.</param>
/// <param name="IsSetUp">Whether any of them knows that the set-up was complete.</param>
/// <param name="Revisions">The highest revision of each account that either of them names.</param>
/// <param name="Counts">The newest count of wrong codes of each account that either of them names.</param>
/// <param name="Foreign">The files that hold what TwoFactor did not write there.</param>
public sealed record MarkState(
    HighWaterMark Mark,
    bool IsSetUp,
    IReadOnlyDictionary<Guid, long> Revisions,
    IReadOnlyDictionary<Guid, MarkedCount> Counts,
    IReadOnlyList<string> Foreign);

/// <summary>
/// The two high-water files: one beside the database, one beside the key ring. The newer counts, so whoever writes to the data directory
/// alone cannot set the mark back where the key ring lies elsewhere.
/// </summary>
public sealed class MarkFiles(DataDirectory data, KeyRingOptions ring, KeyedHasher keyedHasher)
{
    private const string Name = "high-water";

    public string BesideDatabase { get; } = data.File(Name);

    public string BesideKeyRing { get; } = Path.Combine(ring.Directory, Name);

    public IReadOnlyList<string> All => [BesideDatabase, BesideKeyRing];

    public async Task<MarkState> ReadAsync(CancellationToken cancellation)
    {
        var marks = new List<(string File, HighWaterMark Mark)>();
        foreach (var file in All)
        {
            marks.Add((file, await ReadAsync(file, cancellation)));
        }

        var known = marks.Select(entry => entry.Mark).OfType<HighWaterMark.Known>().ToList();
        var foreign = marks.Where(entry => entry.Mark is HighWaterMark.Unreadable or HighWaterMark.Known { IsGenuine: false })
            .Select(entry => entry.File).ToList();
        HighWaterMark? newest = known.OrderByDescending(mark => mark.IsGenuine).ThenByDescending(mark => mark.Sequence).FirstOrDefault();
        return new MarkState(
            newest ?? (foreign.Count > 0 ? new HighWaterMark.Unreadable() : new HighWaterMark.None()),
            known.Exists(mark => mark.IsSetUp),
            known.Where(mark => mark.IsGenuine).SelectMany(mark => mark.Revisions).GroupBy(entry => entry.Key, entry => entry.Value)
                .ToDictionary(entries => entries.Key, entries => entries.Max()),
            known.Where(mark => mark.IsGenuine).SelectMany(mark => mark.Counts).GroupBy(entry => entry.Key, entry => entry.Value)
                .ToDictionary(entries => entries.Key, entries => entries.Aggregate(MarkedCount.Newer)),
            foreign);
    }

    /// <summary>
    /// Whether the mark beside the key ring is missing or behind, because its folder cannot be written: then the mark can be set back by
    /// whoever writes to the data directory.
    /// </summary>
    public async Task<bool> IsWeakAsync(CancellationToken cancellation) =>
        await ReadAsync(BesideDatabase, cancellation) is HighWaterMark.Known mark
            && (await ReadAsync(BesideKeyRing, cancellation) is not HighWaterMark.Known { IsGenuine: true } other
                || other.Sequence < mark.Sequence);

    /// <summary>The first of the files that exists; null when none does.</summary>
    public string? Existing() => All.FirstOrDefault(File.Exists);

    private async Task<HighWaterMark> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return File.Exists(file)
                ? HighWaterMark.Parse(keyedHasher, await File.ReadAllTextAsync(file, cancellation))
                : new HighWaterMark.None();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new HighWaterMark.Unreadable();
        }
    }
}
