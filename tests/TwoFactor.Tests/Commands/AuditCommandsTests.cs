namespace TwoFactor.Tests.Commands;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary><c>audit verify</c>, <c>keys check</c>, and what every command leaves behind when it ends.</summary>
[Slow]
public sealed class AuditCommandsTests
{
    [Fact]
    public async Task Without_a_server_a_command_seals_its_events_and_writes_its_mails_before_it_ends()
    {
        await using var server = await ServerProcess.StartNewAsync();
        Assert.Equal(0, await server.StopAsync());

        Assert.Equal(0, (await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example"])).ExitCode);

        Assert.Equal("bob@acme.example", Assert.Single(await server.Mailbox.AllAsync()).To);
        Assert.Equal(0L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM audit_event WHERE sequence IS NULL"));
        Assert.Equal(1L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM audit_event WHERE kind='account.invited'"));
        Assert.Equal(0L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM outbox_message"));
    }

    [Fact]
    public async Task What_was_done_is_done_also_when_its_mail_cannot_be_written_yet()
    {
        await using var server = await ServerProcess.StartNewAsync();
        Assert.Equal(0, await server.StopAsync());
        var outbox = Path.Combine(server.DataDirectory, "outbox");
        if (Directory.Exists(outbox))
        {
            Directory.Delete(outbox, recursive: true);
        }

        await File.WriteAllTextAsync(outbox, "a file where the folder should be", TestContext.Current.CancellationToken);

        var added = await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example"]);

        Assert.Equal(0, added.ExitCode);
        Assert.StartsWith("bob is invited: ", added.Output, StringComparison.Ordinal);
        Assert.StartsWith("This was done. Its events or mails wait for the server: ", added.Error, StringComparison.Ordinal);
        Assert.Equal(1L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM outbox_message"));
        Assert.Equal(0L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM audit_event WHERE sequence IS NULL"));
    }

    [Fact]
    public async Task Verify_says_yes_beside_a_running_server_and_after_it()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);

        var beside = await server.RunAsync(["audit", "verify"]);
        Assert.Equal((0, ""), (beside.ExitCode, beside.Error));
        Assert.Matches("^The chain is intact: [1-9][0-9]* events.\n$", beside.Output);
        var keys = await server.RunAsync(["keys", "check", "--json"]);
        Assert.Equal(
            """{"fits":true,"keys":1,"mark_is_weak":false}""", string.Concat(keys.Output.Where(message => !char.IsWhiteSpace(message))));

        await server.StopAsync();
        var after = await server.RunAsync(["audit", "verify", "--json"]);
        Assert.Equal(0, after.ExitCode);
        Assert.Matches(
            """^\{"intact":true,"events":[1-9][0-9]*,"unsealed":0,"removed":0\}$""",
            string.Concat(after.Output.Where(message => !char.IsWhiteSpace(message))));
    }

    [Fact]
    public async Task Verify_names_a_changed_event_and_what_somebody_else_wrote_to_an_account()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        Assert.Equal(0, (await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example"])).ExitCode);

        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "UPDATE account SET role='admin' WHERE user_name='bob'");
        var promoted = await server.RunAsync(["audit", "verify"]);
        Assert.Equal(1, promoted.ExitCode);
        Assert.Equal(
            "The account bob was altered in the database: person (user name, name, role, password, addresses or dates). Nobody can use "
                + "it. To accept it as it stands: account rewrite bob\n",
            promoted.Output + promoted.Error);
        var edited = await server.RunAsync(["account", "edit", "bob", "--role", "user"]);
        Assert.Equal(1, edited.ExitCode);
        Assert.Contains("This account was altered in the database.", edited.Error, StringComparison.Ordinal);
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "UPDATE account SET role='user' WHERE user_name='bob'");
        Assert.Equal(1, (await server.RunAsync(["account", "rewrite", "bob", "--yes"])).ExitCode);

        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "UPDATE account SET second_mail='bob@home.example' WHERE user_name='bob'");
        var shown = await RewriteAsync(server, "no\n");
        Assert.Equal(1, shown.ExitCode);
        Assert.Contains("second: bob@home.example", shown.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await server.RunAsync(["audit", "verify"])).ExitCode);
        Assert.Equal(0, (await RewriteAsync(server, "yes\n")).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["audit", "verify"])).ExitCode);

        foreach (var (written, back, named) in new[]
        {
            ("held=4", "held=0", "The account bob was altered in the database: guard "),
            ("closed=1", "closed=0", "The account bob was altered in the database: guard "),
            ("fails30=1", "fails30=0", "The wrong codes of bob were written by somebody else"),
            ("fails30_from=1700000000", "fails30_from=0", "The wrong codes of bob were written by somebody else"),
        })
        {
            await DatabaseFile.ExecuteAsync(
                server.DatabaseFile, $"UPDATE code_guard SET {written} WHERE account_id=(SELECT id FROM account WHERE user_name='bob')");
            var guard = await server.RunAsync(["audit", "verify"]);
            Assert.Equal(1, guard.ExitCode);
            Assert.StartsWith(named, guard.Output + guard.Error, StringComparison.Ordinal);
            await DatabaseFile.ExecuteAsync(
                server.DatabaseFile, $"UPDATE code_guard SET {back} WHERE account_id=(SELECT id FROM account WHERE user_name='bob')");
        }

        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "UPDATE audit_event SET at=at+1 WHERE sequence=2");
        var changed = await server.RunAsync(["audit", "verify"]);
        Assert.Equal(1, changed.ExitCode);
        Assert.StartsWith("The chain is broken at event 2 (", changed.Output + changed.Error, StringComparison.Ordinal);
        Assert.EndsWith("This event was changed or inserted.\n", changed.Output + changed.Error, StringComparison.Ordinal);
        var told = await server.RunAsync(["--json", "audit", "verify"]);
        Assert.Equal(1, told.ExitCode);
        using var json = System.Text.Json.JsonDocument.Parse(told.Output);
        Assert.Equal(
            ["intact", "number", "event", "what", "altered_accounts", "altered_counts", "altered_checkpoints", "damages",
                "was_setup_erased"],
            json.RootElement.EnumerateObject().Select(member => member.Name), StringComparer.Ordinal);
        Assert.Equal(2, json.RootElement.GetProperty("number").GetInt64());

        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "UPDATE audit_event SET at=at-1 WHERE sequence=2");
        Assert.Equal(0, (await server.RunAsync(["audit", "verify"])).ExitCode);
    }

    /// <summary>A process of its own, whose standard input answers.</summary>
    private static Task<Execution> RewriteAsync(ServerProcess server, string answer) => Execution.RunAsync(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "TwoFactor.dll"), "account", "rewrite", "bob"],
        answer,
        start => start.Environment["TwoFactor__DataDirectory"] = server.DataDirectory);
}
