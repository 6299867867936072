namespace TwoFactor.Authenticators.Seals;

using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit.Marks;
using TwoFactor.Storage;

/// <summary>
/// The highest revision of each account that this process has seen. A database cannot say that it is older than it was; this memory can.
/// </summary>
/// <remarks>Nor can an account above user be older than the mark says, also after a restart.</remarks>
public sealed class SeenRevisions(MarkedRevisions marked)
{
    private readonly ConcurrentDictionary<Guid, long> highest = new();

    /// <summary>Null: nothing was seen of this account since the start.</summary>
    public long? Of(Guid account) => highest.TryGetValue(account, out var rev) ? rev : null;

    /// <summary>A revision was committed.</summary>
    public void Note(Guid account, Role role, long rev)
    {
        Note(account, rev);
        if (role > Role.User || marked.Of(account) is not null)
        {
            marked.Note(account, rev);
        }
    }

    /// <summary>A revision was found right, or was committed.</summary>
    public void Note(Guid account, long rev) => highest.AddOrUpdate(account, rev, (_, before) => Math.Max(before, rev));

    /// <summary>
    /// Whether no newer change of an account is known: from this memory or, where it has not seen the revision yet, from the events.
    /// </summary>
    /// <param name="mayRemember">Whether everything else of the account fits.</param>
    internal async Task<bool> IsNewestAsync(TwoFactorDb rows, CodeGuard guard, bool mayRemember)
    {
        if (marked.Of(guard.AccountId) > guard.Rev)
        {
            return false;
        }

        var known = Of(guard.AccountId);
        if (known >= guard.Rev)
        {
            return known == guard.Rev;
        }

        var isNewest = await ToldAsync(rows, guard.AccountId) == guard.Rev;
        if (isNewest && mayRemember)
        {
            Note(guard.AccountId, guard.Rev);
        }

        return isNewest;
    }

    /// <summary>The newest revision of an account that is known.</summary>
    internal async Task<long> NewestAsync(TwoFactorDb rows, Guid account) =>
        Math.Max(Math.Max(Of(account) ?? 0, marked.Of(account) ?? 0), await ToldAsync(rows, account));

    /// <summary>What the events say, or what was kept of those that were removed.</summary>
    private static Task<long> ToldAsync(TwoFactorDb rows, Guid account) => rows.Database.SqlQuery<long>(
        $"""
         SELECT MAX(
          COALESCE((SELECT MAX(e.rev) FROM audit_event e WHERE e.subject_id={account} AND e.rev IS NOT NULL), 0),
          COALESCE((SELECT c.rev FROM guard_checkpoint c WHERE c.account_id={account}), 0)) AS Value
         """).SingleAsync();
}
