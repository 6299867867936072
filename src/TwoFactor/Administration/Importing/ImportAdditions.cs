namespace TwoFactor.Administration.Importing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Storage;

/// <summary>The people of a file whom nobody knows yet, with their groups and the apps that they bring.</summary>
public sealed class ImportAdditions(
    AccountFactory accounts, ImportedAuthenticators imported, RoleChanges roles, AuditLog audit)
{
    /// <param name="who">Who imports, as people call them.</param>
    internal async Task AddAsync(Work work, IEnumerable<ImportDraft> drafts, string who)
    {
        var added = drafts.Select(draft => (Account: Add(work, draft), Draft: draft)).ToList();
        await work.SaveAsync();
        foreach (var (account, _) in added.Where(pair => pair.Draft.Groups is not null))
        {
            await Deadlines.ReckonAsync(work, account.Id);
        }

        foreach (var (account, _) in added.Where(pair => pair.Account.Role == Role.Admin))
        {
            await roles.NotifyAdminsAsync(work, account, "none", account.Role.ToToken(), who);
        }
    }

    private Account Add(Work work, ImportDraft draft)
    {
        var account = accounts.Add(work, draft.UserName, draft.Mail!, draft.Name, draft.Role ?? Role.User);
        audit.Record(work, AuditKinds.AccountImported, account.Id);
        foreach (var name in draft.Groups ?? [])
        {
            work.Add(new AccountGroup { AccountId = account.Id, Name = name });
        }

        if (draft.Groups is { Count: > 0 } names)
        {
            audit.Record(work, AuditKinds.AccountGroupsChanged, account.Id, names.Count, AuditDetail.Truncate(string.Join("; ", names)));
        }

        if (draft.Secret is { } secret)
        {
            imported.AddNew(work, account.Id, epoch: 1, number: 1, secret);
        }

        return account;
    }
}
