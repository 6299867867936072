namespace TwoFactor.Mail.Sending;

using MimeKit;
using TwoFactor.Keys;

/// <summary>
/// Empties the outbox, oldest mail first: to a mail server or, without one, into files. It also keeps the outbox bounded.
/// </summary>
/// <remarks>
/// A mail is claimed before it leaves, and its row erased after: a process that is killed in between leaves a claim that ends,
/// and then the same bytes go again, under the same Message-ID.
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
    /// <remarks>Its stories are its own: call it after a story, never inside one.</remarks>
    /// <returns>How many mails left.</returns>
    /// <exception cref="IOException">The folder cannot be written; the mails wait.</exception>
    public async Task<int> SendAsync(CancellationToken cancellation)
    {
        var sent = 0;
        try
        {
            for (var tried = 0; tried < transport.Most && await rows.NextAsync(cancellation) is { } row; tried++)
            {
                var result = await SendAsync(row, cancellation);
                sent += result is { Kind: DeliveryKind.Delivered } ? 1 : 0;
                if (result is { StopsRound: true })
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
    /// <remarks>Its mails are the running server's, within a second, or the next start's.</remarks>
    public Task<int> FinishAsync(CancellationToken cancellation) => transport.IsRemote ? Task.FromResult(0) : SendAsync(cancellation);

    /// <summary>
    /// Gives up mails that could not be sent for too long, and erases in its time what was set aside or written to files.
    /// </summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await rows.SweepAsync(cancellation);
        folder.EraseOld();
    }

    /// <returns>Null: the mail is another round's.</returns>
    private async Task<DeliveryResult?> SendAsync(OutboxMessage row, CancellationToken cancellation)
    {
        switch (outbox.Open(row))
        {
            case Unprotected.KeyMissing:
                // Nobody's mail is lost by it: they wait until the ring fits again.
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
        else if (!result.CostsTry)
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
