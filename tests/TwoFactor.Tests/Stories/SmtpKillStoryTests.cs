namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Mail;
using Xunit;

/// <summary>
/// The built program, killed after a mail server has said yes and before anything of that is noted: that one mail goes again, and no
/// other.
/// </summary>
[Slow]
public sealed class SmtpKillStoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_with_the_yes_on_its_doorstep_the_program_sends_that_mail_again_and_no_other()
    {
        await using var mail = await MailServer.StartAsync();
        // A claim ends after twice the time of a mail: the shortest that the settings allow.
        await using var server = await ServerProcess.StartNewAloneAsync(
            ("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"), ("Limits:Mail:MessageSeconds", "10"));
        await AddAsync(server, "before");
        await Eventually.GetAsync(
            async () => await RowsAsync(server) is 0 ? "noted" : null, () => $"The first mail did not go. {server.Log}");

        await AddAsync(server, "once-held");
        await mail.HoldsItsYesAsync();
        await StopInItsTracksAsync(server);
        await mail.SayYesAsync();
        await server.KillAsync();

        Assert.Equal(["before@acme.example", "once-held@acme.example"], await RecipientsAsync(mail));
        Assert.Equal(1, await RowsAsync(server));
        await AddAsync(server, "after");
        await server.StartAsync();
        await Eventually.GetAsync(async () => await RowsAsync(server) is 0 ? "noted" : null, () => $"Messages were left. {server.Log}");

        Assert.Equal(
            ["before@acme.example", "once-held@acme.example", "after@acme.example", "once-held@acme.example"], await RecipientsAsync(mail));
        var messages = (await mail.MessagesAsync()).Where(message => message.To.StartsWith("once-held", StringComparison.Ordinal)).ToList();
        Assert.Equal(messages[0].Message.MessageId, messages[1].Message.MessageId);
        Assert.Equal(messages[0].Envelope, messages[1].Envelope);
        Assert.Equal(WithoutConnection(messages[0]), WithoutConnection(messages[1]));
        Assert.Equal(3, (await mail.MessagesAsync()).Select(message => message.Message.MessageId).Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>SIGSTOP: what is sent to it from now on arrives, and it does not look.</summary>
    private static async Task StopInItsTracksAsync(ServerProcess server)
    {
        var stopped = await Execution.RunAsync("/bin/sh", ["-c", $"kill -STOP {server.Id}"]);
        Assert.True(stopped.ExitCode is 0, stopped.Error);
        await Eventually.GetAsync(
            async () => (await File.ReadAllTextAsync($"/proc/{server.Id}/status", Cancellation)).Contains(
                "State:\tT", StringComparison.Ordinal) ? "stopped" : null,
            () => "The program did not stop.");
    }

    private static string WithoutConnection(TakenMail message) =>
        message.Message.ToString().Replace($"X-Connection: {message.Connection}", "", StringComparison.Ordinal);

    private static async Task<IEnumerable<string>> RecipientsAsync(MailServer mail) =>
        (await mail.MessagesAsync()).Select(message => message.To);

    private static async Task AddAsync(ServerProcess server, string name)
    {
        var added = await server.RunAsync(["account", "add", name, "--mail", $"{name}@acme.example"]);
        Assert.True(added.ExitCode is 0, added.Error);
    }

    private static async Task<long> RowsAsync(ServerProcess server) =>
        Assert.IsType<long>(await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM outbox_message"));
}
