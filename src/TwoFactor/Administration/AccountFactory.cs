namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Makes accounts: sealed, with their guard, and with the words that they are found by.</summary>
public sealed class AccountFactory(CodeGuards guards, Addresses addresses, KeyedHasher keyedHasher)
{
    /// <summary>Characters.</summary>
    public const int LongestName = 128;

    /// <summary>What other people read; the user name where nothing else was given.</summary>
    internal static string DisplayName(string? typed, string userName)
    {
        var letters = DisplayText.Sanitize(typed);
        return letters.Length switch
        {
            0 => userName,
            > LongestName => letters[..LongestName],
            _ => letters,
        };
    }

    /// <summary>Adds an account that nobody was invited to yet. Its epoch is 1.</summary>
    internal Account Add(Work work, string userName, string mail, string? name, Role role)
    {
        var id = Guid.NewGuid();
        var account = new Account
        {
            Id = id,
            UserName = userName,
            Mail = mail,
            Name = DisplayName(name, userName),
            Role = role,
            RoleSeal = Roles.Seal(keyedHasher, id, role),
            AddressSeal = AddressBook.New(mail).Seal(keyedHasher, id),
            CreatedAt = work.Now.Seconds,
        };
        work.Add(account);
        CodeGuards.Add(work, id);
        SearchTerms.Add(work, account);
        return account;
    }

    /// <summary>Who has a name or an address already, other than <paramref name="except"/>.</summary>
    internal async Task<InviteOutcome?> TakenAsync(Work work, string userName, string mail, Guid? except)
    {
        if (await work.Rows.Set<Account>().AnyAsync(account => account.Id != except && account.UserName == userName))
        {
            return new InviteOutcome.NameTaken(userName);
        }

        return await addresses.IsTakenAsync(work, mail, except) ? new InviteOutcome.MailTaken(mail) : null;
    }

    /// <summary>The first admin, or the one that an earlier post of the form made: with this name, address and password.</summary>
    /// <param name="halfDone">Null: there is none yet.</param>
    /// <returns>The epoch of its guard.</returns>
    internal async Task<(Guid Id, long Epoch)> SetUpAsync(Work work, Guid? halfDone, string userName, string mail, string hash)
    {
        var account = halfDone ?? Add(work, userName, mail, name: null, Role.Admin).Id;
        await work.SaveAsync();
        await AccountStatements.RenameUserAsync(work, account, userName);
        await AccountStatements.SetPasswordAsync(work, account, hash);
        await addresses.ReplaceAsync(work, account, mail);
        return (account, (await guards.ReadAsync(account, CancellationToken.None)).Epoch);
    }
}
