namespace TwoFactor.Administration.Importing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;
using TwoFactor.Storage;

/// <summary>
/// Carries an import to its end, a batch in each story: it is done when all of it is there, or undone when a line cannot be written. Where
/// it was stopped, it goes on; two that carry the same import do no harm.
/// </summary>
public sealed class ImportRuns(
    UnitOfWork unitOfWork, TwoFactorDb database, ImportWriting writing, ImportUndoing undoing, ImportSheets sheets, AuditLog audit)
{
    /// <summary>The import that began last, whether or not it ended; null when there is none.</summary>
    public Task<RunningImport?> NewestAsync(CancellationToken cancellation) => database.Set<RunningImport>().AsNoTracking()
        .OrderByDescending(import => import.StartedAt).FirstOrDefaultAsync(cancellation);

    /// <param name="by">Who acts; null when a later process carries it.</param>
    /// <param name="progress">Called after each batch, with the number of accounts written.</param>
    /// <returns>How it ended.</returns>
    internal async Task<RunningImport> GoOnAsync(Guid id, Actor? by, Action<int>? progress, CancellationToken cancellation)
    {
        for (var done = 0; ;)
        {
            var import = await database.Set<RunningImport>().AsNoTracking().SingleAsync(row => row.Id == id, cancellation);
            switch (import.State)
            {
                case ImportStates.Writing:
                    done += await WriteNextAsync(import, by, cancellation);
                    progress?.Invoke(done);
                    break;
                case ImportStates.Undoing:
                    await UndoNextAsync(import, by, cancellation);
                    break;
                default:
                    await ForgetBatchesAsync(import, by, cancellation);
                    return import;
            }
        }
    }

    /// <summary>From now on it is undone, unless it has ended.</summary>
    /// <param name="line">Null when it is no line's fault.</param>
    internal Task FailAsync(Guid id, int? line, string why, Actor by, CancellationToken cancellation) => unitOfWork.RunAsync(
        by, Locks.None, work => MarkUndoingAsync(work, id, line, why), cancellation);

    private static async Task<Committed<bool>> MarkUndoingAsync(Work work, Guid id, int? line, string why) => new(await work.ExecuteAsync(
        $"""
         UPDATE running_import SET state={ImportStates.Undoing}, failed_line={line}, why={why}
          WHERE id={id} AND state IN ({ImportStates.Preparing}, {ImportStates.Writing})
         """) == 1);

    /// <returns>How many accounts it wrote.</returns>
    private async Task<int> WriteNextAsync(RunningImport import, Actor? by, CancellationToken cancellation)
    {
        var next = await database.Set<ImportBatch>().AsNoTracking().Where(row => row.ImportId == import.Id && !row.IsWritten)
            .OrderBy(row => row.Number).FirstOrDefaultAsync(cancellation);
        if (next is null)
        {
            await unitOfWork.RunAsync(by ?? Actor.Server, Locks.None, work => FinishAsync(work, import), cancellation);
            return 0;
        }

        if (sheets.Open(next) is not { } sheet)
        {
            await FailAsync(import.Id, line: null, ImportMessages.BatchLost, by ?? Actor.Server, cancellation);
            return 0;
        }

        var actor = by ?? sheet.Actor;
        var written = await unitOfWork.RunAsync(
            actor, LocksOf(sheet), work => writing.WriteAsync(work, next, sheet), cancellation);
        if (written.Failed is { } failed)
        {
            await FailAsync(import.Id, failed.Number, failed.What[0], actor, cancellation);
        }

        return written.HasWritten ? sheet.Items.Count : 0;
    }

    /// <summary>It is done once all of its batches are written, and not before.</summary>
    private async Task<Committed<bool>> FinishAsync(Work work, RunningImport import)
    {
        var id = import.Id;
        if (await work.ExecuteAsync(
            $"""
             UPDATE running_import SET state={ImportStates.Done}, ended_at={work.Now} WHERE id={id} AND state={ImportStates.Writing}
              AND batches=(SELECT COUNT(*) FROM import_batch WHERE import_id={id} AND is_written=1)
             """) == 1)
        {
            audit.Record(work, AuditKinds.ImportDone, null, import.Accounts, $"{id:N}");
            return new Committed<bool>(true);
        }

        return await MarkUndoingAsync(work, id, line: null, ImportMessages.BatchLost);
    }

    private async Task UndoNextAsync(RunningImport import, Actor? by, CancellationToken cancellation)
    {
        var last = await database.Set<ImportBatch>().AsNoTracking().Where(row => row.ImportId == import.Id)
            .OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancellation);
        if (last is null)
        {
            await unitOfWork.RunAsync(by ?? Actor.Server, Locks.None, work => EndUndoneAsync(work, import), cancellation);
            return;
        }

        var sheet = sheets.Open(last);
        await unitOfWork.RunAsync(
            by ?? sheet?.Actor ?? Actor.Server,
            sheet is null ? Locks.None : LocksOf(sheet),
            work => undoing.UndoAsync(work, last, sheet),
            cancellation);
    }

    private async Task<Committed<bool>> EndUndoneAsync(Work work, RunningImport import)
    {
        var id = import.Id;
        var ends = await work.ExecuteAsync(
            $"""
             UPDATE running_import SET state={ImportStates.Undone}, ended_at={work.Now} WHERE id={id} AND state={ImportStates.Undoing}
             """) == 1;
        if (ends)
        {
            audit.Record(
                work, AuditKinds.ImportUndone, null, import.FailedLine, AuditDetail.Truncate($"{id:N}: {import.Why}"));
        }

        return new Committed<bool>(ends);
    }

    /// <summary>Nothing of an import that is done can be undone, so what its batches hold is not kept.</summary>
    private async Task ForgetBatchesAsync(RunningImport import, Actor? by, CancellationToken cancellation)
    {
        for (var deleted = Work.Batch; deleted == Work.Batch && import.State is ImportStates.Done;)
        {
            deleted = (await unitOfWork.RunAsync(
                by ?? Actor.Server, Locks.None, work => DeleteBatchesAsync(work, import.Id), cancellation)).Value;
        }
    }

    private static async Task<Committed<int>> DeleteBatchesAsync(Work work, Guid id) => new(await work.ExecuteAsync(
        $"""
         DELETE FROM import_batch WHERE import_id={id}
          AND number IN (SELECT number FROM import_batch WHERE import_id={id} LIMIT {Work.Batch})
         """));

    private static Locks LocksOf(ImportSheet sheet)
    {
        var accounts = sheet.Items.Select(item => item.Account);
        return Locks.Admins().And(Locks.Of(sheet.Agent is { } agent ? accounts.Append(agent) : accounts));
    }
}

