namespace TwoFactor.Authenticators.Seals;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What is sealed of an account.</summary>
public enum SealedPart
{
    /// <summary>The guard's own row.</summary>
    Guard,
    Person,
    Groups,
    Factors,
    Requests,

    /// <summary>All rows fit each other, but they are older than the newest change.</summary>
    Revision,
}

public static class SealedParts
{
    public static string ToToken(this SealedPart part) => part switch
    {
        SealedPart.Guard => "guard",
        SealedPart.Person => "person",
        SealedPart.Groups => "groups",
        SealedPart.Factors => "factors",
        SealedPart.Requests => "requests",
        SealedPart.Revision => "revision",
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };
}

/// <summary>The requests for help with an account, which the seal covers. They stand on a floor above.</summary>
public interface ISealedRequests
{
    /// <summary>The open requests, as the seal covers them.</summary>
    Task<byte[]> ReadAsync(TwoFactorDb rows, Guid account, CancellationToken cancellation);

    /// <summary>What <see cref="ReadAsync"/> returns where there is none.</summary>
    byte[] None(Guid account);
}

/// <summary>The four keyed hashes over all that decides about an account, beside its guard.</summary>
internal sealed record AccountParts(byte[] Person, byte[] Groups, byte[] Factors, byte[] Requests)
{
    public static byte[] HashPerson(KeyedHasher hasher, Account account) => hasher.Hash("account.person", account.ToCanonical());

    public static byte[] HashFactors(KeyedHasher hasher, FactorSet factors) => hasher.Hash("account.factors", factors.ToCanonical());

    /// <summary>The parts of an account that was just made.</summary>
    public static AccountParts New(KeyedHasher hasher, ISealedRequests requests, Account account, IEnumerable<string> groups) => new(
        HashPerson(hasher, account),
        HashGroups(hasher, account.Id, groups),
        HashFactors(hasher, FactorSet.None(account.Id)),
        HashRequests(hasher, requests.None(account.Id)));

    /// <summary>Computes the parts from the rows. Null when there is no such account.</summary>
    public static async Task<AccountParts?> ReadAsync(
        TwoFactorDb rows, KeyedHasher hasher, ISealedRequests requests, Guid id, CancellationToken cancellation)
    {
        if (await rows.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } account)
        {
            return null;
        }

        var groups = await rows.Set<AccountGroup>().Where(group => group.AccountId == id).Select(group => group.Name)
            .ToListAsync(cancellation);
        return new AccountParts(
            HashPerson(hasher, account),
            HashGroups(hasher, id, groups),
            HashFactors(hasher, await FactorSet.ReadAsync(rows, id, cancellation)),
            HashRequests(hasher, await requests.ReadAsync(rows, id, cancellation)));
    }

    /// <summary>Which parts are not those that a guard's row names.</summary>
    public IEnumerable<SealedPart> DifferencesFrom(CodeGuard guard)
    {
        (SealedPart Part, byte[] Computed, byte[] Stored)[] all =
        [
            (SealedPart.Person, Person, guard.Person),
            (SealedPart.Groups, Groups, guard.Groups),
            (SealedPart.Factors, Factors, guard.Factors),
            (SealedPart.Requests, Requests, guard.Requests),
        ];
        return all.Where(part => !KeyedHasher.FixedTimeEquals(part.Computed, part.Stored)).Select(part => part.Part);
    }

    private static byte[] HashGroups(KeyedHasher hasher, Guid account, IEnumerable<string> names) =>
        hasher.Hash("account.groups", AccountGroup.ToCanonical(account, names));

    private static byte[] HashRequests(KeyedHasher hasher, byte[] canonical) => hasher.Hash("account.requests", canonical);
}
