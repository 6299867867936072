namespace TwoFactor.Authenticators;

using System.Collections.Concurrent;
using TwoFactor.Storage;

/// <summary>
/// Wrong codes that could not be written down, because their story did not commit: a full disk, or a constraint that somebody planted,
/// makes no guess free.
/// </summary>
/// <remarks>This process alone knows them, and only until the next commit of the account's guard.</remarks>
public sealed class WrongCodes
{
    /// <summary>From so many on, no code of the account is compared.</summary>
    public const int Most = 10;

    private readonly ConcurrentDictionary<Guid, int> unwritten = new();

    /// <summary>Counts a wrong code before it is written; its commit forgets it, and all that came before it.</summary>
    public void Remember(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        unwritten.AddOrUpdate(account, 1, (_, count) => count + 1);
        ForgetAfter(work, account);
    }

    /// <summary>Forgets them once this story has committed: the guard can be written again.</summary>
    public void ForgetAfter(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        work.AfterCommit(() => unwritten.TryRemove(account, out _));
    }

    /// <summary>Whether too many were not written down.</summary>
    public bool AreTooMany(Guid account) => unwritten.TryGetValue(account, out var count) && count >= Most;
}
