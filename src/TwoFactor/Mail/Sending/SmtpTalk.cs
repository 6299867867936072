namespace TwoFactor.Mail;

using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

/// <summary>What a mail server made of one letter.</summary>
internal abstract record Posted
{
    private Posted()
    {
    }

    /// <summary>The server said yes: it is the server's now.</summary>
    public sealed record Taken : Posted;

    /// <summary>Never this letter.</summary>
    /// <param name="Reason">The server's reply code, or one of <see cref="SetAsideReasons"/>.</param>
    public sealed record Refused(int Reason) : Posted;

    /// <summary>Not this letter, but perhaps later.</summary>
    public sealed record Deferred(int Reply) : Posted;

    /// <summary>The talk ended in the middle of this letter. Whether the server has it, nobody knows.</summary>
    public sealed record Broken(Trouble Trouble, int? Reply = null) : Posted;

    /// <summary>No letter at all, whichever.</summary>
    public sealed record None(Trouble Trouble, int? Reply = null) : Posted;
}

/// <summary>One connection to a mail server. Every wait ends: by the server's answer, or by a limit on our own clock.</summary>
internal sealed class SmtpTalk : IDisposable
{
    /// <summary>What a letter under way still gets when the program is told to stop: enough for a server that works, and little of the time that the host has.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly SmtpOptions server;
    private readonly MailLimits limits;
    private readonly TimeProvider time;
    private readonly CertificateCheck check;
    private readonly SmtpClient client;

    public SmtpTalk(SmtpOptions server, MailLimits limits, TimeProvider time)
    {
        (this.server, this.limits, this.time) = (server, limits, time);
        check = new CertificateCheck(server.Authority);
        client = new SmtpClient
        {
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = check.Accepts,
            Timeout = (int)TimeSpan.FromSeconds(limits.LetterSeconds).TotalMilliseconds,
        };
    }

    /// <summary>Connects and logs in. Null: it is ready for letters.</summary>
    public async Task<Posted.None?> ConnectAsync(CancellationToken cancellation)
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
                OperationCanceledException or TimeoutException => new Posted.None(Trouble.TimedOut),
                SslHandshakeException => new Posted.None(check.Fault ?? Trouble.NoTls),
                NotSupportedException => new Posted.None(client.IsConnected ? Trouble.NoLogin : Trouble.NoStartTls),
                AuthenticationException => new Posted.None(Trouble.LoginRefused),
                SmtpCommandException refusal => new Posted.None(Trouble.TakesNone, (int)refusal.StatusCode),
                SocketException => new Posted.None(Trouble.NotReachable),
                IOException or ProtocolException => new Posted.None(Trouble.Ended),
                _ => new Posted.None(Trouble.Unexpected),
            };
        }
    }

    /// <summary>Hands one letter over, all of it or nothing, within the limit.</summary>
    /// <remarks>A stop of the program does not cut it short at once: after the last byte only the server's yes tells whether the letter is gone.</remarks>
    public async Task<Posted> PostAsync(MimeMessage message, CancellationToken stop)
    {
        if (!client.Capabilities.HasFlag(SmtpCapabilities.UTF8) && message.To.Mailboxes.Any(to => !Ascii.IsValid(to.LocalPart)))
        {
            // RFC 6531 §3.1: who does not offer it must not get it. A domain beyond ASCII has a second spelling, a name has none.
            return new Posted.Refused(SetAsideReasons.AddressNotTaken);
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(limits.LetterSeconds), time);
        await using var hurry = stop.Register(() => limit.CancelAfter(Grace));
        try
        {
            await client.SendAsync(message, limit.Token);
            return new Posted.Taken();
        }
        catch (Exception exception)
        {
            return exception switch
            {
                OperationCanceledException or TimeoutException => new Posted.Broken(Trouble.TimedOut),
                SmtpCommandException refusal => Judge(refusal.ErrorCode, (int)refusal.StatusCode),
                ServiceNotAuthenticatedException => new Posted.None(Trouble.LoginNeeded),
                IOException or ProtocolException or SocketException or ServiceNotConnectedException => new Posted.Broken(Trouble.Ended),
                _ => new Posted.Broken(Trouble.Unexpected),
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
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException or IOException or SocketException or ProtocolException)
        {
            // Nothing depends on it.
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>RFC 5321 §4.2.1: 4yz is for now, 5yz for good; §3.8: 421 is for the whole connection. Who refuses our sender refuses every letter.</summary>
    private static Posted Judge(SmtpErrorCode about, int reply) => (about, reply) switch
    {
        (SmtpErrorCode.SenderNotAccepted, < 500) => new Posted.None(Trouble.TakesNone, reply),
        (SmtpErrorCode.SenderNotAccepted, _) => new Posted.None(Trouble.SenderRefused, reply),
        (_, 421) => new Posted.Broken(Trouble.TakesNone, reply),
        (SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted, >= 500) => new Posted.Refused(reply),
        _ => new Posted.Deferred(reply),
    };

    private SecureSocketOptions Protection => server.Security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
