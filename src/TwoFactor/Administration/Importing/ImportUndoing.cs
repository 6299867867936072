namespace TwoFactor.Administration.Importing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Statements;
using TwoFactor.Administration.Editing;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Storage;

/// <summary>
/// Undoes one batch of an import: deletes whom it added, and gives the others back what they had. An account that somebody changed since
/// stays as it is.
/// </summary>
public sealed class ImportUndoing(
    Deletions deletions,
    RoleChanges roles,
    NameChanges names,
    MailChanges mails,
    Addresses addresses,
    Groups groups,
    CodeGuards guards)
{
    /// <param name="sheet">Null when somebody altered the batch: what it wrote is not known, and stays.</param>
    internal async Task<Committed<int>> UndoAsync(Work work, ImportBatch batch, ImportSheet? sheet)
    {
        var (import, number) = (batch.ImportId, batch.Number);
        if (await work.ExecuteAsync($"DELETE FROM import_batch WHERE import_id={import} AND number={number}") != 1)
        {
            return new Committed<int>(0);
        }

        var left = 0;
        foreach (var item in (sheet?.Items ?? []).Reverse())
        {
            left += await UndoAsync(work, item, sheet!.Who) ? 0 : 1;
        }

        await work.ExecuteAsync($"UPDATE running_import SET left_as_they_are=left_as_they_are+{left} WHERE id={import}");
        return new Committed<int>(left);
    }

    /// <returns>False when somebody changed the account since.</returns>
    private async Task<bool> UndoAsync(Work work, ImportItem item, string who)
    {
        if (item.Was is null)
        {
            // It was not written: only its names are claimed.
            await (item.IsNew ? NameClaims.ReleaseAllAsync(work, item.Account) : Task.CompletedTask);
            return true;
        }

        var account = await work.Rows.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == item.Account);
        if (account is null)
        {
            return item.IsNew;
        }

        var guard = await guards.OfAsync(work, account.Id);
        return guard.Rev == item.Was.Rev
            && await guards.OpenAsync(work, account.Id)
            && (item.IsNew
                ? await deletions.EraseUntoldAsync(work, account, who, ImportMessages.Undone(account.UserName))
                : await PutBackAsync(work, account, item, who));
    }

    /// <returns>False when a part of it cannot be put back any more.</returns>
    private async Task<bool> PutBackAsync(Work work, Account account, ImportItem item, string who)
    {
        var (sets, was, isWhole) = (item.Sets, item.Was!, true);
        if (sets.Name is not null)
        {
            await names.ApplyAsync(work, account.Id, was.Name, "name");
        }

        if (sets.Groups is not null)
        {
            await groups.SetAsync(work, account.Id, was.Groups);
        }

        if (sets.Secret is not null)
        {
            await ImportedAuthenticators.RemoveAsync(work, account.Id);
        }

        if (sets.Mail is not null)
        {
            isWhole = await addresses.ClaimAsync(work, account.Id, was.Mail);
            if (isWhole)
            {
                await mails.ApplyWithoutInvitationAsync(work, account, was.Mail, who);
            }
        }

        return (sets.Role is null || await roles.ApplyAsync(work, account, was.Role, who) == RoleChange.Applied) && isWhole;
    }
}
