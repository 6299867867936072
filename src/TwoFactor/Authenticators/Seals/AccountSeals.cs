namespace TwoFactor.Authenticators.Seals;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// An account is sealed as a whole, on its guard: a keyed hash over what the guard decides, over the four <see cref="AccountParts"/>, and
/// over a revision that only grows. A row that is missing, added, moved, altered or older does not fit, and the account is answered like a
/// disabled one.
/// </summary>
/// <remarks>
/// A story changes sealed rows only after <see cref="OpenAsync(Work, CodeGuard)"/> found all of them right, so that no honest change seals
/// a dishonest one. What counts (steps, wrong codes, waits) is not sealed: a right code writes no seal.
/// </remarks>
public sealed class AccountSeals(
    TwoFactorDb database, KeyedHasher hasher, ISealedRequests requests, SeenRevisions seen, AlteredAccounts altered)
{
    /// <summary>Bytes of a seal: the number of its key, and the hash.</summary>
    public const int Size = 33;

    private const int Looks = 3;

    private readonly GuardSeals guards = new(hasher, requests, seen);

    /// <summary>Whether a guard and its account, both of one statement, are right, as far as no further statement is needed.</summary>
    public bool IsKnownRight(CodeGuard guard, Account account)
    {
        ArgumentNullException.ThrowIfNull(guard);
        return Fits(guard, account) && seen.Of(guard.AccountId) == guard.Rev && !altered.IsKnown(guard.AccountId);
    }

    /// <summary>Whether an account fits its guard. It may still be older than the newest change.</summary>
    public bool Fits(CodeGuard guard, Account account)
    {
        ArgumentNullException.ThrowIfNull(guard);
        return guards.Fits(guard) && guards.FitsPerson(guard, account);
    }

    /// <summary>Whether all rows of an account are right.</summary>
    public async Task<bool> IsRightAsync(Guid account, CancellationToken cancellation) =>
        Note(account, await FindMisfitsAsync(account, cancellation));

    /// <summary>What is wrong with the rows of an account, read on one state of the database. Raises no alarm.</summary>
    /// <remarks>
    /// Outside of a story, another one may be committed between the snapshot and the look at what this process has seen. So a misfit
    /// counts only if later snapshots show it too.
    /// </remarks>
    public async Task<IReadOnlyList<SealedPart>> FindMisfitsAsync(Guid account, CancellationToken cancellation)
    {
        if (database.Database.CurrentTransaction is not null)
        {
            return await MisfitsAsync(database, account, cancellation);
        }

        IReadOnlyList<SealedPart> misfits = [];
        for (var look = 0; look < Looks; look++)
        {
            var snapshot = await database.BeginSnapshotAsync(cancellation);
            await using (snapshot)
            {
                misfits = await MisfitsAsync(database, account, cancellation);
            }

            if (misfits.Count == 0)
            {
                break;
            }
        }

        return misfits;
    }

    /// <summary>Whether all rows of an account are right. Mail may go to its owner then.</summary>
    public async Task<bool> IsRightAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.Revisions.IsOpen(account)
            || NoteRight(work, account, await MisfitsAsync(work.Rows, account, CancellationToken.None));
    }

    /// <summary>Whether a guard and its account are right. Mail may go to its owner then.</summary>
    public async Task<bool> IsRightAsync(Work work, CodeGuard guard, Account account)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(guard);
        if (altered.IsKnown(guard.AccountId))
        {
            return await IsRightAsync(work, guard.AccountId);
        }

        SealedPart? misfit = guards.FitsPerson(guard, account) ? null : SealedPart.Person;
        return work.Revisions.IsRight(guard.AccountId)
            || NoteRight(work, guard.AccountId, await GuardMisfitsAsync(work.Rows, guard, misfit));
    }

    /// <summary>Whether a guard and the factors are right.</summary>
    public async Task<bool> IsRightAsync(Work work, CodeGuard guard, FactorSet factors)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(guard);
        if (altered.IsKnown(guard.AccountId))
        {
            return await IsRightAsync(work, guard.AccountId);
        }

        var fits = KeyedHasher.FixedTimeEquals(guard.Factors, AccountParts.HashFactors(hasher, factors));
        return work.Revisions.IsOpen(guard.AccountId)
            || Note(guard.AccountId, await GuardMisfitsAsync(work.Rows, guard, fits ? null : SealedPart.Factors));
    }

    /// <summary>Lets a story change what is sealed of an account, if all of it is right.</summary>
    /// <param name="before">The guard's row before the story changed it. The story has locked it.</param>
    public async Task<bool> OpenAsync(Work work, CodeGuard before)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(before);
        var account = before.AccountId;
        if (work.Revisions.IsOpen(account))
        {
            return true;
        }

        if (!Note(account, await MisfitsAsync(work.Rows, before, CancellationToken.None)))
        {
            return false;
        }

        Open(work, before, before.Rev);
        return true;
    }

    /// <summary>Opens an account that is not right: this story seals it as it stands. Somebody at the console has decided that.</summary>
    public async Task OpenAlteredAsync(Work work, CodeGuard before)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(before);
        Open(work, before, await seen.NewestAsync(work.Rows, before.AccountId));
    }

    /// <summary>Adds the guard of a new account: epoch 1, revision 1, nothing spent, nothing held.</summary>
    internal void AddGuard(Work work, Account account, IReadOnlyCollection<string> groups)
    {
        var (id, guard) = (account.Id, guards.New(account, groups));
        work.Add(guard);
        work.Revisions.OpenCreated(id, guard.Rev, () => guards.SealAsync(work, id, guard.Rev, guard.Rev));
        work.AfterCommit(() => seen.Note(id, account.Role, guard.Rev));
    }

    /// <summary>Seals the rows as they stand.</summary>
    internal Task SealAsync(Work work, Guid account, long before, long next) => guards.SealAsync(work, account, before, next);

    /// <summary>What is wrong with the rows of an account. Raises no alarm.</summary>
    public async Task<IReadOnlyList<SealedPart>> MisfitsAsync(TwoFactorDb rows, Guid account, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var guard = await rows.Set<CodeGuard>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == account, cancellation);
        return guard is null ? [SealedPart.Guard] : await MisfitsAsync(rows, guard, cancellation);
    }

    /// <param name="newest">The newest revision that is known, which the next one must be above.</param>
    private void Open(Work work, CodeGuard before, long newest)
    {
        var next = Math.Max(before.Rev, newest) + 1;
        work.Revisions.Open(before.AccountId, next, () => guards.SealAsync(work, before.AccountId, before.Rev, next));
    }

    private bool NoteRight(Work work, Guid account, IReadOnlyList<SealedPart> misfits)
    {
        if (!Note(account, misfits))
        {
            return false;
        }

        work.Revisions.NoteRight(account);
        return true;
    }

    private bool Note(Guid account, IReadOnlyList<SealedPart> misfits)
    {
        if (misfits.Count > 0)
        {
            altered.Note(account, misfits);
        }

        return misfits.Count == 0;
    }

    private async Task<IReadOnlyList<SealedPart>> MisfitsAsync(TwoFactorDb rows, CodeGuard guard, CancellationToken cancellation)
    {
        var misfits = new List<SealedPart>();
        if (!guards.Fits(guard))
        {
            misfits.Add(SealedPart.Guard);
        }

        misfits.AddRange(await AccountParts.ReadAsync(rows, hasher, requests, guard.AccountId, cancellation) is { } parts
            ? parts.DifferencesFrom(guard)
            : [SealedPart.Person]);
        if (!await seen.IsNewestAsync(rows, guard, mayRemember: misfits.Count == 0))
        {
            misfits.Add(SealedPart.Revision);
        }

        if (misfits.Count == 0)
        {
            altered.NoteRight(guard.AccountId);
        }

        return misfits;
    }

    private async Task<IReadOnlyList<SealedPart>> GuardMisfitsAsync(TwoFactorDb rows, CodeGuard guard, SealedPart? other)
    {
        var misfits = new List<SealedPart>();
        if (!guards.Fits(guard))
        {
            misfits.Add(SealedPart.Guard);
        }

        if (other is { } part)
        {
            misfits.Add(part);
        }

        if (misfits.Count == 0 && !await seen.IsNewestAsync(rows, guard, mayRemember: true))
        {
            misfits.Add(SealedPart.Revision);
        }

        return misfits;
    }
}
