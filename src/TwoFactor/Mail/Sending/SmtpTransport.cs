namespace TwoFactor.Mail.Sending;

using MimeKit;

/// <summary>Sends messages over one connection to a mail server. When the server cannot be used, it is not called for a while.</summary>
internal sealed class SmtpTransport(
    SmtpOptions server, SmtpBackoff backoff, MailLimits limits, TimeProvider time, ILogger<OutboxSender> logger)
    : MailTransport
{
    private SmtpConnection? connection;

    public override bool IsRemote => true;

    public override int MessagesPerRound => limits.MessagesPerConnection;

    public override TimeSpan ClaimTime => limits.ClaimTime;

    public override async Task CloseAsync()
    {
        if (connection is { } open)
        {
            connection = null;
            await open.QuitAsync();
            open.Dispose();
        }
    }

    protected override async Task<DeliveryResult?> ConnectAsync(CancellationToken cancellation)
    {
        if (connection is not null)
        {
            return null;
        }

        if (backoff.Pauses)
        {
            return backoff.Met ?? new DeliveryResult(DeliveryKind.Unexpected);
        }

        var opening = new SmtpConnection(server, limits, time);
        if (await opening.ConnectAsync(cancellation) is { } failure)
        {
            opening.Dispose();
            Pause(failure);
            return failure;
        }

        connection = opening;
        return null;
    }

    protected override async Task<DeliveryResult> HandOverAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation)
    {
        var open = connection ?? throw new InvalidOperationException("There is no connection.");
        var result = await open.SendAsync(message, cancellation);
        if (result.Kind is DeliveryKind.Delivered)
        {
            Mail.Log.Taken(logger, row.Kind, row.Id);
            if (backoff.EndPause())
            {
                Mail.Log.ServerTakesMail(logger, server.Host, server.Port);
            }
        }
        else if (result.EndsRound)
        {
            Pause(result);
        }

        return result;
    }

    private void Pause(DeliveryResult failure) =>
        Mail.Log.ServerNotUsable(
            logger, server.Host, server.Port, failure.ServerText, failure.Reply, (long)backoff.Pause(failure).TotalSeconds);
}
