namespace TwoFactor.Tests.Hosting;

using Microsoft.Extensions.Configuration;
using TwoFactor.Hosting.Startup;
using TwoFactor.Mail.Sending;
using TwoFactor.Tests.Mail;
using Xunit;

/// <summary>A mail server is given whole and safe, or not at all.</summary>
public sealed class MailSettingsTests
{
    private const string Host = "smtp.acme.example";

    public static TheoryData<string, string, string> WrongOnes => new()
    {
        { "Port", "0", "Smtp:Port is '0'. It must be a whole number from 1 to 65535. Default: 587." },
        { "Port", "65536", "Smtp:Port is '65536'. It must be a whole number from 1 to 65535. Default: 587." },
        { "Port", "smtp", "Smtp:Port is 'smtp'. It must be a whole number from 1 to 65535. Default: 587." },
        { "Security", "0", "Smtp:Security is '0'. It must be StartTls, Tls or None. Default: StartTls." },
        { "Security", "Auto", "Smtp:Security is 'Auto'. It must be StartTls, Tls or None. Default: StartTls." },
        { "Security", "None",
            "Smtp:Security is 'None'. It must be StartTls or Tls, since Smtp:Host is not this machine. Default: StartTls." },
        { "From", "Acme <no-reply@acme.example>",
            "Smtp:From is 'Acme <no-reply@acme.example>'. It must be a mail address, like no-reply@acme.example. Default: no-reply@ "
                + "the host of TwoFactor:PublicUrl." },
        { "UserName", "twofactor", "Smtp:Password is ''. It must be given, since Smtp:UserName is. Default: none." },
        { "Password", "open sesame", "Smtp:UserName is ''. It must be given, since Smtp:Password is. Default: none." },
        { "CertificateAuthority", "/nowhere/root.pem",
            "Smtp:CertificateAuthority is '/nowhere/root.pem'. It must be a PEM file with the certificate of the authority that "
                + "signed the mail server's. Default: the authorities of this machine." },
        { "Passwort", "open sesame",
            "Smtp:Passwort is '…'. It must be one of Host, Port, Security, UserName, Password, From, CertificateAuthority, "
                + "HelloName. Default: not set." },
        { "HelloName", "mail server",
            "Smtp:HelloName is 'mail server'. It must be a full host name, or a number in brackets. Default: the host of "
                + "TwoFactor:PublicUrl." },
        { "HelloName", "[mail]",
            "Smtp:HelloName is '[mail]'. It must be a full host name, or a number in brackets. Default: the host of "
                + "TwoFactor:PublicUrl." },
    };

    [Theory]
    [MemberData(nameof(WrongOnes))]
    public void A_wrong_setting_is_named_with_what_would_be_right_and_never_with_a_password(string name, string value, string sentence)
    {
        var refusal = Assert.Single(Assert.IsType<SettingsParseResult.Invalid>(Read(("Host", Host), (name, value))).Refusals);

        Assert.Equal(sentence, refusal.ToString());
        Assert.DoesNotContain("sesame", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_there_is_no_mail_server()
    {
        var settings = Valid();

        Assert.Equal(new MailRoute("no-reply@localhost", null), settings.Route);
        Assert.False(settings.Route.IsSetUp);
        Assert.False(Valid(("Host", ""), ("Password", "")).Route.IsSetUp);
    }

    [Theory]
    [InlineData("", SmtpSecurity.StartTls, 587)]
    [InlineData("StartTls", SmtpSecurity.StartTls, 587)]
    [InlineData("tls", SmtpSecurity.Tls, 465)]
    public void A_host_alone_is_enough_and_TLS_is_what_it_gets(string word, SmtpSecurity security, int port)
    {
        var route = Valid(("Host", Host), ("Security", word)).Route;

        Assert.Equal(new SmtpOptions(Host, port, security, null, null, null, "localhost"), route.Smtp);
        Assert.Equal("no-reply@localhost", route.From);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("::1")]
    public void Without_TLS_only_this_machine_is_talked_to(string host) =>
        Assert.Equal(
            (SmtpSecurity.None, 25),
            Valid(("Host", host), ("Security", "None")).Route.Smtp is { } smtp ? (smtp.Security, smtp.Port) : default);

    [Theory]
    [InlineData("localhost.acme.example")]
    [InlineData("127.0.0.1.acme.example")]
    [InlineData("10.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::ffff:10.0.0.1")]
    public void What_only_looks_like_this_machine_is_not_it(string host) =>
        Assert.Equal(
            "Smtp:Security",
            Assert.Single(Assert.IsType<SettingsParseResult.Invalid>(Read(("Host", host), ("Security", "None"))).Refusals).Name);

    [Fact]
    public void All_of_them_arrive()
    {
        using var certificateAuthority = new CertificateAuthority();

        var route = Valid(
            ("Host", Host), ("Port", "2525"), ("Security", "Tls"), ("UserName", "twofactor"), ("Password", "open sesame"),
            ("From", "sign-in@acme.example"), ("CertificateAuthority", certificateAuthority.RootFile),
            ("HelloName", "mail.acme.example")).Route;

        Assert.Equal("sign-in@acme.example", route.From);
        Assert.Equal("mail.acme.example", route.Smtp!.HelloName);
        Assert.Equal(("twofactor", "open sesame", 2525), (route.Smtp.UserName, route.Smtp.Password, route.Smtp.Port));
        Assert.Equal(certificateAuthority.Trusted[0].Thumbprint, Assert.Single(route.Smtp.Authority!).Thumbprint);
        Assert.DoesNotContain("sesame", $"{route} {route.Smtp}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("open sesame\n")]
    [InlineData("open sesame\r\n")]
    public void The_end_of_the_line_of_a_file_is_no_part_of_a_password(string fromFile) => Assert.Equal(
        "open sesame", Valid(("Host", Host), ("UserName", "twofactor"), ("Password", fromFile)).Route.Smtp!.Password);

    [Theory]
    [InlineData("[192.0.2.1]")]
    [InlineData("[IPv6:2001:db8::1]")]
    public void A_number_in_brackets_is_a_name_to_say_hello_by(string name) =>
        Assert.Equal(name, Valid(("Host", Host), ("HelloName", name)).Route.Smtp!.HelloName);

    private static Settings Valid(params (string Name, string Value)[] settings) =>
        Assert.IsType<SettingsParseResult.Valid>(Read(settings)).Settings;

    private static SettingsParseResult Read(params (string Name, string Value)[] settings) => Settings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Smtp:{setting.Name}", (string?)setting.Value))).Build());
}
