namespace TwoFactor.Mail.Sending;

using System.Security.Cryptography.X509Certificates;

/// <summary>How a connection to the mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>Plain at first, then TLS. Nothing is sent without TLS (RFC 3207).</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,

    /// <summary>Without TLS: for a mail server on this machine only.</summary>
    None,
}

/// <summary>The mail server that takes our messages.</summary>
/// <param name="UserName">Null when the server needs no login.</param>
/// <param name="HelloName">What we call ourselves in EHLO (RFC 5321 §4.1.1.1): a full host name, or a number in brackets.</param>
/// <param name="Authority">The only authorities that are trusted for the server's certificate; null for those that the machine
/// trusts.</param>
public sealed record SmtpOptions(
    string Host, int Port, SmtpSecurity Security, string? UserName, string? Password, X509Certificate2Collection? Authority,
    string HelloName)
{
    /// <summary>Leaves out the password, which must not appear in a log.</summary>
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>How messages leave: to a mail server, or as files.</summary>
/// <param name="From">The address of the sender.</param>
/// <param name="Smtp">The mail server; null when messages become files.</param>
public sealed record MailRoute(string From, SmtpOptions? Smtp)
{
    public bool IsSetUp => Smtp is not null;
}
