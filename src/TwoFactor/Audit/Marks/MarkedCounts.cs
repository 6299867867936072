namespace TwoFactor.Audit.Marks;

using System.Collections.Concurrent;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>How many wrong codes an account had in a period, and when that began.</summary>
/// <param name="Epoch">The account's epoch at that time. In another one the count may have been cleared, and says nothing.</param>
public sealed record MarkedCount(Epoch Epoch, int Count, UnixTime Since)
{
    internal static MarkedCount Newer(MarkedCount left, MarkedCount right) =>
        right.Order.CompareTo(left.Order) > 0 ? right : left;

    private (long Epoch, UnixTime Since, int Count) Order => (Epoch.Number, Since, Count);
}

/// <summary>
/// The accounts with ten or more wrong codes in their period. The mark keeps them outside the database, so that whoever sets a count back
/// there and deletes its events wins nothing by a restart.
/// </summary>
public sealed class MarkedCounts
{
    /// <summary>From this count on, a mark names the account.</summary>
    public const int From = 10;

    /// <summary>The longest period that can be set (<c>Limits:Codes:PeriodDays</c>).</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private readonly ConcurrentDictionary<Guid, MarkedCount> newest = new();
    private volatile bool hasNews;

    /// <summary>Whether anything was noted that no mark says yet.</summary>
    public bool HasNews => hasNews;

    /// <summary>Null: no mark names this account in this epoch.</summary>
    public MarkedCount? Of(Guid account, Epoch epoch) =>
        newest.TryGetValue(account, out var marked) && marked.Epoch == epoch ? marked : null;

    /// <summary>A guard was committed.</summary>
    public void Note(Guid account, MarkedCount count)
    {
        ArgumentNullException.ThrowIfNull(count);
        if (count.Count >= From || newest.ContainsKey(account))
        {
            Raise(account, count);
            hasNews = true;
        }
    }

    /// <summary>Takes over what a mark says. Nothing goes down by that.</summary>
    internal void Add(IReadOnlyDictionary<Guid, MarkedCount> marked)
    {
        foreach (var (account, count) in marked)
        {
            Raise(account, count);
        }
    }

    /// <summary>All of them, for a mark that is about to be written, without those whose period is over.</summary>
    internal IReadOnlyDictionary<Guid, MarkedCount> Take(UnixTime now)
    {
        hasNews = false;
        foreach (var over in newest.Where(entry => entry.Value.Since < now - Longest))
        {
            newest.TryRemove(over);
        }

        return newest.ToDictionary();
    }

    private void Raise(Guid account, MarkedCount count) =>
        newest.AddOrUpdate(account, count, (_, before) => MarkedCount.Newer(before, count));
}
