namespace TwoFactor.Mail.Sending;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>Why a letter was set aside, as the number of its row and event: one of these, or the reply code of the mail server (RFC 5321 §4.2.1: 500 to 599).</summary>
public static class UndeliverableReasons
{
    /// <summary>The row was altered.</summary>
    public const int Unreadable = 1;

    /// <summary>Its address is none.</summary>
    public const int NoAddress = 2;

    /// <summary>It could not be sent for too long.</summary>
    public const int GivenUp = 3;

    /// <summary>Its address has signs that the mail server does not take (RFC 6531).</summary>
    public const int AddressNotTaken = 4;

    /// <summary>From here on a number is a reply code.</summary>
    internal const int FirstReplyCode = 200;
}

/// <summary>Where letters lie that nobody can send: kept for a while, told once, audited, and in nobody's way.</summary>
public sealed class Undeliverable(TwoFactorDb database, AuditLog audit, TimeProvider time, ILogger<OutboxSender> logger)
{
    /// <param name="reason">One of <see cref="UndeliverableReasons"/>, or the server's reply code.</param>
    /// <returns>False: it was not there any more, or lay there already.</returns>
    public async Task<bool> PutAsync(OutboxMessage row, int reason, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(row);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var isFirst = await database.InTransactionAsync(
            async () =>
            {
                var changed = await database.Set<OutboxMessage>()
                    .Where(message => message.Id == row.Id && message.SetAsideAt == null)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(message => message.SetAsideAt, now).SetProperty(message => message.SetAsideReason, reason), cancellation);
                if (changed == 1)
                {
                    audit.Record(AuditKinds.MailSetAside, row.AccountId, Actor.Server, reason);
                }

                return changed == 1;
            },
            cancellation);
        if (isFirst)
        {
            Mail.Log.SetAside(logger, row.Kind, row.Id, reason);
        }

        return isFirst;
    }
}
