namespace TwoFactor.Tests.Commands;

using System.Text.Json;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Mail;
using Xunit;

/// <summary><c>mail list</c> and <c>mail retry</c> on the built program.</summary>
[Slow]
public sealed class MailCommandsTests
{
    [Fact]
    public async Task What_was_not_sent_is_listed_and_sent_after_a_retry()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server =
            await ServerProcess.StartNewAsync(("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"));
        Assert.Equal("Nothing waits to be sent.\n", (await RunAsync(server, "mail", "list")).Output);
        Assert.Equal("Nothing waits that can be tried again.\n", (await RunAsync(server, "mail", "retry")).Output);
        var added = await RunAsync(server, "account", "add", "ana", "--mail", "once-refused@acme.example");

        var message = await Eventually.GetAsync(
            async () => (await JsonAsync(server, "mail", "list", "--json")) is var list && list.GetArrayLength() == 1
                ? (object)list[0]
                : null,
            () => $"No mail was refused. {server.Log}");
        var row = (JsonElement)message;
        Assert.Equal(
            ["id", "kind", "to", "subject", "since", "tries", "why", "next_try", "set_aside"],
            row.EnumerateObject().Select(member => member.Name), StringComparer.Ordinal);
        Assert.Equal(
            ("invitation", "once-refused@acme.example", "You are invited to TwoFactor", 1, "the mail server answered 550", true),
            (row.GetProperty("kind").GetString(), row.GetProperty("to").GetString(), row.GetProperty("subject").GetString(),
                row.GetProperty("tries").GetInt32(), row.GetProperty("why").GetString(), row.GetProperty("set_aside").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, row.GetProperty("next_try").ValueKind);
        var listed = (await RunAsync(server, "mail", "list")).Output;
        Assert.Matches("^[^\t]+Z\tonce-refused@acme.example\tYou are invited to TwoFactor\t1\tthe mail server answered 550\n$", listed);
        Assert.DoesNotContain(Token(added.Output), listed + row, StringComparison.Ordinal);

        var retried = await JsonAsync(server, "mail", "retry", "--json");

        Assert.Equal(1, retried.GetProperty("retried").GetInt32());
        Assert.Equal("once-refused@acme.example", (await Eventually.GetAsync(
            async () => (await mail.MessagesAsync()).SingleOrDefault(), () => $"No mail came. {server.Log}")).To);
        Assert.Equal(1L, await DatabaseFile.AskAsync(
            server.DatabaseFile, "SELECT COUNT(*) FROM audit_event WHERE kind='mail.retried' AND number=1 AND actor_kind=3"));
    }

    [Fact]
    public async Task Without_a_running_server_a_retry_leaves_the_mail_due_for_the_next_start()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server =
            await ServerProcess.StartNewAsync(("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"));
        await RunAsync(server, "account", "add", "ana", "--mail", "once-refused@acme.example");
        await Eventually.GetAsync(
            async () => (await RunAsync(server, "mail", "list")).Output.Contains("550", StringComparison.Ordinal)
                ? "refused"
                : null, () => $"No mail was refused. {server.Log}");
        Assert.Equal(0, await server.StopAsync());

        Assert.Equal(
            "Due now: 1. A mail server that could not be used is called again within minutes.\n",
            (await RunAsync(server, "mail", "retry")).Output);
        await server.StartAsync();

        Assert.NotNull(
            await Eventually.GetAsync(async () => (await mail.MessagesAsync()).SingleOrDefault(), () => $"No mail came. {server.Log}"));
    }

    private static async Task<Execution> RunAsync(ServerProcess server, params string[] command)
    {
        var done = await server.RunAsync(command);
        Assert.Equal((0, ""), (done.ExitCode, done.Error));
        return done;
    }

    private static async Task<JsonElement> JsonAsync(ServerProcess server, params string[] command)
    {
        using var answer = JsonDocument.Parse((await RunAsync(server, command)).Output);
        return answer.RootElement.Clone();
    }

    /// <summary>What the printed link ends with.</summary>
    private static string Token(string output) => output.Split('\n')[0].Split('/')[^1];
}
