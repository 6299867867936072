namespace TwoFactor.Mail.Sending;

using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

/// <summary>One connection to a mail server. Every wait ends with the server's answer or at a time limit of our own.</summary>
internal sealed class SmtpConnection : IDisposable
{
    /// <summary>
    /// How long a message under way may still take when the program is told to stop: enough for a server that works, and little of the time
    /// that the host has.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>RFC 4954 §6: log in first.</summary>
    private const int NoLogin = 530;

    private readonly SmtpOptions server;
    private readonly MailLimits limits;
    private readonly TimeProvider time;
    private readonly CertificateCheck check;
    private readonly Client client;

    public SmtpConnection(SmtpOptions server, MailLimits limits, TimeProvider time)
    {
        (this.server, this.limits, this.time) = (server, limits, time);
        check = new CertificateCheck(server.Authority);
        client = new Client
        {
            LocalDomain = server.HelloName,
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = check.Accepts,
            Timeout = (int)limits.MessageTime.TotalMilliseconds,
        };
    }

    /// <summary>Connects and logs in. Returns null when it is ready for messages.</summary>
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
                NotSupportedException => new DeliveryResult(client.IsConnected ? DeliveryKind.NoLoginMethod : DeliveryKind.NoStartTls),
                AuthenticationException => new DeliveryResult(DeliveryKind.LoginRefused),
                SmtpCommandException refusal => new DeliveryResult(DeliveryKind.ServerRefuses, (int)refusal.StatusCode),
                SocketException => new DeliveryResult(DeliveryKind.NotReachable),
                IOException or ProtocolException => new DeliveryResult(DeliveryKind.ConnectionClosed),
                _ => new DeliveryResult(DeliveryKind.Unexpected),
            };
        }
    }

    /// <summary>Sends one message completely or not at all, within the time limit.</summary>
    /// <remarks>
    /// A stop of the program does not end it at once: after the last byte, only the server's answer tells whether the message was taken.
    /// </remarks>
    public async Task<DeliveryResult> SendAsync(MimeMessage message, CancellationToken stop)
    {
        if (!client.Capabilities.HasFlag(SmtpCapabilities.UTF8) && message.To.Mailboxes.Any(to => !Ascii.IsValid(to.LocalPart)))
        {
            // RFC 6531 §3.1: a server that does not offer SMTPUTF8 must not get such an address. A domain also has an ASCII form; the part
            // before the @ has none.
            return new DeliveryResult(DeliveryKind.AddressNotTaken);
        }

        using var limit = new CancellationTokenSource(limits.MessageTime, time);
        await using var hurry = stop.Register(() => limit.CancelAfter(Grace));
        try
        {
            client.IsSenderAccepted = false;
            await client.SendAsync(message, limit.Token);
            return DeliveryResult.Delivered;
        }
        catch (Exception exception)
        {
            return exception switch
            {
                OperationCanceledException or TimeoutException => new DeliveryResult(DeliveryKind.TimedOut),
                SmtpCommandException refusal => Judge(refusal.ErrorCode, (int)refusal.StatusCode),
                ServiceNotAuthenticatedException when client.IsSenderAccepted => new DeliveryResult(DeliveryKind.Deferred, NoLogin),
                ServiceNotAuthenticatedException => new DeliveryResult(DeliveryKind.LoginNeeded, NoLogin),
                IOException or ProtocolException or SocketException or ServiceNotConnectedException =>
                    new DeliveryResult(DeliveryKind.ConnectionClosed),
                _ => new DeliveryResult(DeliveryKind.Unexpected),
            };
        }
    }

    /// <summary>Ends the SMTP session politely, if the server still answers.</summary>
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
            // The messages were answered before, so a failure here changes nothing.
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>
    /// RFC 5321 §4.2.1: 4yz is a transient refusal, 5yz a permanent one. §3.8: 421 concerns the whole connection. A server that refuses
    /// our sender refuses every message. §4.2.2: 500 and 502 to 504 may concern our own commands ("504 need fully-qualified hostname"),
    /// and RFC 4954 §6: 530 our login. They do not make a message undeliverable, and they do not stop the others, since one recipient may
    /// also cause them.
    /// </summary>
    private static DeliveryResult Judge(SmtpErrorCode about, int reply) => (about, reply) switch
    {
        (SmtpErrorCode.SenderNotAccepted, < 500) => new DeliveryResult(DeliveryKind.ServerRefuses, reply),
        (SmtpErrorCode.SenderNotAccepted, _) => new DeliveryResult(DeliveryKind.SenderRefused, reply),
        (_, 421) => new DeliveryResult(DeliveryKind.ShutsDown, reply),
        (_, 500 or 502 or 503 or 504 or NoLogin) => new DeliveryResult(DeliveryKind.Deferred, reply),
        (SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted, >= 500) => new DeliveryResult(DeliveryKind.Refused, reply),
        _ => new DeliveryResult(DeliveryKind.Deferred, reply),
    };

    /// <summary>Knows how far a message came: what is said after its sender was accepted may concern its recipient alone.</summary>
    private sealed class Client : SmtpClient
    {
        public bool IsSenderAccepted { get; set; }

        protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            IsSenderAccepted = true;
            base.OnSenderAccepted(message, mailbox, response);
        }
    }

    private SecureSocketOptions Protection => server.Security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
