namespace TwoFactor.Authenticators.Counts;

using System.Collections.Concurrent;
using TwoFactor.Storage;

/// <summary>
/// Counts wrong codes that could not be stored, because their story did not commit. So a full disk, or a constraint that somebody planted,
/// makes no guess free.
/// </summary>
/// <remarks>The counts are in memory only, and last until the next commit of the account's guard.</remarks>
public sealed class WrongCodes
{
    /// <summary>From this count on, no code of the account is compared.</summary>
    public const int Most = 10;

    private readonly ConcurrentDictionary<Guid, int> unwritten = new();

    /// <summary>Counts a wrong code before it is stored. Its commit clears the count.</summary>
    public void Remember(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        unwritten.AddOrUpdate(account, 1, (_, count) => count + 1);
        ForgetAfter(work, account);
    }

    /// <summary>Clears the count once this story has committed, because the guard can be written again.</summary>
    public void ForgetAfter(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        work.AfterCommit(() => unwritten.TryRemove(account, out _));
    }

    /// <summary>Whether too many wrong codes could not be stored.</summary>
    public bool AreTooMany(Guid account) => unwritten.TryGetValue(account, out var count) && count >= Most;
}
