namespace TwoFactor.Authenticators.Seals;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>An account that is not as the program wrote it.</summary>
/// <param name="Name">Its user name, as it stands there; its id where it is gone.</param>
/// <param name="Parts">What does not fit. Empty: the account is gone, and no event says that it was deleted.</param>
public sealed record Misfit(Guid Account, string Name, IReadOnlyList<SealedPart> Parts);

/// <summary>Compares all accounts with their seals and with the newest revision that the events know.</summary>
public sealed class SealVerification(TwoFactorDb database, AccountSeals seals, AlteredAccounts altered)
{
    private const int PageSize = 500;

    /// <summary>Finds every misfit while the server goes on writing. Each is also noted for an alarm.</summary>
    public async Task<IReadOnlyList<Misfit>> FindAsync(CancellationToken cancellation)
    {
        var found = new List<Misfit>();
        for (var (page, last) = (await PageAsync("", cancellation), ""); page.Count > 0; page = await PageAsync(last, cancellation))
        {
            foreach (var (account, name) in page)
            {
                if (await seals.FindMisfitsAsync(account, cancellation) is { Count: > 0 } parts
                    && await database.Set<Account>().AnyAsync(row => row.Id == account, cancellation))
                {
                    found.Add(new Misfit(account, name, parts));
                    altered.Note(account, parts);
                }
            }

            last = page[^1].Name;
        }

        found.AddRange((await VanishedAsync(cancellation)).Select(account => new Misfit(account, account.ToString(), [])));
        return found;
    }

    private async Task<List<(Guid Account, string Name)>> PageAsync(string after, CancellationToken cancellation)
    {
        var rows = await database.Set<Account>().AsNoTracking().Where(account => string.Compare(account.UserName, after) > 0)
            .OrderBy(account => account.UserName).Take(PageSize).Select(account => new { account.Id, account.UserName })
            .ToListAsync(cancellation);
        return rows.ConvertAll(row => (row.Id, row.UserName));
    }

    /// <summary>Accounts that events know, that are gone, and that no event calls deleted.</summary>
    private Task<List<Guid>> VanishedAsync(CancellationToken cancellation) => database.Database.SqlQuery<Guid>(
        $"""
         SELECT DISTINCT e.subject_id AS Value FROM audit_event e
          WHERE e.rev IS NOT NULL AND NOT EXISTS (SELECT 1 FROM account a WHERE a.id=e.subject_id)
            AND NOT EXISTS (SELECT 1 FROM audit_event d WHERE d.account_id=e.subject_id AND d.kind={AuditKinds.AccountDeleted})
         """).ToListAsync(cancellation);
}
