namespace TwoFactor.Mail;

using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Turns the outbox into files in <c>outbox</c> of the data directory, oldest first, and erases each row.</summary>
public sealed class OutboxSender(
    TwoFactorDb database,
    SecretsRing ring,
    RingWatch watch,
    DataDirectory directory,
    PublicUrl publicUrl,
    Brand brand,
    TimeProvider time,
    ILogger<OutboxSender> logger)
{
    public const string Folder = "outbox";

    /// <summary>Sends what waits. Safe to run in two processes at once, and again after a kill.</summary>
    /// <remarks>It opens transactions of its own: call it after a story, never inside one.</remarks>
    /// <returns>How many letters were written.</returns>
    /// <exception cref="IOException">The folder cannot be written; the letters wait.</exception>
    public async Task<int> SendAsync(CancellationToken cancellation)
    {
        var written = 0;
        while (await database.Set<OutboxMessage>().AsNoTracking()
            .Where(message => message.SetAsideAt == null)
            .OrderBy(message => message.CreatedAt).ThenBy(message => message.Id)
            .FirstOrDefaultAsync(cancellation) is { } row)
        {
            switch (ring.Open(new Sealed(row.Ciphertext, row.KeyId), watch.Current.Readable, Outbox.Purpose, Outbox.Row(row.Id, row.AccountId)))
            {
                case Opened.KeyMissing:
                    // Nobody's letter is lost by it: they wait until the ring fits again.
                    Log.KeyMissing(logger, row.Id, row.KeyId);
                    return written;
                case Opened.Plain plain when Compose(row, plain) is { } message:
                    written += await WriteAsync(row, message, cancellation) ? 1 : 0;
                    break;
                default:
                    await SetAsideAsync(row, cancellation);
                    break;
            }
        }

        return written;
    }

    /// <summary>The message, the same bytes each time it is asked for; null: its address is none.</summary>
    private MimeMessage? Compose(OutboxMessage row, Opened.Plain plain)
    {
        var content = JsonSerializer.Deserialize<OutboxContent>(plain.Bytes)
            ?? throw new JsonException("The content of an outbox row is empty.");
        if (!MailboxAddress.TryParse(content.To, out var parsed))
        {
            return null;
        }

        var parts = new MultipartAlternative
        {
            new TextPart("plain") { Text = content.Text, ContentTransferEncoding = ContentEncoding.QuotedPrintable },
            new TextPart("html") { Text = content.Html, ContentTransferEncoding = ContentEncoding.QuotedPrintable },
        };
        // Quoted-printable never writes "=_" (RFC 2045 §6.7), so this never stands in a part.
        parts.Boundary = $"=_{row.Id:N}";
        var message = new MimeMessage
        {
            MessageId = $"{row.Id:N}@{publicUrl.MailDomain}",
            Date = DateTimeOffset.FromUnixTimeSeconds(row.CreatedAt),
            Subject = content.Subject,
            Body = parts,
        };
        message.From.Add(new MailboxAddress(Words.OneLine(brand.Name), $"no-reply@{publicUrl.MailDomain}"));
        message.To.Add(new MailboxAddress(content.ToName, parsed.Address));
        // RFC 3834 §5: no out-of-office answer comes back.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    /// <summary>Erases the row and writes the file, in this order and in one transaction: of two processes one gets the row.</summary>
    /// <remarks>A kill before the commit keeps the row, and the next run writes the same file under the same name: no second letter.</remarks>
    private async Task<bool> WriteAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation)
    {
        var folder = directory.File(Folder);
        DataDirectory.MakeFolder(folder);
        using var bytes = new MemoryStream();
        await message.WriteToAsync(bytes, cancellation);
        var created = DateTimeOffset.FromUnixTimeSeconds(row.CreatedAt).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(folder, $"{created}-{row.Id:N}.eml");
        var isOurs = await database.InTransactionAsync(
            async () =>
            {
                if (await database.Set<OutboxMessage>().Where(message => message.Id == row.Id).ExecuteDeleteAsync(cancellation) == 0)
                {
                    return false;
                }

                await DataDirectory.WriteFileAsync(path, bytes.ToArray(), cancellation);
                return true;
            },
            cancellation);
        if (isOurs)
        {
            Log.Written(logger, row.Kind, row.Id);
        }

        return isOurs;
    }

    /// <summary>Once, so that a row that nobody can send is told once and stops nothing behind it.</summary>
    private async Task SetAsideAsync(OutboxMessage row, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var changed = await database.Set<OutboxMessage>()
            .Where(message => message.Id == row.Id && message.SetAsideAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(message => message.SetAsideAt, now), cancellation);
        if (changed == 1)
        {
            Log.SetAside(logger, row.Kind, row.Id);
        }
    }
}