/// <summary>Carries on the imports whose process was stopped.</summary>
public sealed class OpenImports(
    UnitOfWork unitOfWork, TwoFactorDb database, ImportRuns runs, ChainWatch chain, ChainCheck check, TimeProvider time)
{
    /// <summary>How long an import may be prepared. Nothing of it was written yet; after that it is undone.</summary>
    private static readonly TimeSpan Preparing = TimeSpan.FromMinutes(10);

    private static readonly string[] Ended = [ImportStates.Done, ImportStates.Undone];

    private static readonly string[] EndedKinds = [AuditKinds.ImportDone, AuditKinds.ImportUndone];

    public async Task GoOnAsync(CancellationToken cancellation)
    {
        var open = await database.Set<RunningImport>().AsNoTracking().Where(import => !Ended.Contains(import.State))
            .ToListAsync(cancellation);

        // Somebody could put an ended import back into the database, to have it written again: its last event stands in the chain.
        if (open.Count == 0 || (chain.Current.Verdict ?? await check.RunAsync(cancellation)) is not AuditVerdict.Intact)
        {
            return;
        }

        foreach (var import in open)
        {
            if (import.State is ImportStates.Preparing && import.StartedAt + Preparing <= time.Now())
            {
                await runs.FailAsync(import.Id, line: null, ImportMessages.Stopped, Actor.Server, cancellation);
            }

            if (await HasEndedAsync(import.Id, cancellation))
            {
                await unitOfWork.RunAsync(Actor.Server, Locks.None, work => RemoveAsync(work, import.Id), cancellation);
                continue;
            }

            await runs.GoOnAsync(import.Id, by: null, progress: null, cancellation);
        }
    }

    private Task<bool> HasEndedAsync(Guid import, CancellationToken cancellation)
    {
        var id = import.ToString("N");
        return database.Set<AuditEvent>().AnyAsync(
            row => EndedKinds.Contains(row.Kind) && row.Detail != null && row.Detail.StartsWith(id), cancellation);
    }

    private static async Task<Committed<int>> RemoveAsync(Work work, Guid import) =>
        new(await work.ExecuteAsync($"DELETE FROM running_import WHERE id={import}"));
}
