namespace TwoFactor.Administration.Importing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Statements;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Characters;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Adds the people of a file who have no account yet, with their groups and imported authenticators.</summary>
public sealed class ImportAdditions(
    AccountFactory accounts, ImportedAuthenticators imported, RoleChanges roles, AuditLog audit)
{
    /// <param name="who">The display name of whoever imports.</param>
    /// <returns>The line that lost its name or address to another account, with what is wrong; null: all were added.</returns>
    internal async Task<ImportLine?> AddAsync(Work work, IEnumerable<ImportItem> items, string who)
    {
        var spellings = new Dictionary<string, string>(FoldedText.Comparer);
        var added = new List<(Account Account, ImportDraft Draft)>();
        foreach (var item in items)
        {
            var (id, draft) = (item.Account, item.ToDraft(before: null, groupsBefore: []));
            if (!await NameClaims.ClaimUserNameAsync(work, id, draft.UserName))
            {
                return ImportLine.Wrong(item.Line, item.UserName, ImportMessages.NameTaken(item.UserName));
            }

            if (!await NameClaims.ClaimMailAsync(work, id, draft.Mail!))
            {
                return ImportLine.Wrong(item.Line, item.UserName, ImportMessages.MailTaken(draft.Mail!));
            }

            foreach (var name in draft.Groups ?? [])
            {
                spellings[name] = spellings.GetValueOrDefault(name) ?? await Groups.SpellAsync(work, name);
            }

            added.Add((Add(work, id, draft with { Groups = draft.Groups?.Select(name => spellings[name]).ToList() }), draft));
        }

        await work.SaveAsync();
        foreach (var (account, _) in added.Where(pair => pair.Draft.Groups is not null))
        {
            await Deadlines.RecomputeAsync(work, account.Id);
        }

        foreach (var (account, _) in added)
        {
            await roles.NotifyAdminsAsync(work, account, before: null, account.Role, who);
        }

        return null;
    }

    private Account Add(Work work, Guid id, ImportDraft draft)
    {
        var account = accounts.Add(work, id, draft.UserName, draft.Mail!, draft.Name, draft.Role ?? Role.User, draft.Groups);
        audit.Record(work, AuditKinds.AccountImported, account.Id);
        foreach (var name in draft.Groups ?? [])
        {
            work.Add(new AccountGroup { AccountId = account.Id, Name = name });
        }

        if (draft.Groups is { Count: > 0 } names)
        {
            audit.Record(work, AuditKinds.AccountGroupsChanged, account.Id, names.Count, AuditDetail.Truncate(GroupName.Describe(names)));
        }

        if (draft.Secret is { } secret)
        {
            imported.AddNew(work, account.Id, secret);
        }

        return account;
    }
}
