namespace TwoFactor.Tests.Commands;

using System.Globalization;
using System.Text.Json;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary><c>audit export</c>: what it writes is checked by the script of docs/audit.md, with nothing of ours.</summary>
[Slow]
public sealed class AuditExportTests(RunningServer running) : IClassFixture<RunningServer>
{
    private readonly string folder = Directory.CreateDirectory(
        Path.Combine(Path.GetDirectoryName(running.Server.DataDirectory)!, Guid.NewGuid().ToString("N"))).FullName;

    private string ExportFile => Path.Combine(folder, "audit.jsonl");

    [Fact]
    public async Task The_script_of_the_docs_says_yes_to_an_export_and_no_to_a_changed_one()
    {
        Tool.Openssl.Require();
        await running.DoAsync("account", "add", $"u{Guid.NewGuid():N}"[..12], "--mail", $"{Guid.NewGuid():N}@acme.example");
        await running.DoAsync("audit", "export", "--to", ExportFile);
        using var stranger = running.Server.Visitor();
        var jwks = Path.Combine(folder, "jwks.json");
        await File.WriteAllBytesAsync(
            jwks, (await stranger.GetAsync("/.well-known/jwks.json")).Content, TestContext.Current.CancellationToken);
        var script = await ScriptAsync();

        var yes = await Execution.RunAsync("/bin/sh", [script, ExportFile, jwks]);
        Assert.Equal((0, "Verified OK\n", ""), (yes.ExitCode, yes.Output, yes.Error));

        var text = await ReadAsync();
        foreach (var changed in new[]
        {
            text.Replace("account.invited", "account.enabled", StringComparison.Ordinal),
            text[..^1],
            text + "\n",
            string.Join('\n', text.Split('\n').Where((_, line) => line != 2)),
        })
        {
            Assert.NotEqual(text, changed, StringComparer.Ordinal);
            await File.WriteAllTextAsync(ExportFile, changed, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, (await Execution.RunAsync("/bin/sh", [script, ExportFile, jwks])).ExitCode);
        }

        await File.WriteAllTextAsync(ExportFile, text, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await Execution.RunAsync("/bin/sh", [script, ExportFile, jwks])).ExitCode);
        var other = await File.ReadAllTextAsync(jwks, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            jwks, other.Replace("\"kid\":\"", "\"kid\":\"x", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await Execution.RunAsync("/bin/sh", [script, ExportFile, jwks])).ExitCode);
    }

    /// <summary>
    /// Whoever may write in the folder plants a link where an unfinished file would be expected, or in place of the file.
    /// </summary>
    [Fact]
    public async Task No_link_that_somebody_planted_is_followed()
    {
        var victim = Path.Combine(folder, "victim");
        await File.WriteAllTextAsync(victim, "mine", TestContext.Current.CancellationToken);
        foreach (var planted in new[] { ".part", ".sig.part", ".sig", "" })
        {
            File.CreateSymbolicLink(ExportFile + planted, victim);
        }

        await running.DoAsync("audit", "export", "--to", ExportFile, "--force");

        Assert.Equal("mine", await File.ReadAllTextAsync(victim, TestContext.Current.CancellationToken));
        foreach (var made in new[] { ExportFile, ExportFile + ".sig" })
        {
            Assert.Null(new FileInfo(made).LinkTarget);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(made).UnixFileMode);
        }
    }

    [Fact]
    public async Task The_first_line_says_what_it_is_and_each_other_line_is_one_event()
    {
        var answer = await running.AnswerAsync("audit", "export", "--to", ExportFile);

        var lines = (await ReadAsync()).TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var (head, events) = (lines[0], lines[1..]);
        Assert.Equal(("twofactor-audit", 1), (head.GetProperty("format").GetString(), head.GetProperty("version").GetInt32()));
        Assert.Equal(answer.GetProperty("kid").GetString(), head.GetProperty("kid").GetString());
        Assert.Equal((1, events.Count), (head.GetProperty("first").GetInt32(), head.GetProperty("last").GetInt32()));
        Assert.Equal(JsonValueKind.Null, head.GetProperty("mac_before_first").ValueKind);
        Assert.Equal(events[^1].GetProperty("mac").GetString(), head.GetProperty("last_mac").GetString());
        Assert.True(DateTimeOffset.TryParse(head.GetProperty("made_at").GetString(), CultureInfo.InvariantCulture, out _));
        Assert.Equal((events.Count, events.Count), (answer.GetProperty("events").GetInt32(), answer.GetProperty("last").GetInt32()));
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(row => row.GetProperty("sequence").GetInt32()));
        Assert.All(events, row => Assert.Equal(64, row.GetProperty("mac").GetString()!.Length));
        var signedIn = events.First(row => row.GetProperty("kind").ValueEquals("sign-in.completed"));
        Assert.Equal(
            ("Signed in", "ada", "owner", "ada", "Firefox", "Linux", "127.0.0.1"),
            (Text(signedIn, "words"), Text(signedIn, "account_name"), Text(signedIn, "by"), Text(
                signedIn, "actor_name"), Text(signedIn, "browser"), Text(signedIn, "platform"), Text(signedIn, "address")));
        Assert.Equal(
            0, (await running.Server.RunAsync(["audit", "verify", "--head", $"{events.Count}:{Text(events[^1], "mac")}"])).ExitCode);
    }

    [Fact]
    public async Task Both_files_belong_to_their_owner_only_and_nothing_else_is_left()
    {
        await running.DoAsync("audit", "export", "--to", ExportFile);

        Assert.Equal([ExportFile, ExportFile + ".sig"], Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".sig")]
    public async Task What_is_there_stays_unless_it_may_go(string end)
    {
        await File.WriteAllTextAsync(ExportFile + end, "mine", TestContext.Current.CancellationToken);

        Assert.Equal(
            $"{ExportFile}{end} is there already. Choose another name, or add --force.",
            await running.RefuseAsync("audit", "export", "--to", ExportFile));
        Assert.Equal("mine", await File.ReadAllTextAsync(ExportFile + end, TestContext.Current.CancellationToken));
        Assert.Single(Directory.EnumerateFiles(folder));

        await running.DoAsync("audit", "export", "--to", ExportFile, "--force");
        Assert.Equal(2, Directory.EnumerateFiles(folder).Count());
        Assert.StartsWith("{\"format\":", await ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_can_be_written_it_says_so()
    {
        var refusal = await running.RefuseAsync("audit", "export", "--to", Path.Combine(folder, "nowhere", "audit.jsonl"));

        Assert.Contains("nowhere", refusal, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task What_is_not_whole_is_not_signed()
    {
        var file = running.Server.DatabaseFile;
        await DatabaseFile.ExecuteAsync(file, "UPDATE audit_event SET at = at + 1 WHERE sequence = 2");

        var refusal = await running.RefuseAsync("audit", "export", "--to", ExportFile);

        Assert.StartsWith("The chain is broken at event 2 (", refusal, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        await DatabaseFile.ExecuteAsync(file, "UPDATE audit_event SET at = at - 1 WHERE sequence = 2");
    }

    private static string? Text(JsonElement row, string member) => row.GetProperty(member).GetString();

    private Task<string> ReadAsync() => File.ReadAllTextAsync(ExportFile, TestContext.Current.CancellationToken);

    private async Task<string> ScriptAsync()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs", "audit.md"), TestContext.Current.CancellationToken);
        var script = Path.Combine(folder, "verify-audit");
        await File.WriteAllTextAsync(script, page.Split("```sh\n")[1].Split("```")[0], TestContext.Current.CancellationToken);
        return script;
    }
}
