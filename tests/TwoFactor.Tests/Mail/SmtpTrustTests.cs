namespace TwoFactor.Tests.Mail;

using Microsoft.Extensions.Logging;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Nothing is said to a mail server that cannot prove who it is, nor a password without TLS: the mails wait, and the log says why.
/// </summary>
[Slow]
public sealed class SmtpTrustTests
{
    private const string UntrustedWords = "its certificate comes from no authority that is trusted here (Smtp:CertificateAuthority)";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<SmtpSecurity> Protected => [SmtpSecurity.StartTls, SmtpSecurity.Tls];

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task A_certificate_for_another_name_gets_no_mail(SmtpSecurity security)
    {
        using var certificateAuthority = new CertificateAuthority("smtp.other.example");
        await AssertNotSentAsync(
            certificateAuthority, certificateAuthority, security, "its certificate is for another name than Smtp:Host");
    }

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task A_certificate_of_an_authority_that_this_machine_does_not_know_gets_no_mail(SmtpSecurity security)
    {
        using var certificateAuthority = new CertificateAuthority();
        await AssertNotSentAsync(certificateAuthority, null, security, UntrustedWords);
    }

    [Theory]
    [MemberData(nameof(Protected))]
    public async Task A_certificate_of_another_authority_of_the_same_name_gets_no_mail(SmtpSecurity security)
    {
        using var certificateAuthority = new CertificateAuthority();
        using var other = new CertificateAuthority();
        await AssertNotSentAsync(certificateAuthority, other, security, UntrustedWords);
    }

    [Theory]
    [InlineData(-90, -1)]
    [InlineData(1, 90)]
    public async Task A_certificate_that_is_over_or_has_not_begun_gets_no_mail(int from, int to)
    {
        using var certificateAuthority = new CertificateAuthority(days: (from, to));
        await AssertNotSentAsync(
            certificateAuthority, certificateAuthority, SmtpSecurity.StartTls, "its certificate is not valid yet, or any more");
    }

    [Fact]
    public async Task A_certificate_that_is_not_for_servers_gets_no_mail()
    {
        using var certificateAuthority = new CertificateAuthority(isForServers: false);
        await AssertNotSentAsync(certificateAuthority, certificateAuthority, SmtpSecurity.StartTls, UntrustedWords);
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_nothing_at_all()
    {
        await using var server = await MailServer.StartAsync("--login", "twofactor", "open sesame");
        await AssertNotSentAsync(
            server, server.Options(
                SmtpSecurity.StartTls,
                null,
                "twofactor",
                "open sesame"), "it offers no STARTTLS, and nothing is sent without (Smtp:Security)");
    }

    [Fact]
    public async Task A_server_that_speaks_plainly_where_TLS_was_said_gets_nothing_at_all()
    {
        await using var server = await MailServer.StartAsync();
        await AssertNotSentAsync(server, server.Options(SmtpSecurity.Tls), "TLS did not come about (Smtp:Security)");
    }

    [Fact]
    public async Task A_wrong_login_is_told_and_the_password_is_not()
    {
        using var certificateAuthority = new CertificateAuthority();
        await using var server = await MailServer.StartWithStartTlsAsync(certificateAuthority, "--login", "twofactor", "open sesame");
        await AssertNotSentAsync(
            server, server.Options(
                SmtpSecurity.StartTls, certificateAuthority, "twofactor", "open barley"), "it refused Smtp:UserName and Smtp:Password");
    }

    [Fact]
    public async Task A_server_that_wants_a_login_and_gets_none_is_told_so()
    {
        using var certificateAuthority = new CertificateAuthority();
        await using var server = await MailServer.StartWithStartTlsAsync(certificateAuthority, "--login", "twofactor", "open sesame");
        await AssertNotSentAsync(
            server, server.Options(SmtpSecurity.StartTls, certificateAuthority), "it wants Smtp:UserName and Smtp:Password");
    }

    [Fact]
    public async Task A_server_without_logins_gets_no_password()
    {
        using var certificateAuthority = new CertificateAuthority();
        await using var server = await MailServer.StartWithStartTlsAsync(certificateAuthority, "--no-login");
        await AssertNotSentAsync(
            server, server.Options(
                SmtpSecurity.StartTls,
                certificateAuthority,
                "twofactor",
                "open sesame"), "it offers no login that fits Smtp:UserName and Smtp:Password");
    }

    private static async Task AssertNotSentAsync(
        CertificateAuthority certificateAuthority, CertificateAuthority? trusted, SmtpSecurity security, string words)
    {
        await using var server = security is SmtpSecurity.Tls
            ? await MailServer.StartWithTlsAsync(certificateAuthority)
            : await MailServer.StartWithStartTlsAsync(certificateAuthority);
        await AssertNotSentAsync(server, server.Options(security, trusted), words);
    }

    /// <summary>Not sent, said, nothing charged, tried again after growing waits.</summary>
    private static async Task AssertNotSentAsync(MailServer server, SmtpOptions options, string words)
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: options);
        await host.AddAsync(host.Invitation(), Cancellation);
        foreach (var wait in (int[])[10, 20, 40])
        {
            Assert.Equal(0, await host.SendAsync(Cancellation));
            Assert.Equal(0, await host.SendAsync(Cancellation));
            var (level, text) = host.Lines.Last();
            Assert.Equal(LogLevel.Warning, level);
            Assert.StartsWith($"The mail server 127.0.0.1:{server.Port} cannot be used: {words}.", text, StringComparison.Ordinal);
            Assert.EndsWith($"The mails wait; next try in {wait} s", text, StringComparison.Ordinal);
            host.Time.Advance(TimeSpan.FromSeconds(wait));
        }

        Assert.Equal(3, host.Lines.Count);
        Assert.DoesNotContain(
            host.Lines,
            line => line.Text.Contains("open ", StringComparison.Ordinal) || line.Text.Contains("@acme", StringComparison.Ordinal));
        Assert.Empty(await server.MessagesAsync());
        var row = Assert.Single(await host.RowsAsync(Cancellation));
        Assert.Equal((0, UnixTime.Unset, null), (row.Tries, row.NextTryAt, row.SetAsideAt));
    }
}
