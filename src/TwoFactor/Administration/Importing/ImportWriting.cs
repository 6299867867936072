namespace TwoFactor.Administration.Importing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Authorization;
using TwoFactor.Authenticators;
using TwoFactor.Storage;

/// <summary>Writes one batch of an import. In its place the same story keeps how to undo it.</summary>
public sealed class ImportWriting(
    ImportAdditions additions,
    ImportChanges changes,
    Groups groups,
    CodeGuards guards,
    AgentAuthorization authorization,
    ImportSheets sheets)
{
    /// <summary>Writes a batch, unless another process has written it or the import ended meanwhile.</summary>
    internal async Task<BatchWritten> WriteAsync(Work work, ImportBatch batch, ImportSheet sheet)
    {
        var (import, number) = (batch.ImportId, batch.Number);
        if (!await work.Rows.Set<RunningImport>().AnyAsync(row => row.Id == import && row.State == ImportStates.Writing)
            || !await work.Rows.Set<ImportBatch>().AnyAsync(row => row.ImportId == import && row.Number == number && !row.IsWritten))
        {
            return new BatchWritten(null, HasWritten: false);
        }

        if (sheet.Agent is { } agent && !await authorization.IsAdminAsync(work, agent))
        {
            return Failed(sheet.Items[0], ImportMessages.AdminNoLonger(sheet.Who));
        }

        var written = new List<ImportItem>();
        foreach (var item in sheet.Items.Where(item => !item.IsNew))
        {
            var (was, wrong) = await ChangeAsync(work, item, sheet);
            if (was is null)
            {
                return Failed(item, wrong!);
            }

            written.Add(Done(item, was));
        }

        var news = sheet.Items.Where(item => item.IsNew).ToList();
        if (await additions.AddAsync(work, news, sheet.Who) is { } lost)
        {
            return new BatchWritten(lost, HasWritten: false);
        }

        written.AddRange(news.Select(item => Done(item, new ImportWas(Rev: 1, "", "", [], Role.User))));
        var (ciphertext, key) = sheets.Close(import, number, sheet with { Items = written });
        await work.ExecuteAsync(
            $"UPDATE import_batch SET is_written=1, ciphertext={ciphertext}, key_id={key} WHERE import_id={import} AND number={number}");
        return new BatchWritten(null, HasWritten: true);
    }

    /// <returns>What the account had before, or why the line cannot be written.</returns>
    private async Task<(ImportWas? Was, string? Wrong)> ChangeAsync(Work work, ImportItem item, ImportSheet sheet)
    {
        var before = await work.Rows.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == item.Account);
        if (before is null)
        {
            return (null, ImportMessages.ChangedMeanwhile(item.UserName));
        }

        var draft = item.ToDraft(before, await groups.OfAsync(before.Id, CancellationToken.None));
        if (!ImportDiffText.Changes(draft, before).SequenceEqual(item.What, StringComparer.Ordinal))
        {
            return (null, ImportMessages.ChangedMeanwhile(item.UserName));
        }

        if (sheet.Agent is not null && before.Role == Role.Admin)
        {
            return (null, ImportMessages.IsAdmin);
        }

        if (draft.Secret is not null && before.EnrolledAt is not null)
        {
            return (null, ImportMessages.EnrolledAlready);
        }

        var rev = (await guards.OfAsync(work, before.Id)).Rev + 1;
        return await changes.ApplyAsync(work, draft, sheet.Who) is { } wrong
            ? (null, wrong)
            : (new ImportWas(rev, before.Name, before.Mail, draft.GroupsBefore, before.Role), null);
    }

    /// <summary>The secret is stored with its account now, and is not needed to undo it.</summary>
    private static ImportItem Done(ImportItem item, ImportWas was) =>
        item with { Was = was, Sets = item.Sets with { Secret = item.Sets.Secret is null ? null : [] } };

    private static BatchWritten Failed(ImportItem item, string why) =>
        new(ImportLine.Wrong(item.Line, item.UserName, why), HasWritten: false);
}

/// <summary>The answer to a batch.</summary>
/// <param name="Failed">The line that cannot be written; null when none.</param>
internal sealed record BatchWritten(ImportLine? Failed, bool HasWritten) : IOutcome
{
    public bool Commits => HasWritten;
}
