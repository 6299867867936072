namespace TwoFactor.Mail.Sending;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Empties the outbox, oldest letter first: to a mail server or, without one, into files.</summary>
public sealed class OutboxSender(
    TwoFactorDb database,
    SecretsRing ring,
    KeyRingHealth health,
    MimeMessageFactory factory,
    MailTransport transport,
    Undeliverable undeliverable,
    MailLimits limits,
    TimeProvider time,
    ILogger<OutboxSender> logger)
{
    public const string Folder = "outbox";

    /// <summary>Sends what is due. Safe to run in two processes at once, and again after a kill.</summary>
    /// <remarks>It opens transactions of its own: call it after a story, never inside one.</remarks>
    /// <returns>How many letters left.</returns>
    /// <exception cref="IOException">The folder cannot be written; the letters wait.</exception>
    public async Task<int> SendAsync(CancellationToken cancellation)
    {
        var sent = 0;
        try
        {
            for (var tried = 0; tried < transport.Most && await NextAsync(cancellation) is { } row; tried++)
            {
                var answer = await SendAsync(row, cancellation);
                sent += answer is DeliveryResult.Done ? 1 : 0;
                if (answer is DeliveryResult.Stop)
                {
                    break;
                }
            }
        }
        finally
        {
            await transport.CloseAsync();
        }

        return sent;
    }

    /// <summary>What a process does with the outbox before it ends: files are written, but no mail server is waited for.</summary>
    /// <remarks>Its letters are the running server's, within a second, or the next start's.</remarks>
    public Task<int> FinishAsync(CancellationToken cancellation) => transport.IsRemote ? Task.FromResult(0) : SendAsync(cancellation);

    private Task<OutboxMessage?> NextAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (due, youngest) = (now.ToUnixTimeSeconds(), now.AddDays(-limits.GiveUpDays).ToUnixTimeSeconds());
        return database.Set<OutboxMessage>().AsNoTracking()
            .Where(message => message.SetAsideAt == null && message.NextTryAt <= due && (message.RetriedAt ?? message.CreatedAt) > youngest)
            .OrderBy(message => message.CreatedAt).ThenBy(message => message.Id)
            .FirstOrDefaultAsync(cancellation);
    }

    private async Task<DeliveryResult> SendAsync(OutboxMessage row, CancellationToken cancellation)
    {
        switch (ring.Unprotect(new ProtectedPayload(row.Ciphertext, row.KeyId), health.Current.Readable, Outbox.Purpose, Outbox.Row(row.Id, row.AccountId)))
        {
            case Unprotected.KeyMissing:
                // Nobody's letter is lost by it: they wait until the ring fits again.
                Mail.Log.KeyMissing(logger, row.Id, row.KeyId);
                return DeliveryResult.Stop;
            case Unprotected.Plain plain:
                using (var message = factory.Compose(row, plain.Bytes))
                {
                    return message is null
                        ? await SetAsideAsync(row, UndeliverableReasons.NoAddress, cancellation)
                        : await transport.OpenAsync(cancellation) ? await transport.HandOverAsync(row, message, cancellation) : DeliveryResult.Stop;
                }

            default:
                return await SetAsideAsync(row, UndeliverableReasons.Unreadable, cancellation);
        }
    }

    private async Task<DeliveryResult> SetAsideAsync(OutboxMessage row, int reason, CancellationToken cancellation)
    {
        await undeliverable.PutAsync(row, reason, cancellation);
        return DeliveryResult.NotNow;
    }
}
