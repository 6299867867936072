namespace TwoFactor.Hosting.Startup;

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TwoFactor.Accounts;
using TwoFactor.Mail;
using TwoFactor.Mail.Sending;

/// <summary>Reads <c>Smtp:*</c>: nothing, or a mail server that is only reached over TLS, unless it is on this machine.</summary>
internal sealed class MailSettings(IConfiguration configuration, List<InvalidSetting> refusals)
{
    private const string Root = "Smtp";

    private static readonly string[] Known =
        ["Host", "Port", "Security", "UserName", "Password", "From", "CertificateAuthority", "HelloName"];

    public static MailRoute Read(IConfiguration configuration, PublicUrl publicUrl, List<InvalidSetting> refusals) =>
        new MailSettings(configuration, refusals).Read(publicUrl.MailDomain);

    private MailRoute Read(string domain)
    {
        var defaultFrom = $"no-reply@{domain}";
        var given = configuration.GetSection(Root).GetChildren().Select(entry => entry.Key).Where(key => Text(key) is not null).ToList();
        foreach (var key in given.Where(key => !Known.Contains(key, StringComparer.OrdinalIgnoreCase)))
        {
            // The value is hidden, because it may be a password under a mistyped name.
            Refuse(key, "…", $"one of {string.Join(", ", Known)}", "not set");
        }

        if (given.Count == 0)
        {
            return new MailRoute(defaultFrom, null);
        }

        var (host, security) = (ReadHost(), ReadSecurity());
        if (security is SmtpSecurity.None && !IsThisMachine(host))
        {
            Refuse("Security", Text("Security"), "StartTls or Tls, since Smtp:Host is not this machine", nameof(SmtpSecurity.StartTls));
        }

        var from = Text("From") ?? defaultFrom;
        if (Text("From") is not null && MailAddress.Normalise(from) is null)
        {
            Refuse("From", from, "a mail address, like no-reply@acme.example", "no-reply@ the host of TwoFactor:PublicUrl");
        }

        var (name, password) = ReadLogin();
        return new MailRoute(
            from, new SmtpOptions(host, ReadPort(security), security, name, password, ReadAuthority(), ReadHelloName(domain)));
    }

    private string ReadHost()
    {
        var host = Text("Host") ?? "";
        if (host.Length == 0)
        {
            Refuse("Host", host, "given, since other settings of Smtp are", "none: mails become files");
        }
        else if (Uri.CheckHostName(host) is UriHostNameType.Unknown)
        {
            Refuse("Host", host, "the name or number of a mail server, like smtp.acme.example", "none: mails become files");
        }

        return host;
    }

    private SmtpSecurity ReadSecurity()
    {
        var word = Text("Security") ?? nameof(SmtpSecurity.StartTls);
        foreach (var security in Enum.GetValues<SmtpSecurity>()
            .Where(security => word.Equals($"{security}", StringComparison.OrdinalIgnoreCase)))
        {
            return security;
        }

        Refuse("Security", word, "StartTls, Tls or None", nameof(SmtpSecurity.StartTls));
        return SmtpSecurity.StartTls;
    }

    private int ReadPort(SmtpSecurity security)
    {
        // RFC 6409 §3.1, RFC 8314 §7.3; a mail server on the same machine listens on 25.
        var fallback = security switch { SmtpSecurity.Tls => 465, SmtpSecurity.None => 25, _ => 587 };
        if (Text("Port") is not { } given)
        {
            return fallback;
        }

        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort)
        {
            return port;
        }

        Refuse("Port", given, $"a whole number from 1 to {IPEndPoint.MaxPort}", $"{fallback}");
        return fallback;
    }

    private (string? Name, string? Password) ReadLogin()
    {
        var (name, password) = (Text("UserName"), Settings.WithoutLineEnd(Text("Password")));
        if (name is not null && password is null)
        {
            Refuse("Password", null, "given, since Smtp:UserName is", "none");
        }
        else if (name is null && password is not null)
        {
            Refuse("UserName", null, "given, since Smtp:Password is", "none");
        }

        return (name, password);
    }

    private X509Certificate2Collection? ReadAuthority()
    {
        if (Text("CertificateAuthority") is not { } path)
        {
            return null;
        }

        var authority = new X509Certificate2Collection();
        try
        {
            authority.ImportFromPemFile(Path.GetFullPath(path));
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            authority.Clear();
        }

        if (authority.Count == 0)
        {
            Refuse(
                "CertificateAuthority",
                path,
                "a PEM file with the certificate of the authority that signed the mail server's",
                "the authorities of this machine");
        }

        return authority;
    }

    private string ReadHelloName(string domain)
    {
        if (Text("HelloName") is not { } name)
        {
            return domain;
        }

        var number = name is ['[', .. var inside, ']'] ? inside.Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase) : null;
        if (number is null ? Uri.CheckHostName(name) is not UriHostNameType.Dns : !IPAddress.TryParse(number, out _))
        {
            Refuse("HelloName", name, "a full host name, or a number in brackets", "the host of TwoFactor:PublicUrl");
        }

        return name;
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var number) && IPAddress.IsLoopback(number));

    private string? Text(string key) => configuration[$"{Root}:{key}"] is { Length: > 0 } value ? value : null;

    private void Refuse(string key, string? value, string mustBe, string fallback) =>
        refusals.Add(new InvalidSetting($"{Root}:{key}", value, mustBe, fallback));
}
