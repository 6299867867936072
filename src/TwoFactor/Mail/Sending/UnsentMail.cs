namespace TwoFactor.Mail.Sending;

using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A letter that has not left, as an admin sees it: never its body.</summary>
/// <param name="To">The address; null: it cannot be read.</param>
/// <param name="Subject">Null: it cannot be read.</param>
/// <param name="Since">Unix seconds.</param>
/// <param name="Tries">How often a mail server was tried with it.</param>
/// <param name="Why">As the end of "Not sent: …".</param>
/// <param name="NextTryAt">Unix seconds, also in the past: at once. Null: it is not tried by itself, or is being tried just now.</param>
/// <param name="IsSetAside">It is not tried by itself any more.</param>
/// <param name="CanRetry">Whether it makes sense to try it again.</param>
public sealed record UnsentMessage(
    Guid Id, string Kind, string? To, string? Subject, long Since, int Tries, string Why, long? NextTryAt, bool IsSetAside, bool CanRetry);

/// <summary>Some letters, newest first.</summary>
/// <param name="Newer">Ask for what comes after this letter; null: there is nothing newer.</param>
/// <param name="Older">Ask for what comes before this letter; null: there is nothing older.</param>
public sealed record UnsentPage(IReadOnlyList<UnsentMessage> Letters, Guid? Newer, Guid? Older);

/// <summary>What was not sent: letters that failed, that wait for too long, or that were set aside.</summary>
public sealed class UnsentMail(
    TwoFactorDb database, SecretsRing ring, KeyRingHealth health, SmtpBackoff backoff, AuditLog audit, MailLimits limits, TimeProvider time)
{
    /// <summary>Counts stop here.</summary>
    public const int CountedUpTo = 1000;

    private const string Unreadable = "it was altered in the database";

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    private IQueryable<OutboxMessage> Unsent
    {
        get
        {
            var late = Now - limits.LateSeconds;
            return database.Set<OutboxMessage>().AsNoTracking()
                .Where(message => message.SetAsideAt != null || message.Trouble != null || message.CreatedAt <= late);
        }
    }

    /// <summary>How many there are, at most one more than <see cref="CountedUpTo"/>.</summary>
    public Task<int> CountAsync(CancellationToken cancellation) => Unsent.Take(CountedUpTo + 1).CountAsync(cancellation);

    /// <summary>One page. An id begins with its letter's moment, so that it is the key.</summary>
    public async Task<UnsentPage> ListAsync(Guid? newerThan, Guid? olderThan, CancellationToken cancellation)
    {
        var size = limits.PageSize;
        if (newerThan is { } from)
        {
            var above = await Unsent.Where(message => message.Id.CompareTo(from) > 0).OrderBy(message => message.Id).Take(size + 1).ToListAsync(cancellation);
            if (above.Count > size)
            {
                var page = above.Take(size).Reverse().Select(ToLetter).ToList();
                return new UnsentPage(page, page[0].Id, page[^1].Id);
            }

            // Less than a page, or just one: the newest.
            olderThan = null;
        }

        var rows = olderThan is { } before ? Unsent.Where(message => message.Id.CompareTo(before) < 0) : Unsent;
        var found = await rows.OrderByDescending(message => message.Id).Take(size + 1).ToListAsync(cancellation);
        var letters = found.Take(size).Select(ToLetter).ToList();
        return new UnsentPage(
            letters,
            olderThan is not null && letters.Count > 0 ? letters[0].Id : null,
            found.Count > size ? letters[^1].Id : null);
    }

    /// <summary>Makes letters due at once, also those that were set aside, and calls a mail server that is left alone. A letter that is being tried just now is left to its try: two must never have it.</summary>
    /// <param name="letter">Null: all.</param>
    /// <param name="by">Who asked.</param>
    /// <returns>How many letters.</returns>
    public async Task<int> RetryAsync(Guid? letter, Actor by, CancellationToken cancellation)
    {
        var now = Now;
        var count = await database.InTransactionAsync(
            async () =>
            {
                var wanted = Unsent.Where(CanRetry(now)).Where(message => letter == null || message.Id == letter);
                var account = letter is null ? null : await wanted.Select(message => (Guid?)message.AccountId).SingleOrDefaultAsync(cancellation);
                var changed = await wanted.ExecuteUpdateAsync(
                    set => set.SetProperty(message => message.NextTryAt, 0).SetProperty(message => message.RetriedAt, now)
                        .SetProperty(message => message.SetAsideAt, (long?)null).SetProperty(message => message.SetAsideReason, (int?)null)
                        .SetProperty(message => message.Trouble, (int?)null),
                    cancellation);
                if (changed > 0)
                {
                    audit.Record(AuditKinds.MailRetried, account, by, changed);
                }

                return changed;
            },
            cancellation);
        backoff.CallNow();
        return count;
    }

    /// <summary>Set aside for a reason that may have passed; or waiting, and in nobody's hands.</summary>
    private static Expression<Func<OutboxMessage, bool>> CanRetry(long now) => message => message.SetAsideAt != null
        ? message.SetAsideReason != UndeliverableReasons.Unreadable && message.SetAsideReason != UndeliverableReasons.NoAddress
        : message.Trouble != null || message.NextTryAt <= now;

    private UnsentMessage ToLetter(OutboxMessage row)
    {
        var (content, unread) = Open(row);
        var isTried = row is { SetAsideAt: null, Trouble: null } && row.NextTryAt > Now;
        var isSetAside = row.SetAsideAt is not null;
        return new UnsentMessage(
            row.Id, row.Kind, content?.To, content?.Subject, row.CreatedAt, row.Tries,
            unread ?? Why(row, isTried),
            isSetAside || isTried ? null : Math.Max(row.NextTryAt, backoff.PausesUntil),
            isSetAside,
            !isTried && row.SetAsideReason is not (UndeliverableReasons.Unreadable or UndeliverableReasons.NoAddress));
    }

    private string Why(OutboxMessage row, bool isTried) => row switch
    {
        { SetAsideReason: { } reason } => AuditText.Remark(AuditKinds.MailSetAside, reason)!,
        _ when isTried => "it is being tried just now",
        { Trouble: { } met } => SmtpFailureText.For(met),
        _ when backoff.Met is { } smtpFailure => SmtpFailureText.For((int)smtpFailure),
        _ => "it waits for the server to send it",
    };

    /// <summary>Whom it is for and what it is about: the rest is dropped unread.</summary>
    private (OutboxContent? Content, string? Unread) Open(OutboxMessage row) =>
        ring.Unprotect(new ProtectedPayload(row.Ciphertext, row.KeyId), health.Current.Readable, Outbox.Purpose, Outbox.Row(row.Id, row.AccountId)) switch
        {
            Unprotected.Plain plain => (JsonSerializer.Deserialize<OutboxContent>(plain.Bytes), null),
            Unprotected.KeyMissing => (null, "the key ring lacks its key"),
            _ => (null, Unreadable),
        };
}
