namespace TwoFactor.Tests.Mail;

using TwoFactor.Mail;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What the program calls itself to a mail server: some take no mail from a bare host name.</summary>
[Slow]
public sealed class SmtpHelloTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_wants_our_full_name_gets_it_and_what_it_says_about_us_makes_no_mail_undeliverable()
    {
        await using var server = await MailServer.StartAsync("--full-name");
        await using var named = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await using var bare = await MailTestHost.OpenAsync(
            Cancellation, smtp: server.Options(SmtpSecurity.None, helloName: "localhost"));
        await named.AddAsync(named.Invitation(), Cancellation);
        await bare.AddAsync(bare.Invitation(), Cancellation);
        await bare.AddAsync(bare.Invitation(), Cancellation);

        Assert.Equal(1, await named.SendAsync(Cancellation));
        Assert.Equal(0, await bare.SendAsync(Cancellation));

        Assert.Equal("sso.acme.example", Assert.Single(await server.MessagesAsync()).Hello);
        var rows = await bare.RowsAsync(Cancellation);
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(
            (1, null, DeliveryKind.Deferred, 504), (row.Tries, row.SetAsideAt, row.LastKind, row.LastReply)));
    }

    /// <summary>Some servers answer so to an address that they find incomplete: whoever has one must not silence the server.</summary>
    [Theory]
    [InlineData("504 5.5.2 <{0}>: Recipient address rejected: need fully-qualified address")]
    [InlineData("530 5.7.0 <{0}>: log in first")]
    [InlineData("503 5.5.1 <{0}>: not now")]
    public async Task A_recipient_who_is_answered_like_a_mistake_of_ours_stops_nobody_else_s_mail(string answer)
    {
        await using var server = await MailServer.StartAsync("--bare", answer);
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("bare@intern"), Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);

        Assert.Equal(1, await host.SendAsync(Cancellation));

        Assert.Equal("grace@acme.example", Assert.Single(await server.MessagesAsync()).To);
        var row = Assert.Single(await host.RowsAsync(Cancellation));
        Assert.Equal((1, null, DeliveryKind.Deferred), (row.Tries, row.SetAsideAt, row.LastKind));
    }

    [Theory]
    [InlineData("https://sso.acme.example", "sso.acme.example")]
    [InlineData("https://192.0.2.1:8443", "[192.0.2.1]")]
    [InlineData("https://[2001:db8::1]", "[IPv6:2001:db8::1]")]
    public async Task It_says_the_host_of_its_public_address(string url, string hello)
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(
            Cancellation, url: url, smtp: server.Options(SmtpSecurity.None, helloName: new PublicUrl(new Uri(url)).MailDomain));
        await host.AddAsync(host.Invitation(), Cancellation);

        await host.SendAsync(Cancellation);

        Assert.Equal(hello, Assert.Single(await server.MessagesAsync()).Hello);
    }
}
