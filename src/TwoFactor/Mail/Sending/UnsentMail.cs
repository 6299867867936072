namespace TwoFactor.Mail.Sending;

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A mail that has not left, as an admin sees it: never its body.</summary>
/// <param name="To">The address; null: it cannot be read.</param>
/// <param name="Subject">Null: it cannot be read.</param>
/// <param name="Tries">How often a mail server was tried with it.</param>
/// <param name="Why">As the end of "Not sent: …".</param>
/// <param name="NextTryAt">Also in the past: at once. Null: it is not tried by itself, or is being tried just now.</param>
/// <param name="IsSetAside">It is not tried by itself any more.</param>
/// <param name="CanRetry">Whether it makes sense to try it again.</param>
public sealed record UnsentMessage(
    Guid Id, string Kind, string? To, string? Subject, UnixTime Since, int Tries, string Why, UnixTime? NextTryAt,
    bool IsSetAside, bool CanRetry);

/// <summary>Some mails, newest first.</summary>
/// <param name="Newer">Ask for what comes after this mail; null: there is nothing newer.</param>
/// <param name="Older">Ask for what comes before this mail; null: there is nothing older.</param>
public sealed record UnsentPage(IReadOnlyList<UnsentMessage> Messages, Guid? Newer, Guid? Older);

/// <summary>What was not sent: mails that failed, that wait for too long, or that were set aside.</summary>
public sealed class UnsentMail(
    TwoFactorDb database, OutboxRows rows, Outbox outbox, SmtpBackoff backoff, MailLimits limits, TimeProvider time)
{
    /// <summary>Counts stop here.</summary>
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

    /// <summary>One page. An id begins with its mail's moment, so that it is the key.</summary>
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

            // Less than a page, or just one: the newest.
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
    /// Makes mails due at once, also those that were set aside, and calls a mail server that is left alone. A mail that is being
    /// tried just now is left to its try: two must never have it.
    /// </summary>
    /// <param name="message">Null: all.</param>
    /// <param name="by">Who asked.</param>
    /// <returns>How many mails.</returns>
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
        // Whom it is for and what it is about: the rest is dropped unread.
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
