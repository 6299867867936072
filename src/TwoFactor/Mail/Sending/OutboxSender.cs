namespace TwoFactor.Mail;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Empties the outbox, oldest letter first: to a mail server or, without one, into files.</summary>
public sealed class OutboxSender(
    TwoFactorDb database,
    SecretsRing ring,
    RingWatch watch,
    Composer composer,
    Carrier carrier,
    Shelf shelf,
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
            for (var tried = 0; tried < carrier.Most && await NextAsync(cancellation) is { } row; tried++)
            {
                var answer = await SendAsync(row, cancellation);
                sent += answer is HandOver.Done ? 1 : 0;
                if (answer is HandOver.Stop)
                {
                    break;
                }
            }
        }
        finally
        {
            await carrier.CloseAsync();
        }

        return sent;
    }

    /// <summary>What a process does with the outbox before it ends: files are written, but no mail server is waited for.</summary>
    /// <remarks>Its letters are the running server's, within a second, or the next start's.</remarks>
    public Task<int> FinishAsync(CancellationToken cancellation) => carrier.IsRemote ? Task.FromResult(0) : SendAsync(cancellation);

    private Task<OutboxMessage?> NextAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (due, youngest) = (now.ToUnixTimeSeconds(), now.AddDays(-limits.GiveUpDays).ToUnixTimeSeconds());
        return database.Set<OutboxMessage>().AsNoTracking()
            .Where(message => message.SetAsideAt == null && message.NextTryAt <= due && (message.RetriedAt ?? message.CreatedAt) > youngest)
            .OrderBy(message => message.CreatedAt).ThenBy(message => message.Id)
            .FirstOrDefaultAsync(cancellation);
    }

    private async Task<HandOver> SendAsync(OutboxMessage row, CancellationToken cancellation)
    {
        switch (ring.Open(new Sealed(row.Ciphertext, row.KeyId), watch.Current.Readable, Outbox.Purpose, Outbox.Row(row.Id, row.AccountId)))
        {
            case Opened.KeyMissing:
                // Nobody's letter is lost by it: they wait until the ring fits again.
                Log.KeyMissing(logger, row.Id, row.KeyId);
                return HandOver.Stop;
            case Opened.Plain plain:
                using (var message = composer.Compose(row, plain.Bytes))
                {
                    return message is null
                        ? await SetAsideAsync(row, SetAsideReasons.NoAddress, cancellation)
                        : await carrier.OpenAsync(cancellation) ? await carrier.HandOverAsync(row, message, cancellation) : HandOver.Stop;
                }

            default:
                return await SetAsideAsync(row, SetAsideReasons.Unreadable, cancellation);
        }
    }

    private async Task<HandOver> SetAsideAsync(OutboxMessage row, int reason, CancellationToken cancellation)
    {
        await shelf.PutAsync(row, reason, cancellation);
        return HandOver.NotNow;
    }
}
