namespace TwoFactor.Mail.Sending;

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A message that was not sent, as an admin sees it, without its body.</summary>
/// <param name="To">The address; null when it cannot be read.</param>
/// <param name="Subject">The subject; null when it cannot be read.</param>
/// <param name="Tries">How often sending was tried.</param>
/// <param name="Why">As the end of "Not sent: …".</param>
/// <param name="NextTryAt">When it is tried next; a time in the past means at once. Null when it is not tried by itself, or is being tried
/// just now.</param>
/// <param name="IsSetAside">Whether it was set aside, so that it is not tried by itself any more.</param>
/// <param name="CanRetry">Whether it makes sense to try it again.</param>
public sealed record UnsentMessage(
    Guid Id, string Kind, string? To, string? Subject, UnixTime Since, int Tries, string Why, UnixTime? NextTryAt,
    bool IsSetAside, bool CanRetry);

/// <summary>Some messages, newest first.</summary>
/// <param name="Newer">The message after which the newer ones come; null when there are none.</param>
/// <param name="Older">The message before which the older ones come; null when there are none.</param>
public sealed record UnsentPage(IReadOnlyList<UnsentMessage> Messages, Guid? Newer, Guid? Older);

/// <summary>The unsent messages: those that failed, that wait for too long, or that were set aside.</summary>
public sealed class UnsentMail(
    TwoFactorDb database, OutboxRows rows, Outbox outbox, SmtpBackoff backoff, MailLimits limits, TimeProvider time)
{
    /// <summary>Counting stops at one more than this.</summary>
    public const int CountedUpTo = 1000;

    private IQueryable<OutboxMessage> Unsent
    {
        get
        {
            var late = time.Now() - limits.LateAfter;
            return database.Set<OutboxMessage>().AsNoTracking()
                .Where(message => message.SetAsideAt != null || message.LastKind != null || message.CreatedAt <= late);
        }
    }

    /// <summary>How many there are, at most one more than <see cref="CountedUpTo"/>.</summary>
    public Task<int> CountAsync(CancellationToken cancellation) => Unsent.Take(CountedUpTo + 1).CountAsync(cancellation);

    /// <summary>Reads one page. An id begins with the time at which its message was written, so it serves as the key.</summary>
    public async Task<UnsentPage> ListAsync(Guid? newerThan, Guid? olderThan, CancellationToken cancellation)
    {
        var size = limits.PageSize;
        if (newerThan is { } from)
        {
            var above = await Unsent.Where(message => message.Id.CompareTo(from) > 0).OrderBy(message => message.Id).Take(size + 1)
                .ToListAsync(cancellation);
            if (above.Count > size)
            {
                var page = above.Take(size).Reverse().Select(ToMessage).ToList();
                return new UnsentPage(page, page[0].Id, page[^1].Id);
            }

            // There is at most one newer page: show the newest one.
            olderThan = null;
        }

        var wanted = olderThan is { } before ? Unsent.Where(message => message.Id.CompareTo(before) < 0) : Unsent;
        var found = await wanted.OrderByDescending(message => message.Id).Take(size + 1).ToListAsync(cancellation);
        var messages = found.Take(size).Select(ToMessage).ToList();
        return new UnsentPage(
            messages,
            olderThan is not null && messages.Count > 0 ? messages[0].Id : null,
            found.Count > size ? messages[^1].Id : null);
    }

    /// <summary>
    /// Makes messages due at once, also those that were set aside, and ends a pause of the mail server. A message that is being tried just
    /// now is left out, because two senders must never have it.
    /// </summary>
    /// <param name="message">The id of a message; null for all.</param>
    /// <param name="by">Who asked.</param>
    /// <returns>How many messages became due.</returns>
    public async Task<int> RetryAsync(Guid? message, Actor by, CancellationToken cancellation)
    {
        var count = await rows.RetryAsync(message, by, cancellation);
        backoff.CallNow();
        return count;
    }

    private UnsentMessage ToMessage(OutboxMessage row)
    {
        var isTried = row is { SetAsideAt: null, LastKind: null } && row.NextTryAt > time.Now();
        var isSetAside = row.SetAsideAt is not null;
        var opened = outbox.Open(row);
        // Only the recipient and the subject are used; the rest is dropped unread.
        var content = opened is Unprotected.Plain plain ? JsonSerializer.Deserialize<OutboxContent>(plain.Bytes) : null;
        DeliveryKind? unread = opened switch
        {
            Unprotected.Plain => null,
            Unprotected.KeyMissing => DeliveryKind.KeyMissing,
            _ => DeliveryKind.Altered,
        };
        return new UnsentMessage(
            row.Id, row.Kind, content?.To, content?.Subject, row.CreatedAt, row.Tries,
            unread is { } kind ? new DeliveryResult(kind).Text : Why(row, isTried),
            isSetAside || isTried ? null : UnixTime.Max(row.NextTryAt, backoff.PausesUntil),
            isSetAside,
            !isTried && row.LastKind is not (DeliveryKind.Altered or DeliveryKind.NoAddress));
    }

    private string Why(OutboxMessage row, bool isTried) => row.LastResult switch
    {
        _ when isTried => "it is being tried just now",
        { } result => result.Text,
        _ => backoff.Met?.Text ?? "it waits for the server to send it",
    };
}
