namespace TwoFactor.Mail.Sending;

using System.Security.Cryptography.X509Certificates;

/// <summary>How a connection to the mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>Plain at first, then TLS; without it nothing is said (RFC 3207).</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,

    /// <summary>Not at all: for a mail server on this machine only.</summary>
    None,
}

/// <summary>The mail server that takes our mails.</summary>
/// <param name="UserName">Null: it asks for no login.</param>
/// <param name="HelloName">What we call ourselves in EHLO (RFC 5321 §4.1.1.1): a full host name, or a number in brackets.</param>
/// <param name="Authority">The only certificates that may stand above the server's own; null: those that the machine trusts.</param>
public sealed record SmtpOptions(
    string Host, int Port, SmtpSecurity Security, string? UserName, string? Password, X509Certificate2Collection? Authority,
    string HelloName)
{
    /// <summary>It holds a password: what is logged by mistake shows none.</summary>
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>By which way mails leave.</summary>
/// <param name="From">The address that they come from.</param>
/// <param name="Smtp">Null: they become files.</param>
public sealed record MailRoute(string From, SmtpOptions? Smtp)
{
    public bool IsSetUp => Smtp is not null;
}
