namespace TwoFactor.Mail.Sending;

using MimeKit;
using TwoFactor.Keys;

/// <summary>
/// Sends the messages of the outbox, oldest first: to a mail server or, without one, into files. It also removes old messages and files.
/// </summary>
/// <remarks>
/// A message is claimed before it is sent, and its row is erased after that. If the process is killed in between, the claim ends by itself,
/// and the same bytes are sent again under the same Message-ID.
/// </remarks>
public sealed class OutboxSender(
    OutboxRows rows,
    Outbox outbox,
    MimeMessageFactory factory,
    MailTransport transport,
    SmtpBackoff memory,
    PickupFolder folder,
    ILogger<OutboxSender> logger)
{
    /// <summary>Sends what is due. Safe to run in two processes at once, and again after a kill.</summary>
    /// <remarks>It runs stories of its own: call it after a story, never inside one.</remarks>
    /// <returns>How many messages were sent.</returns>
    /// <exception cref="IOException">The folder cannot be written; the messages wait.</exception>
    public async Task<int> SendAsync(CancellationToken cancellation)
    {
        var sent = 0;
        try
        {
            for (var tried = 0; tried < transport.MessagesPerRound && await rows.NextAsync(cancellation) is { } row; tried++)
            {
                var result = await SendAsync(row, cancellation);
                sent += result is { Kind: DeliveryKind.Delivered } ? 1 : 0;
                if (result is { EndsRound: true })
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

    /// <summary>Sends before the process ends: files are written, but no mail server is waited for.</summary>
    /// <remarks>Messages for a mail server are sent by the running server within a second, or after the next start.</remarks>
    public Task<int> FinishAsync(CancellationToken cancellation) => transport.IsRemote ? Task.FromResult(0) : SendAsync(cancellation);

    /// <summary>
    /// Gives up messages that could not be sent for too long, and erases what was set aside or written to files long enough ago.
    /// </summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await rows.SweepAsync(cancellation);
        folder.EraseOld();
    }

    /// <returns>Null when another sender has the message.</returns>
    private async Task<DeliveryResult?> SendAsync(OutboxMessage row, CancellationToken cancellation)
    {
        switch (outbox.Open(row))
        {
            case Unprotected.KeyMissing:
                // No message is lost: all of them wait until the key ring is restored.
                Mail.Log.KeyMissing(logger, row.Id, row.KeyId);
                return new DeliveryResult(DeliveryKind.KeyMissing);
            case Unprotected.Plain plain when factory.Compose(row, plain.Bytes) is { } composed:
                using (composed)
                {
                    return await transport.OpenAsync(cancellation) ?? await SendAsync(row, composed, cancellation);
                }

            case var opened:
                var result = new DeliveryResult(opened is Unprotected.Plain ? DeliveryKind.NoAddress : DeliveryKind.Altered);
                await rows.SetAsideAsync(row, result, cancellation);
                return result;
        }
    }

    private async Task<DeliveryResult?> SendAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation)
    {
        if (memory.WasDelivered(row.Id))
        {
            return await EraseAsync(row);
        }

        if (!await rows.ClaimAsync(row, transport.ClaimTime, cancellation))
        {
            return null;
        }

        var result = await DeliverAsync(row, message, cancellation);
        if (result.Kind is DeliveryKind.Delivered)
        {
            memory.Remember(row.Id);
            return await EraseAsync(row);
        }

        if (result.IsFinal)
        {
            await rows.SetAsideAsync(row, result, CancellationToken.None);
        }
        else if (!result.CountsAsTry)
        {
            await rows.ReleaseAsync(row, result);
        }
        else
        {
            await rows.DeferAsync(row, result);
        }

        return result;
    }

    private async Task<DeliveryResult> DeliverAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation)
    {
        try
        {
            return await transport.SendAsync(row, message, cancellation);
        }
        catch
        {
            await rows.ReleaseAsync(row, row.LastResult);
            throw;
        }
    }

    private async Task<DeliveryResult?> EraseAsync(OutboxMessage row)
    {
        var isOurs = await rows.EraseAsync(row);
        memory.Forget(row.Id);
        return isOurs ? DeliveryResult.Delivered : null;
    }
}
