namespace TwoFactor.Tests.Stories;

using System.Net;
using System.Text.RegularExpressions;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Mail;
using Xunit;

/// <summary>The built program beside a real mail server: invitations arrive, and nobody's sign-in ever waits for a mail.</summary>
[Slow]
public sealed partial class SmtpStoryTests
{
    [Fact]
    public async Task An_invitation_goes_over_STARTTLS_and_its_link_opens()
    {
        using var certificateAuthority = new CertificateAuthority();
        await using var mail = await MailServer.StartWithStartTlsAsync(certificateAuthority, "--login", "twofactor", "open sesame");
        await using var server = await ServerProcess.StartNewAsync(
            ("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:UserName", "twofactor"), ("Smtp:Password", "open sesame"),
            ("Smtp:CertificateAuthority", certificateAuthority.RootFile), ("Smtp:From", "sign-in@acme.example"));

        await AddAsync(server, "ana");
        var message =
            await Eventually.GetAsync(async () => (await mail.MessagesAsync()).SingleOrDefault(), () => $"No mail came. {server.Log}");

        Assert.True(message is { IsProtected: true, IsLoggedIn: true });
        Assert.Equal("sign-in@acme.example ana@acme.example", message.Envelope);
        using var ana = server.Visitor();
        var form = await ana.GetAsync(new Uri(Invitation().Match(message.Message.TextBody!).Value));
        Assert.Equal(HttpStatusCode.OK, form.Status);
        await Eventually.GetAsync(async () => await RowsAsync(server) is 0 ? "erased" : null, () => "The row is still there.");
        Assert.False(Directory.Exists(Path.Combine(server.DataDirectory, "outbox")));
        Assert.DoesNotContain("Mail is not set up", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("ana@acme.example", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_leaves_its_mail_to_the_server_and_waits_for_nobody()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server =
            await ServerProcess.StartNewAsync(("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"));
        Assert.Equal(0, await server.StopAsync());

        await AddAsync(server, "ana");

        Assert.Equal(1, await RowsAsync(server));
        Assert.Empty(await mail.MessagesAsync());
        await server.StartAsync();
        await Eventually.GetAsync(async () => (await mail.MessagesAsync()).SingleOrDefault(), () => $"No mail came. {server.Log}");
    }

    [Fact]
    public async Task While_the_mail_server_hangs_people_sign_in_events_are_sealed_and_the_program_stops()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server =
            await ServerProcess.StartNewAsync(("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"));
        using var ada = await NewUser.FirstAdminAsync(server);
        await AddAsync(server, "silent");
        await mail.HasFallenSilentAsync();

        var (browser, page) = await ada.EnterPasswordAsync();
        using var signingIn = browser;
        Assert.Equal("/account", (await browser.SubmitAsync(page, ("code", await ada.NextCodeAsync()))).Path);

        await Eventually.GetAsync(
            async () => await CountAsync(server, "SELECT COUNT(*) FROM audit_event WHERE sequence IS NULL") is 0
                ? "sealed"
                : null, () => "Events are not sealed.");
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(0, await CountAsync(server, "SELECT COUNT(*) FROM audit_event WHERE sequence IS NULL"));
        Assert.Equal(1, await RowsAsync(server));
        Assert.DoesNotContain("failed and will be tried again", server.Log, StringComparison.Ordinal);
    }

    private static async Task AddAsync(ServerProcess server, string name)
    {
        var added = await server.RunAsync(["account", "add", name, "--mail", $"{name}@acme.example"]);
        Assert.True(added.ExitCode is 0, added.Error);
        Assert.StartsWith($"{name} is invited: ", added.Output, StringComparison.Ordinal);
    }

    private static Task<long> RowsAsync(ServerProcess server) => CountAsync(server, "SELECT COUNT(*) FROM outbox_message");

    private static async Task<long> CountAsync(ServerProcess server, string query) =>
        Assert.IsType<long>(await DatabaseFile.AskAsync(server.DatabaseFile, query));

    [GeneratedRegex(@"http://\S+/invitation/\S+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Invitation();
}
