namespace TwoFactor.Administration.Importing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>
/// Prepares an import: keeps its batches, and claims the names of the people it adds, so that nobody else gets one half way. No account
/// is touched yet.
/// </summary>
public sealed class ImportPreparation(UnitOfWork unitOfWork, Addresses addresses, ImportSheets sheets, AuditLog audit)
{
    /// <summary>
    /// The lines of a batch. One story writes them, in much less than the 100 ms that a story may keep everybody else waiting.
    /// </summary>
    public const int BatchSize = 20;

    /// <summary>Begins an import, in the caller's story. What is left of those that ended is removed.</summary>
    internal static async Task BeginAsync(Work work, Guid id, ImportPlan plan)
    {
        await work.ExecuteAsync($"DELETE FROM running_import WHERE state IN ({ImportStates.Done}, {ImportStates.Undone})");
        work.Add(new RunningImport
        {
            Id = id,
            State = ImportStates.Preparing,
            StartedAt = work.Now,
            Accounts = plan.Writes,
            Batches = (plan.Writes + BatchSize - 1) / BatchSize,
        });
    }

    /// <summary>Keeps the batches of an import that has begun, and lets the writing begin.</summary>
    /// <returns>The line that lost its name or its address to another account; null when all is prepared.</returns>
    internal async Task<ImportLine?> PrepareAsync(Guid id, ImportPlan plan, ImportSheet head, Actor actor, CancellationToken cancellation)
    {
        // Changes come first: unlike new accounts, whose names are claimed, they may fail.
        var items = plan.Lines.Where(line => line.Kind is ImportKind.New or ImportKind.Changed)
            .OrderBy(line => line.Kind == ImportKind.New).Select(ImportItem.Of);
        var number = 0;
        foreach (var some in items.Chunk(BatchSize))
        {
            number++;
            var lost = await unitOfWork.RunAsync(
                actor, Locks.None, work => KeepAsync(work, id, number, head with { Items = some }), cancellation);
            if (lost.Line is not null)
            {
                return lost.Line;
            }
        }

        await unitOfWork.RunAsync(actor, Locks.None, work => BeginWritingAsync(work, id, plan.Writes), cancellation);
        return null;
    }

    private async Task<LostLine> KeepAsync(Work work, Guid id, int number, ImportSheet sheet)
    {
        foreach (var item in sheet.Items.Where(item => item.IsNew))
        {
            if (!await NameClaims.ClaimUserNameAsync(work, item.Account, item.UserName))
            {
                return new LostLine(ImportLine.Wrong(item.Line, item.UserName, ImportMessages.NameTaken(item.UserName)));
            }

            if (!await addresses.ClaimAsync(work, item.Account, item.Sets.Mail!))
            {
                return new LostLine(ImportLine.Wrong(item.Line, item.UserName, ImportMessages.MailTaken(item.Sets.Mail!)));
            }
        }

        var (ciphertext, key) = sheets.Close(id, number, sheet);
        work.Add(new ImportBatch { ImportId = id, Number = number, Ciphertext = ciphertext, KeyId = key });
        return new LostLine(null);
    }

    private async Task<Committed<bool>> BeginWritingAsync(Work work, Guid id, int accounts)
    {
        var begins = await work.ExecuteAsync(
            $"UPDATE running_import SET state={ImportStates.Writing} WHERE id={id} AND state={ImportStates.Preparing}") == 1;
        if (begins)
        {
            audit.Record(work, AuditKinds.ImportStarted, null, accounts, $"{id:N}");
        }

        return new Committed<bool>(begins);
    }

    /// <param name="Line">Null when no line lost anything.</param>
    private sealed record LostLine(ImportLine? Line) : IOutcome
    {
        public bool Commits => Line is null;
    }
}
