namespace TwoFactor.Mail.Sending;

using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

/// <summary>One connection to a mail server. Every wait ends: by the server's answer, or by a limit on our own clock.</summary>
internal sealed class SmtpConnection : IDisposable
{
    /// <summary>
    /// What a mail under way still gets when the program is told to stop: enough for a server that works, and little of the time that
    /// the host has.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly SmtpOptions server;
    private readonly MailLimits limits;
    private readonly TimeProvider time;
    private readonly CertificateCheck check;
    private readonly SmtpClient client;

    public SmtpConnection(SmtpOptions server, MailLimits limits, TimeProvider time)
    {
        (this.server, this.limits, this.time) = (server, limits, time);
        check = new CertificateCheck(server.Authority);
        client = new SmtpClient
        {
            LocalDomain = server.HelloName,
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = check.Accepts,
            Timeout = (int)limits.LetterTime.TotalMilliseconds,
        };
    }

    /// <summary>Connects and logs in. Null: it is ready for mails.</summary>
    public async Task<DeliveryResult?> ConnectAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(limits.ConnectSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await client.ConnectAsync(server.Host, server.Port, Protection, either.Token);
            if (server.UserName is { } name)
            {
                await client.AuthenticateAsync(name, server.Password ?? "", either.Token);
            }

            return null;
        }
        catch (Exception exception)
        {
            cancellation.ThrowIfCancellationRequested();
            return exception switch
            {
                OperationCanceledException or TimeoutException => new DeliveryResult(DeliveryKind.TimedOut),
                SslHandshakeException => new DeliveryResult(check.Fault ?? DeliveryKind.NoTls),
                NotSupportedException => new DeliveryResult(client.IsConnected ? DeliveryKind.NoLogin : DeliveryKind.NoStartTls),
                AuthenticationException => new DeliveryResult(DeliveryKind.LoginRefused),
                SmtpCommandException refusal => new DeliveryResult(DeliveryKind.TakesNone, (int)refusal.StatusCode),
                SocketException => new DeliveryResult(DeliveryKind.NotReachable),
                IOException or ProtocolException => new DeliveryResult(DeliveryKind.Ended),
                _ => new DeliveryResult(DeliveryKind.Unexpected),
            };
        }
    }

    /// <summary>Hands one mail over, all of it or nothing, within the limit.</summary>
    /// <remarks>
    /// A stop of the program does not cut it short at once: after the last byte only the server's yes tells whether the mail is gone.
    /// </remarks>
    public async Task<DeliveryResult> SendAsync(MimeMessage message, CancellationToken stop)
    {
        if (!client.Capabilities.HasFlag(SmtpCapabilities.UTF8) && message.To.Mailboxes.Any(to => !Ascii.IsValid(to.LocalPart)))
        {
            // RFC 6531 §3.1: who does not offer it must not get it. A domain beyond ASCII has a second spelling, a name has none.
            return new DeliveryResult(DeliveryKind.AddressNotTaken);
        }

        using var limit = new CancellationTokenSource(limits.LetterTime, time);
        await using var hurry = stop.Register(() => limit.CancelAfter(Grace));
        try
        {
            await client.SendAsync(message, limit.Token);
            return DeliveryResult.Delivered;
        }
        catch (Exception exception)
        {
            return exception switch
            {
                OperationCanceledException or TimeoutException => new DeliveryResult(DeliveryKind.TimedOut),
                SmtpCommandException refusal => Judge(refusal.ErrorCode, (int)refusal.StatusCode),
                ServiceNotAuthenticatedException => new DeliveryResult(DeliveryKind.LoginNeeded),
                IOException or ProtocolException or SocketException or ServiceNotConnectedException =>
                    new DeliveryResult(DeliveryKind.Ended),
                _ => new DeliveryResult(DeliveryKind.Unexpected),
            };
        }
    }

    /// <summary>Says good-bye where somebody still listens.</summary>
    public async Task QuitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        try
        {
            await client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException or IOException or SocketException
            or ProtocolException)
        {
            // Nothing depends on it.
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>
    /// RFC 5321 §4.2.1: 4yz is for now, 5yz for good; §3.8: 421 is for the whole connection. Who refuses our sender refuses every
    /// mail. §4.2.2: 500 and 502 to 504 are about our commands, as "504 need fully-qualified hostname" is, and RFC 4954 §6: 530 is
    /// about our login; neither is about whom a mail is for. (501 may be: a recipient whose form the server does not take.)
    /// </summary>
    private static DeliveryResult Judge(SmtpErrorCode about, int reply) => (about, reply) switch
    {
        (SmtpErrorCode.SenderNotAccepted, < 500) => new DeliveryResult(DeliveryKind.TakesNone, reply),
        (SmtpErrorCode.SenderNotAccepted, _) => new DeliveryResult(DeliveryKind.SenderRefused, reply),
        (_, 421) => new DeliveryResult(DeliveryKind.ShutsDown, reply),
        (_, 530) => new DeliveryResult(DeliveryKind.LoginNeeded, reply),
        (_, 500 or 502 or 503 or 504) => new DeliveryResult(DeliveryKind.TakesNone, reply),
        (SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted, >= 500) => new DeliveryResult(DeliveryKind.Refused, reply),
        _ => new DeliveryResult(DeliveryKind.Deferred, reply),
    };

    private SecureSocketOptions Protection => server.Security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
