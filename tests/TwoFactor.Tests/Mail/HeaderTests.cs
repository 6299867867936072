namespace TwoFactor.Tests.Mail;

using MimeKit;
using TwoFactor.Mail;
using Xunit;

public sealed class HeaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no address")]
    [InlineData("grace@acme.example\r\nBcc: eve@evil.example")]
    [InlineData("grace@acme.example, eve@evil.example")]
    public async Task What_is_no_address_gets_no_mail_and_stops_nothing(string address)
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await host.AddAsync(host.Invitation(address), Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);

        Assert.Equal(1, await host.SendAsync(Cancellation));

        using var message = await MimeMessage.LoadAsync(Assert.Single(host.Files()), Cancellation);
        Assert.Equal("grace@acme.example", message.To.Mailboxes.Single().Address);
        Assert.DoesNotContain(message.Headers, header => header.Value.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_start_no_header_of_their_own()
    {
        const string Name = "Zoë\r\nBcc: eve@evil.example\r\n\r\n<script>";
        await using var host = await MailTestHost.OpenAsync(Cancellation, new Brand(Name, "Acme", "your help desk", null));
        await host.AddAsync(host.Invitation(name: Name), Cancellation);
        await host.SendAsync(Cancellation);

        using var message = await MimeMessage.LoadAsync(Assert.Single(host.Files()), Cancellation);

        Assert.Empty(message.Bcc);
        Assert.Equal("Zoë Bcc: eve@evil.example <script>", message.To.Single().Name);
        Assert.Equal("Zoë Bcc: eve@evil.example <script>", message.From.Single().Name);
        Assert.Equal("You are invited to Zoë Bcc: eve@evil.example <script>", message.Subject);
        Assert.DoesNotContain("<script", message.HtmlBody!, StringComparison.Ordinal);
        Assert.Equal(
            ["Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "MIME-Version", "Subject", "To"],
            message.Headers.Select(header => header.Field)
                .Concat(message.Body!.Headers.Select(header => header.Field))
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://localhost:5080", "no-reply@localhost")]
    [InlineData("http://127.0.0.1:5080", "no-reply@[127.0.0.1]")]
    [InlineData("http://[::1]:5080", "no-reply@[IPv6:::1]")]
    [InlineData("https://bücher.example", "no-reply@xn--bcher-kva.example")]
    public async Task Letters_come_from_the_host_of_the_public_address(string url, string from)
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation, url: url);
        await host.AddAsync(host.Invitation(), Cancellation);
        await host.SendAsync(Cancellation);

        using var message = await MimeMessage.LoadAsync(Assert.Single(host.Files()), Cancellation);

        Assert.Equal(from, message.From.Mailboxes.Single().GetAddress(idnEncode: true));
    }
}
