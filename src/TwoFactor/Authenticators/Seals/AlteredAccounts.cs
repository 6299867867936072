namespace TwoFactor.Authenticators.Seals;

using System.Collections.Concurrent;

/// <summary>
/// The accounts whose rows were found wrong since the start. Most are found while something is read, so the alarm is raised a little later,
/// in a story of its own.
/// </summary>
public sealed class AlteredAccounts
{
    /// <summary>How the audit calls the counts of wrong codes, waits and used codes. They are not sealed.</summary>
    public const string Counts = "counts";

    private readonly ConcurrentDictionary<Guid, string> known = new();
    private readonly ConcurrentDictionary<Guid, string> unreported = new();

    /// <summary>Those that were not found right again since.</summary>
    public IReadOnlyCollection<Guid> Known => [.. known.Keys];

    /// <summary>Whether something of an account was found wrong. It is compared as a whole then, whatever it is asked for.</summary>
    internal bool IsKnown(Guid account) => !known.IsEmpty && known.ContainsKey(account);

    /// <param name="parts">What does not fit, for the audit.</param>
    internal void Note(Guid account, IEnumerable<SealedPart> parts)
    {
        var what = string.Join(", ", parts.Select(part => part.ToToken()));
        known[account] = what;
        unreported[account] = what;
    }

    /// <summary>The counts of a guard were set back. What was seen of them holds, and the account goes on.</summary>
    internal void NoteCounts(Guid account) => unreported.TryAdd(account, Counts);

    /// <summary>All of an account was found right.</summary>
    internal void NoteRight(Guid account)
    {
        if (!known.IsEmpty)
        {
            known.TryRemove(account, out _);
        }
    }

    /// <summary>What no alarm was raised for yet: accounts, and what does not fit.</summary>
    public IReadOnlyDictionary<Guid, string> Unreported => new Dictionary<Guid, string>(unreported);

    /// <summary>The alarm stands in the audit. What was found meanwhile stays unreported.</summary>
    public void MarkReported(IReadOnlyDictionary<Guid, string> reported)
    {
        ArgumentNullException.ThrowIfNull(reported);
        foreach (var each in reported)
        {
            unreported.TryRemove(each);
        }
    }
}

/// <summary>Thrown by a story that cannot go on with an account that somebody changed in the database.</summary>
public sealed class AlteredAccountException() : Exception("The account was changed in the database by somebody else.");
