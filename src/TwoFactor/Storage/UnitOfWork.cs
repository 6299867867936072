namespace TwoFactor.Storage;

using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;
using TwoFactor.Storage.Connections;
using TwoFactor.Storage.Schema;

/// <summary>
/// The only way to write: a story runs in one transaction that holds the write lock from its beginning, and its result is returned only
/// after that transaction has ended.
/// </summary>
public sealed class UnitOfWork(
    TwoFactorDb rows,
    WriteTurns queue,
    Writer writer,
    SchemaCheck schema,
    DiskSpace disk,
    DatabaseLimits limits,
    TimeProvider time,
    ILogger<UnitOfWork> log)
{
    private const int MostReruns = 3;

    /// <summary>A story that takes more milliseconds than this is named in the log, because it kept every other writer waiting.</summary>
    private const int SlowAfter = 100;

    /// <summary>Runs a story and commits it if its outcome says so. Returns after the commit or the rollback.</summary>
    /// <param name="actor">Who acts; it decides how long the story waits for its turn.</param>
    /// <param name="locks">What is locked before its first line.</param>
    /// <param name="story">Depends only on its arguments and on what it reads, because it may be run again.</param>
    /// <param name="waiting">Cancels the wait for the story's turn. It is ignored once the story has begun.</param>
    /// <exception cref="BusyException">The story was not run, or its commit failed.</exception>
    public async Task<T> RunAsync<T>(Actor actor, Locks locks, Func<Work, Task<T>> story, CancellationToken waiting)
        where T : IOutcome
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(locks);
        ArgumentNullException.ThrowIfNull(story);
        if (Work.IsInside || rows.Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException("A story cannot be started inside another story or inside a transaction.");
        }

        try
        {
            return await WaitAndRunAsync(new Run<T>(actor, locks, story), waiting);
        }
        catch (ForeignSchemaException foreign)
        {
            // Naming the differences takes time, so it happens when the turn is over.
            await schema.ReportAsync(foreign);
            throw;
        }
    }

    private async Task<T> WaitAndRunAsync<T>(Run<T> run, CancellationToken waiting)
        where T : IOutcome
    {
        var waitLimit = new WaitLimit(limits.WaitOf(run.Actor));
        await queue.EnterAsync(waitLimit, waiting);
        try
        {
            return await RunInTurnAsync(run, waitLimit, waiting);
        }
        finally
        {
            queue.Leave();
        }
    }

    private async Task<T> RunInTurnAsync<T>(Run<T> run, WaitLimit waitLimit, CancellationToken waiting)
        where T : IOutcome
    {
        var formers = new StaleEntities(rows);
        for (var left = MostReruns; ; left--)
        {
            try
            {
                var transaction = await writer.BeginAsync(waitLimit, waiting);
                return await RunOnceAsync(run, formers, transaction);
            }
            catch (OtherLocksException others) when (left > 0)
            {
                run = run with { Locks = run.Locks.And(Locks.Of(others.Accounts)) };
            }
            catch (Exception exception) when (IsBusy(exception))
            {
                if (left == 0)
                {
                    throw new BusyException(BusyException.Soon, exception);
                }

                log.RunsAgain(run.Name);
            }
            catch (Exception exception) when (DiskSpace.Says(exception))
            {
                await writer.DiscardAsync();
                disk.NoteFull();
                throw exception as DiskFullException ?? new DiskFullException(exception);
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                await writer.DiscardAsync();
                throw;
            }
        }
    }

    /// <summary>When this returns or throws, the transaction has ended and nothing is tracked.</summary>
    private async Task<T> RunOnceAsync<T>(Run<T> run, StaleEntities formers, SqliteTransaction transaction)
        where T : IOutcome
    {
        var began = Stopwatch.GetTimestamp();
        var reading = rows.Database.GetConnectionString();
        var (handle, changes) = (transaction.Connection!.Handle, raw.sqlite3_total_changes(transaction.Connection.Handle));
        var work = new Work(rows, time.GetUtcNow(), run.Actor, run.Locks);
        try
        {
            rows.ChangeTracker.Clear();
            rows.Database.AutoSavepointsEnabled = false;
            rows.Database.SetDbConnection(transaction.Connection, contextOwnsConnection: false);
            await rows.Database.UseTransactionAsync(transaction, CancellationToken.None);
            using (formers.Watch())
            {
                var answer = await work.RunStoryAsync(run.Story);
                if (answer.Commits)
                {
                    await work.FinishAsync();
                    formers.RefuseChanged();
                    await CommitAsync(run.Name);
                    work.Stand();
                    if (raw.sqlite3_total_changes(handle) != changes)
                    {
                        disk.NoteWritten();
                    }
                }

                return answer;
            }
        }
        catch
        {
            formers.Remember();
            throw;
        }
        finally
        {
            work.End();
            await ReturnAsync(reading);
            await writer.EndAsync(transaction);
            if (Stopwatch.GetElapsedTime(began).TotalMilliseconds is > SlowAfter and var taken)
            {
                log.SlowStory(run.Name, (long)taken);
            }
        }
    }

    /// <summary>
    /// After a failed commit nobody knows whether the story was written: it does not run again, and its result is not returned.
    /// </summary>
    private async Task CommitAsync(string story)
    {
        try
        {
            await rows.Database.CurrentTransaction!.CommitAsync(CancellationToken.None);
        }
        catch (Exception exception) when (DiskSpace.Says(exception))
        {
            // SQLite undoes what did not fit, and the log says once that the disk is full.
            throw new DiskFullException(exception);
        }
        catch (Exception exception)
        {
            log.CommitFailed(exception, story);
            throw new BusyException(BusyException.Soon, exception);
        }
    }

    /// <summary>Gives the context its read connection back.</summary>
    private async Task ReturnAsync(string? reading)
    {
        rows.ChangeTracker.Clear();
        if (rows.Database.CurrentTransaction is { } left)
        {
            await left.DisposeAsync();
        }

        await rows.Database.CloseConnectionAsync();
        rows.Database.SetDbConnection(null);
        rows.Database.SetConnectionString(reading);
        rows.Database.AutoSavepointsEnabled = true;
    }

    private static bool IsBusy(Exception exception) => ErrorOf(exception) is raw.SQLITE_BUSY;

    /// <summary>Errors after which the state of the connection is unknown.</summary>
    private static bool IsBroken(Exception exception) =>
        exception is BusyException { InnerException: not null }
        || ErrorOf(exception) is raw.SQLITE_CORRUPT or raw.SQLITE_IOERR or raw.SQLITE_NOTADB or raw.SQLITE_CANTOPEN or raw.SQLITE_NOMEM;

    private static int? ErrorOf(Exception? exception) => exception switch
    {
        null or BusyException => null,
        SqliteException sqlite => sqlite.SqliteErrorCode,
        _ => ErrorOf(exception.InnerException),
    };

    private sealed record Run<T>(Actor Actor, Locks Locks, Func<Work, Task<T>> Story)
    {
        /// <summary>The type and the method that contain the code of the story.</summary>
        public string Name
        {
            get
            {
                var type = Story.Method.DeclaringType;
                while (type?.DeclaringType is { } outer)
                {
                    type = outer;
                }

                var method = Story.Method.Name;
                var end = method.IndexOf('>', StringComparison.Ordinal);
                return $"{type?.Name}.{(method.StartsWith('<') && end > 0 ? method[1..end] : method)}";
            }
        }
    }
}
