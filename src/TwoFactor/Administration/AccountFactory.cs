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

    /// <summary>Adds an account that nobody was invited to yet, whose name and address are claimed. Its epoch is 1.</summary>
    internal Account Add(Work work, Guid id, string userName, string mail, string? name, Role role)
    {
        var account = new Account
        {
            Id = id,
            UserName = userName,
            Mail = mail,
            Name = DisplayName(name, userName),
            Role = role,
            RoleSeal = Roles.Seal(keyedHasher, id, role),
            AddressSeal = AddressBook.New(mail).Seal(keyedHasher, id),
            CreatedAt = work.Now,
        };
        work.Add(account);
        CodeGuards.Add(work, id);
        SearchTerms.Add(work, account);
        return account;
    }

    /// <summary>Claims name and address for an account, before its row is written.</summary>
    /// <returns>What another account has already; null: nothing.</returns>
    internal async Task<InviteOutcome?> ClaimAsync(Work work, Guid account, string userName, string mail)
    {
        if (await work.Rows.Set<Account>().AnyAsync(other => other.Id != account && other.UserName == userName)
            || !await NameClaims.ClaimUserNameAsync(work, account, userName))
        {
            return new InviteOutcome.NameTaken(userName);
        }

        return await addresses.ClaimAsync(work, account, mail) ? null : new InviteOutcome.MailTaken(mail);
    }

    /// <summary>
    /// The first admin, or the one that an earlier post of the form made: with this name, address and password. Name and address are
    /// claimed.
    /// </summary>
    /// <param name="isNew">There is no such account yet.</param>
    /// <returns>The epoch of its guard.</returns>
    internal async Task<Epoch> SetUpAsync(Work work, Guid account, bool isNew, string userName, string mail, string hash)
    {
        if (isNew)
        {
            Add(work, account, userName, mail, name: null, Role.Admin);
            await work.SaveAsync();
        }

        await AccountStatements.RenameUserAsync(work, account, userName);
        await NameClaims.SetUserNameAsync(work, account, userName);
        await AccountStatements.SetPasswordAsync(work, account, hash);
        await addresses.ReplaceAsync(work, account, mail);
        return (await guards.ReadAsync(account, CancellationToken.None)).Epoch;
    }
}
