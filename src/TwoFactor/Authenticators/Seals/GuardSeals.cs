namespace TwoFactor.Authenticators.Seals;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The seal that stands on a guard: how it is computed, and how it is written.</summary>
internal sealed class GuardSeals(KeyedHasher hasher, ISealedRequests requests, SeenRevisions seen)
{
    private const byte KeyNumber = 1;

    /// <summary>The guard of an account that was just made, with its seal.</summary>
    public CodeGuard New(Account account, IReadOnlyCollection<string> groups)
    {
        var parts = AccountParts.New(hasher, requests, account, groups);
        return New(account.Id, parts, Of(New(account.Id, parts, []), parts, rev: 1));
    }

    /// <summary>Whether the seal belongs to what the guard's row says.</summary>
    public bool Fits(CodeGuard guard) => KeyedHasher.FixedTimeEquals(
        guard.Seal, Of(guard, new AccountParts(guard.Person, guard.Groups, guard.Factors, guard.Requests), guard.Rev));

    /// <summary>Whether an account's row is the one that the guard names.</summary>
    public bool FitsPerson(CodeGuard guard, Account account) =>
        KeyedHasher.FixedTimeEquals(guard.Person, AccountParts.HashPerson(hasher, account));

    /// <summary>Seals the rows as the story leaves them.</summary>
    /// <param name="before">The revision that the guard has.</param>
    /// <param name="next">The revision that it gets.</param>
    public async Task SealAsync(Work work, Guid account, long before, long next)
    {
        var guard = await work.Rows.Set<CodeGuard>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == account);
        var role = await work.Rows.Set<Account>().Where(row => row.Id == account).Select(row => row.Role).SingleOrDefaultAsync();
        work.AfterCommit(() => seen.Note(account, role, next));
        if (guard is null)
        {
            // The account was deleted. Its last revision stands in the event, so that its rows cannot be put back.
            return;
        }

        var parts = (await AccountParts.ReadAsync(work.Rows, hasher, requests, account, CancellationToken.None))!;
        var seal = Of(guard, parts, next);
        if (await work.ExecuteAsync(
            $"""
             UPDATE code_guard SET rev={next}, person={parts.Person}, "groups"={parts.Groups}, factors={parts.Factors},
              requests={parts.Requests}, seal={seal} WHERE account_id={account} AND rev={before}
             """) != 1)
        {
            throw new InvalidOperationException("A guard changed while its lock was held.");
        }
    }

    private static CodeGuard New(Guid account, AccountParts parts, byte[] seal) => new()
    {
        AccountId = account,
        Epoch = Epoch.First,
        Rev = 1,
        Person = parts.Person,
        Groups = parts.Groups,
        Factors = parts.Factors,
        Requests = parts.Requests,
        Seal = seal,
    };

    /// <summary>The number of the key in one byte, then the hash. The number of this form comes first in what is hashed.</summary>
    private byte[] Of(CodeGuard guard, AccountParts parts, long rev) =>
    [
        KeyNumber,
        .. hasher.Hash("account.seal", new CanonicalEncoding().Number(1).Id(guard.AccountId).Number(rev).Number(guard.Epoch.Number)
            .Number((long)guard.Held).Number(guard.Closed ? 1 : 0).Number(guard.ResetAt?.Seconds).Number(guard.FrozenAt?.Seconds)
            .Bytes(parts.Person).Bytes(parts.Groups).Bytes(parts.Factors).Bytes(parts.Requests).ToArray()),
    ];
}
