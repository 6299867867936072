namespace TwoFactor.Mail.Sending;

using System.Text.Json;
using MimeKit;

/// <summary>
/// Makes the MIME message of a row in the outbox: the same bytes each time, so that a second copy is recognised by its Message-ID.
/// </summary>
public sealed class MimeMessageFactory(PublicUrl publicUrl, Brand brand, MailRoute route)
{
    /// <returns>Null when its address is not valid.</returns>
    internal MimeMessage? Compose(OutboxMessage row, ReadOnlySpan<byte> plain)
    {
        var content = JsonSerializer.Deserialize<OutboxContent>(plain)
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
        // Quoted-printable never writes "=_" (RFC 2045 §6.7), so no part contains this boundary.
        parts.Boundary = $"=_{row.Id:N}";
        var message = new MimeMessage
        {
            MessageId = $"{row.Id:N}@{publicUrl.MailDomain}",
            Date = row.CreatedAt.ToDateTimeOffset(),
            Subject = content.Subject,
            Body = parts,
        };
        message.From.Add(new MailboxAddress(SingleLineText.From(brand.Name), route.From));
        message.To.Add(new MailboxAddress(content.ToName, parsed.Address));
        // RFC 3834 §5: asks for no out-of-office reply.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }
}
