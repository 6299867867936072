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
    public async Task A_server_that_wants_our_full_name_gets_it_and_what_it_says_about_us_costs_no_mail_anything()
    {
        await using var server = await MailServer.StartAsync("--full-name");
        await using var named = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await using var bare = await MailTestHost.OpenAsync(
            Cancellation, smtp: server.Options(SmtpSecurity.None, helloName: "localhost"));
        await named.AddAsync(named.Invitation(), Cancellation);
        await bare.AddAsync(bare.Invitation(), Cancellation);

        Assert.Equal(1, await named.SendAsync(Cancellation));
        Assert.Equal(0, await bare.SendAsync(Cancellation));

        Assert.Equal("sso.acme.example", Assert.Single(await server.MessagesAsync()).Hello);
        var row = Assert.Single(await bare.RowsAsync(Cancellation));
        Assert.Equal((0, UnixTime.Unset, null), (row.Tries, row.NextTryAt, row.SetAsideAt));
        Assert.Contains("it takes no mail. Reply code 504.", Assert.Single(bare.Lines).Text, StringComparison.Ordinal);
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
