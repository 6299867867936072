namespace TwoFactor.Audit.Marks;

using System.Collections.Concurrent;

/// <summary>
/// The newest revision of each account that has, or once had, a role above user. The mark keeps them outside the database, so that older
/// rows of such an account are older to every process, also after a restart.
/// </summary>
public sealed class MarkedRevisions
{
    private readonly ConcurrentDictionary<Guid, long> newest = new();
    private volatile bool hasNews;

    /// <summary>Whether anything was noted that no mark says yet.</summary>
    public bool HasNews => hasNews;

    /// <summary>Null: no mark names this account.</summary>
    public long? Of(Guid account) => newest.TryGetValue(account, out var revision) ? revision : null;

    /// <summary>A change of an account with a role above user was committed.</summary>
    public void Note(Guid account, long revision)
    {
        Raise(account, revision);
        hasNews = true;
    }

    /// <summary>Takes over what a mark says. Nothing goes down by that.</summary>
    internal void Add(IReadOnlyDictionary<Guid, long> marked)
    {
        foreach (var (account, revision) in marked)
        {
            Raise(account, revision);
        }
    }

    /// <summary>All of them, for a mark that is about to be written. What is noted from now on is news again.</summary>
    internal IReadOnlyDictionary<Guid, long> Take()
    {
        hasNews = false;
        return newest.ToDictionary();
    }

    private void Raise(Guid account, long revision) => newest.AddOrUpdate(account, revision, (_, before) => Math.Max(before, revision));
}
