namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Characters;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Creates accounts with their seals, their guard and their search terms.</summary>
public sealed class AccountFactory(CodeGuards guards, AccountSeals seals, Addresses addresses)
{
    /// <summary>The display name from what was typed; the user name when nothing readable was typed.</summary>
    internal static string DisplayName(string? typed, string userName)
    {
        var name = DisplayText.Sanitize(typed);
        return name.Length == 0 ? userName : UnicodeText.Truncate(name, Account.LongestName);
    }

    /// <summary>Adds an account whose name and address are claimed, and whose owner is not invited yet. Its epoch is 1.</summary>
    /// <param name="groups">The groups of the account, which the caller adds in the same story.</param>
    internal Account Add(
        Work work, Guid id, string userName, string mail, string? name, Role role, IReadOnlyCollection<string>? groups = null)
    {
        var account = new Account
        {
            Id = id,
            UserName = userName,
            Mail = mail,
            Name = DisplayName(name, userName),
            Role = role,
            RoleSince = work.Now,
            CreatedAt = work.Now,
        };
        work.Add(account);
        seals.AddGuard(work, account, groups ?? []);
        SearchTerms.Add(work, account);
        return account;
    }

    /// <summary>Claims name and address for an account, before its row is written.</summary>
    /// <returns>The refusal when another account has this name or address; null when both are claimed now.</returns>
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
    /// Creates the first admin, or updates the one that an earlier submission of the form created, with this name, address and password.
    /// The caller has claimed name and address.
    /// </summary>
    /// <param name="isNew">Whether there is no such account yet.</param>
    /// <returns>The epoch of its guard.</returns>
    internal async Task<Epoch> SetUpAsync(Work work, Guid account, bool isNew, string userName, string mail, string hash)
    {
        if (isNew)
        {
            Add(work, account, userName, mail, name: null, Role.Admin);
            await work.SaveAsync();
        }

        await guards.RequireOpenAsync(work, account);
        await AccountStatements.RenameUserAsync(work, account, userName);
        await NameClaims.SetUserNameAsync(work, account, userName);
        await AccountStatements.SetPasswordAsync(work, account, hash);
        await addresses.ReplaceAsync(work, account, mail);
        return (await guards.ReadAsync(account, CancellationToken.None)).Epoch;
    }
}
