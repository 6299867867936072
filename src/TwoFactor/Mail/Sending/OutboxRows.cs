namespace TwoFactor.Mail.Sending;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>
/// The statements on the rows of the outbox: claim, release, defer, erase, set aside. Each is a story of its own, and none is open while a
/// message is sent.
/// </summary>
public sealed class OutboxRows(
    TwoFactorDb database, UnitOfWork unitOfWork, AuditLog audit, MailLimits limits, TimeProvider time, ILogger<OutboxSender> logger)
{
    /// <summary>Messages that one story gives up, at most.</summary>
    private const int Batch = 200;

    /// <summary>The oldest message that is due and not too old; null when there is none.</summary>
    internal Task<OutboxMessage?> NextAsync(CancellationToken cancellation)
    {
        var now = time.Now();
        var youngest = now - limits.GiveUpAfter;
        return database.Set<OutboxMessage>().AsNoTracking()
            .Where(message => message.SetAsideAt == null && message.NextTryAt <= now && (message.RetriedAt ?? message.CreatedAt) > youngest)
            .OrderBy(message => message.CreatedAt).ThenBy(message => message.Id)
            .FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Claims a message for some time. If two processes read the same row, the statement lets only one of them claim it.</summary>
    /// <param name="length">How long the claim lasts. By then the try must have ended.</param>
    internal Task<bool> ClaimAsync(OutboxMessage row, TimeSpan length, CancellationToken cancellation) => WriteAsync(
        work => work.ExecuteAsync(
            $"""
             UPDATE outbox_message SET tries=tries+1, next_try_at={work.Now + length}, last_kind=NULL, last_reply=NULL
              WHERE id={row.Id} AND tries={row.Tries} AND next_try_at<={work.Now} AND set_aside_at IS NULL
             """),
        cancellation);

    /// <summary>Erases a message that was sent. Returns false when its row is gone already.</summary>
    internal Task<bool> EraseAsync(OutboxMessage row) =>
        WriteAsync(work => work.ExecuteAsync($"DELETE FROM outbox_message WHERE id={row.Id}"));

    /// <summary>Ends a claim and restores the row: the failure had nothing to do with this message.</summary>
    internal Task ReleaseAsync(OutboxMessage row, DeliveryResult? result) => NoteAsync(row, row.Tries, _ => row.NextTryAt, result);

    /// <summary>Ends a claim and sets the time of the next try.</summary>
    internal async Task DeferAsync(OutboxMessage row, DeliveryResult result)
    {
        var wait = limits.WaitAfter(row.Tries + 1, limits.LongestWait);
        await NoteAsync(row, row.Tries + 1, now => now + wait, result);
        if (result is { Kind: DeliveryKind.Deferred, Reply: { } reply })
        {
            Mail.Log.Deferred(logger, row.Kind, row.Id, reply, (long)wait.TotalSeconds);
        }
    }

    /// <summary>Sets an undeliverable message aside: it is no longer tried, is kept for a while, and is logged and audited once.</summary>
    internal async Task SetAsideAsync(OutboxMessage row, DeliveryResult result, CancellationToken cancellation)
    {
        if (await WriteAsync(async work => await SetAsideAsync(work, row, result) ? 1 : 0, cancellation))
        {
            Mail.Log.SetAside(logger, row.Kind, row.Id, result.Number);
        }
    }

    /// <summary>Gives up messages that could not be sent for too long, and erases messages that were set aside long enough ago.</summary>
    /// <remarks>
    /// No message that is given up is being sent: the sender claims none of that age, and an earlier claim has ended by then.
    /// </remarks>
    internal async Task SweepAsync(CancellationToken cancellation)
    {
        var givenUp = new DeliveryResult(DeliveryKind.GivenUp);
        var gone = await unitOfWork.RunAsync(
            Actor.Server, Locks.None, async work => new Committed<List<OutboxMessage>>(await GiveUpAsync(work, givenUp)), cancellation);
        foreach (var row in gone.Value)
        {
            Mail.Log.SetAside(logger, row.Kind, row.Id, givenUp.Number);
        }

        Committed<int> erased;
        do
        {
            erased = await unitOfWork.RunAsync(Actor.Server, Locks.None, EraseAsync, cancellation);
        }
        while (erased.Value >= Work.Batch);
    }

    /// <summary>
    /// Makes unsent messages due at once, if the reason may have passed. A message that is being tried is left out, because two senders
    /// must never have it.
    /// </summary>
    /// <param name="message">The id of a message; null for all.</param>
    /// <returns>How many messages became due.</returns>
    internal async Task<int> RetryAsync(Guid? message, Actor by, CancellationToken cancellation) =>
        (await unitOfWork.RunAsync(by, Locks.None, async work => new Committed<int>(await RetryAsync(work, message)), cancellation)).Value;

    private async Task<int> RetryAsync(Work work, Guid? message)
    {
        var changed = await work.ExecuteAsync(
            $"""
             UPDATE outbox_message SET next_try_at=0, retried_at={work.Now}, set_aside_at=NULL, last_kind=NULL, last_reply=NULL
              WHERE ({message} IS NULL OR id={message})
                AND CASE WHEN set_aside_at IS NOT NULL THEN last_kind NOT IN ({(byte)DeliveryKind.Altered}, {(byte)DeliveryKind.NoAddress})
                    ELSE last_kind IS NOT NULL OR (created_at<={work.Now - limits.LateAfter} AND next_try_at<={work.Now}) END
             """);
        if (changed > 0)
        {
            Guid? account = message is null
                ? null
                : await work.Rows.Set<OutboxMessage>().Where(row => row.Id == message).Select(row => row.AccountId)
                    .SingleAsync(CancellationToken.None);
            audit.Record(work, AuditKinds.MailRetried, account, changed);
        }

        return changed;
    }

    private async Task<Committed<int>> EraseAsync(Work work)
    {
        var before = work.Now - limits.SetAsideKept;
        return new Committed<int>(await work.ExecuteAsync(
            $"""
             DELETE FROM outbox_message WHERE id IN (SELECT id FROM outbox_message WHERE set_aside_at<={before} LIMIT {Work.Batch})
             """));
    }

    private async Task<List<OutboxMessage>> GiveUpAsync(Work work, DeliveryResult givenUp)
    {
        var oldest = work.Now - limits.GiveUpAfter - limits.ClaimTime;
        var old = await work.Rows.Set<OutboxMessage>().AsNoTracking()
            .Where(message => message.SetAsideAt == null && (message.RetriedAt ?? message.CreatedAt) <= oldest)
            .OrderBy(message => message.CreatedAt).ThenBy(message => message.Id)
            .Take(Batch)
            .ToListAsync(CancellationToken.None);
        foreach (var row in old)
        {
            await SetAsideAsync(work, row, givenUp);
        }

        return old;
    }

    /// <returns>False when the row was gone or was set aside already.</returns>
    private async Task<bool> SetAsideAsync(Work work, OutboxMessage row, DeliveryResult result)
    {
        var changed = await work.ExecuteAsync(
            $"""
             UPDATE outbox_message SET set_aside_at={work.Now}, last_kind={(byte)result.Kind}, last_reply={result.Reply}
              WHERE id={row.Id} AND set_aside_at IS NULL
             """);
        if (changed == 1)
        {
            audit.Record(work, AuditKinds.MailSetAside, row.AccountId, result.Number);
        }

        return changed == 1;
    }

    /// <summary>Changes the row only while this sender's claim holds.</summary>
    private Task NoteAsync(OutboxMessage row, int tries, Func<UnixTime, UnixTime> next, DeliveryResult? result) => WriteAsync(
        work => work.ExecuteAsync(
            $"""
             UPDATE outbox_message SET tries={tries}, next_try_at={next(work.Now)},
               last_kind={(byte?)result?.Kind}, last_reply={result?.Reply}
              WHERE id={row.Id} AND tries={row.Tries + 1}
             """));

    /// <summary>Cannot be cancelled: once a message was claimed, the result must be written even when the program stops.</summary>
    private Task<bool> WriteAsync(Func<Work, Task<int>> statement) => WriteAsync(statement, CancellationToken.None);

    private async Task<bool> WriteAsync(Func<Work, Task<int>> statement, CancellationToken waiting) =>
        (await unitOfWork.RunAsync(Actor.Server, Locks.None, async work => new Committed<bool>(await statement(work) > 0), waiting)).Value;
}
