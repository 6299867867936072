namespace TwoFactor.Mail.Sending;

using Microsoft.EntityFrameworkCore;
using MimeKit;
using TwoFactor.Storage;

/// <summary>Letters over one connection to a mail server. No transaction of the database is open while it talks.</summary>
/// <remarks>
/// A letter is claimed before, and its row erased after, the server's yes: a process that is killed in between leaves a claim that ends,
/// and then the same bytes go again, under the same Message-ID.
/// </remarks>
internal sealed class SmtpTransport(
    TwoFactorDb database, Undeliverable undeliverable, SmtpOptions server, SmtpBackoff backoff, MailLimits limits, TimeProvider time, ILogger<OutboxSender> logger)
    : MailTransport
{
    private SmtpConnection? connection;

    public override bool IsRemote => true;

    public override int Most => limits.LettersPerConnection;

    public override async Task<bool> OpenAsync(CancellationToken cancellation)
    {
        if (connection is not null)
        {
            return true;
        }

        if (backoff.Pauses)
        {
            return false;
        }

        var opening = new SmtpConnection(server, limits, time);
        if (await opening.ConnectAsync(cancellation) is { } trouble)
        {
            opening.Dispose();
            Pause(trouble.SmtpFailure, trouble.Reply);
            return false;
        }

        connection = opening;
        return true;
    }

    public override async Task<DeliveryResult> HandOverAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation)
    {
        var open = connection ?? throw new InvalidOperationException("There is no connection.");
        if (backoff.WasTaken(row.Id))
        {
            return await EraseAsync(row);
        }

        if (!await ClaimAsync(row, cancellation))
        {
            return DeliveryResult.NotNow;
        }

        // From here on a stop of the program is no reason to leave a note unwritten.
        switch (await open.PostAsync(message, cancellation))
        {
            case SmtpSendResult.Taken:
                backoff.Take(row.Id);
                return await EraseAsync(row);
            case SmtpSendResult.Refused(var reason):
                await undeliverable.PutAsync(row, reason, CancellationToken.None);
                return DeliveryResult.NotNow;
            case SmtpSendResult.Deferred(var reply):
                Mail.Log.Deferred(logger, row.Kind, row.Id, reply, await DeferAsync(row, reply));
                return DeliveryResult.NotNow;
            case SmtpSendResult.Broken(var smtpFailure, var reply):
                await DeferAsync(row, (int)smtpFailure);
                return Pause(smtpFailure, reply);
            case SmtpSendResult.None(var smtpFailure, var reply):
                await ReleaseAsync(row, (int)smtpFailure);
                return Pause(smtpFailure, reply);
            default:
                throw new InvalidOperationException("An answer was added and not thought of here.");
        }
    }

    public override async Task CloseAsync()
    {
        if (connection is { } open)
        {
            connection = null;
            await open.QuitAsync();
            open.Dispose();
        }
    }

    /// <summary>Of two processes that read the same row, the statement lets one through.</summary>
    private async Task<bool> ClaimAsync(OutboxMessage row, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var (tries, ends) = (row.Tries, now + limits.ClaimSeconds);
        return await database.Set<OutboxMessage>()
            .Where(message => message.Id == row.Id && message.Tries == tries && message.NextTryAt <= now && message.SetAsideAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(message => message.Tries, tries + 1).SetProperty(message => message.NextTryAt, ends)
                    .SetProperty(message => message.Trouble, (int?)null),
                cancellation) == 1;
    }

    private async Task<DeliveryResult> EraseAsync(OutboxMessage row)
    {
        await database.Set<OutboxMessage>().Where(message => message.Id == row.Id).ExecuteDeleteAsync(CancellationToken.None);
        backoff.Forget(row.Id);
        Mail.Log.Taken(logger, row.Kind, row.Id);
        if (backoff.EndPause())
        {
            Mail.Log.ServerTakesMail(logger, server.Host, server.Port);
        }

        return DeliveryResult.Done;
    }

    /// <returns>Seconds until its next try.</returns>
    private async Task<long> DeferAsync(OutboxMessage row, int trouble)
    {
        var wait = limits.WaitAfter(row.Tries + 1, limits.LongestWaitSeconds);
        await NoteAsync(row, row.Tries + 1, time.GetUtcNow().ToUnixTimeSeconds() + wait, trouble);
        return wait;
    }

    /// <summary>The server would have refused any letter: this one is as it was.</summary>
    private Task ReleaseAsync(OutboxMessage row, int trouble) => NoteAsync(row, row.Tries, row.NextTryAt, trouble);

    /// <summary>Only while the claim is ours.</summary>
    private Task NoteAsync(OutboxMessage row, int tries, long next, int trouble)
    {
        var ours = row.Tries + 1;
        return database.Set<OutboxMessage>()
            .Where(message => message.Id == row.Id && message.Tries == ours)
            .ExecuteUpdateAsync(
                set => set.SetProperty(message => message.Tries, tries).SetProperty(message => message.NextTryAt, next)
                    .SetProperty(message => message.Trouble, trouble),
                CancellationToken.None);
    }

    private DeliveryResult Pause(SmtpFailure smtpFailure, int? reply)
    {
        Mail.Log.ServerNotUsable(logger, server.Host, server.Port, SmtpFailureText.For(smtpFailure), reply, backoff.Pause(smtpFailure));
        return DeliveryResult.Stop;
    }
}
