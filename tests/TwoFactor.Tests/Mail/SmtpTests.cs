namespace TwoFactor.Tests.Mail;

using TwoFactor.Mail.Sending;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Mails go to a real mail server over TLS, each once, in their order, and their rows are erased.</summary>
[Slow]
public sealed class SmtpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task A_mail_goes_over_TLS_after_a_login_and_its_row_is_erased(SmtpSecurity security)
    {
        using var certificateAuthority = new CertificateAuthority();
        await using var server = security is SmtpSecurity.Tls
            ? await MailServer.StartWithTlsAsync(certificateAuthority, "--login", "twofactor", "open sesame")
            : await MailServer.StartWithStartTlsAsync(certificateAuthority, "--login", "twofactor", "open sesame");
        await using var host =
            await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(security, certificateAuthority, "twofactor", "open sesame"));
        var message = host.Invitation();
        await host.AddAsync(message, Cancellation);
        var row = Assert.Single(await host.RowsAsync(Cancellation));

        Assert.Equal(1, await host.SendAsync(Cancellation));

        var taken = Assert.Single(await server.MessagesAsync());
        Assert.True(taken is { IsProtected: true, IsLoggedIn: true });
        Assert.Equal("no-reply@sso.acme.example grace@acme.example", taken.Envelope);
        Assert.Equal($"{row.Id:N}@sso.acme.example", taken.Message.MessageId);
        Assert.Equal(message.Text, taken.Message.TextBody!.ReplaceLineEndings("\n"));
        Assert.Equal(message.Html, taken.Message.HtmlBody!.ReplaceLineEndings("\n"));
        Assert.Empty(await host.RowsAsync(Cancellation));
        Assert.Empty(host.Files());
        Assert.Equal(0, await host.SendAsync(Cancellation));
    }

    [Fact]
    public async Task Many_mails_go_in_their_order_several_over_one_connection()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        for (var number = 0; number < 60; number++)
        {
            await host.AddAsync(host.Invitation($"grace{number}@acme.example"), Cancellation);
            host.Time.Advance(TimeSpan.FromMilliseconds(300));
        }

        Assert.Equal(50, await host.SendAsync(Cancellation));
        Assert.Equal(10, await host.SendAsync(Cancellation));

        var messages = await server.MessagesAsync();
        Assert.Equal(
            Enumerable.Range(0, 60).Select(number => $"grace{number}@acme.example"),
            messages.Select(message => message.To),
            StringComparer.Ordinal);
        Assert.Equal(["1", "2"], messages.Select(message => message.Connection).Distinct(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Two_senders_at_once_send_every_mail_once()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        for (var number = 0; number < 40; number++)
        {
            await host.AddAsync(host.Invitation($"grace{number}@acme.example"), Cancellation);
        }

        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => host.SendAsync(Cancellation), Cancellation)));

        Assert.Equal(40, sent.Sum());
        Assert.Distinct((await server.MessagesAsync()).Select(message => message.To), StringComparer.Ordinal);
        Assert.Equal(40, (await server.MessagesAsync()).Count);
        Assert.Empty(await host.RowsAsync(Cancellation));
    }

    [Fact]
    public async Task A_name_beyond_ASCII_goes_where_the_server_takes_it_and_is_set_aside_where_not()
    {
        await using var server = await MailServer.StartAsync();
        await using var modern = await MailServer.StartAsync("--utf8");
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await using var other = await MailTestHost.OpenAsync(Cancellation, smtp: modern.Options(SmtpSecurity.None));
        foreach (var each in (MailTestHost[])[host, other])
        {
            await each.AddAsync(each.Invitation("zoë@acme.example", "Zoë"), Cancellation);
            await each.AddAsync(each.Invitation("grace@bücher.example", "Grace"), Cancellation);
        }

        Assert.Equal(1, await host.SendAsync(Cancellation));
        Assert.Equal(2, await other.SendAsync(Cancellation));

        Assert.Equal("no-reply@sso.acme.example grace@xn--bcher-kva.example", Assert.Single(await server.MessagesAsync()).Envelope);
        Assert.Equal(DeliveryKind.AddressNotTaken, Assert.Single(await host.RowsAsync(Cancellation)).LastKind);
        Assert.Contains("zoë@acme.example", (await modern.MessagesAsync()).Select(message => message.To), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Letters_come_from_the_address_of_the_settings()
    {
        await using var server = await MailServer.StartAsync();
        await using var host =
            await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None), from: "sign-in@acme.example");
        await host.AddAsync(host.Invitation(), Cancellation);

        await host.SendAsync(Cancellation);

        var taken = Assert.Single(await server.MessagesAsync());
        Assert.Equal("sign-in@acme.example grace@acme.example", taken.Envelope);
        Assert.Equal("sign-in@acme.example", taken.Message.From.Mailboxes.Single().Address);
        Assert.EndsWith("@sso.acme.example", taken.Message.MessageId, StringComparison.Ordinal);
    }
}
