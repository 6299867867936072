namespace TwoFactor.Tests.Commands;

using System.Text.Json;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Whatever is done to the file, <c>audit verify</c> says no and names the first bad row.</summary>
[Slow]
public sealed class AuditTamperingTests
{
    [Theory]
    [InlineData("UPDATE audit_event SET kind = 'signed-out' WHERE sequence = 3", 3, "changed or inserted")]
    [InlineData("DELETE FROM audit_event WHERE sequence = 3", 3, "removed")]
    [InlineData("INSERT INTO audit_event (id, kind, at, actor_kind, browser, platform, tag, sequence, mac) SELECT replace(id, "
        + "substr(id, 1, 8), '00000000'), kind, at, actor_kind, browser, platform, tag, (SELECT max(sequence) + 1 FROM audit_event), "
            + "mac FROM audit_event WHERE sequence = 1", -1, "changed or inserted")]
    [InlineData("UPDATE audit_event SET sequence = -sequence WHERE sequence IN (2, 4); UPDATE audit_event SET sequence = CASE "
        + "sequence WHEN -2 THEN 4 ELSE 2 END WHERE sequence < 0", 2, "moved")]
    [InlineData("UPDATE audit_event SET id = 'none' WHERE sequence = 3", 3, "cannot be read")]
    [InlineData("DELETE FROM audit_event WHERE sequence > 4", 5, "its head knows event")]
    [InlineData("DELETE FROM audit_event WHERE sequence > 4; UPDATE audit_head SET sequence = 4, mac = (SELECT mac FROM audit_event "
        + "WHERE sequence = 4)", 5, "the high-water file knows event")]
    [InlineData("INSERT INTO audit_anchor VALUES (1, 2, (SELECT mac FROM audit_event WHERE sequence = 2), x'', zeroblob(32)); DELETE "
        + "FROM audit_event WHERE sequence <= 2", 2, "written by somebody else")]
    public async Task Each_kind_of_tampering_is_named(string statements, long number, string what)
    {
        await using var server = await StoppedAsync();
        var last = (long)(await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT max(sequence) FROM audit_event"))!;
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, statements);

        var verdict = await VerifyAsync(server);

        Assert.Equal(number < 0 ? last + 1 : number, verdict.GetProperty("number").GetInt64());
        Assert.Contains(what, verdict.GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_installations_database_does_not_fit_the_key_ring_and_with_its_ring_not_the_high_water_file()
    {
        await using var server = await StoppedAsync();
        await using var other = await StoppedAsync();
        Replace(other.DatabaseFile, server.DatabaseFile);

        var refused = await server.RunAsync(["audit", "verify"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("The key ring in", refused.Error, StringComparison.Ordinal);

        var keys = Path.Combine(server.DataDirectory, "keys");
        Directory.Delete(keys, recursive: true);
        CopyFolder(Path.Combine(other.DataDirectory, "keys"), keys);
        var mark = Path.Combine(server.DataDirectory, "high-water");
        var what = (await VerifyAsync(server)).GetProperty("what").GetString();
        Assert.StartsWith(mark, what, StringComparison.Ordinal);
        Assert.Contains("written by another installation", what, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_copy_of_the_database_that_was_put_back_is_found_also_after_it_grew_again()
    {
        await using var server = await StoppedAsync();
        var copy = server.DatabaseFile + ".old";
        File.Copy(server.DatabaseFile, copy);
        await server.StartAsync();
        using var stranger = server.Visitor();
        await stranger.SubmitAsync(await stranger.GetAsync("/sign-in"), ("username", "nobody"), ("password", "not the right one"));
        Assert.Equal(0, await server.StopAsync());
        var mark = await MarkAsync(server);
        Replace(copy, server.DatabaseFile);
        var end = (long)(await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT max(sequence) FROM audit_event"))!;

        var start = await server.RunAsync(["serve"]);
        Assert.Equal(1, start.ExitCode);
        Assert.StartsWith(
            $"This database is not the newest of this installation: its last event is {end}, and event {mark}, which was written down ",
            start.Error,
            StringComparison.Ordinal);

        var verdict = await VerifyAsync(server);
        Assert.Equal(end + 1, verdict.GetProperty("number").GetInt64());
        Assert.Contains("or this is an older database", verdict.GetProperty("what").GetString(), StringComparison.Ordinal);

        for (var more = end; more <= mark; more++)
        {
            Assert.Equal(0, (await server.RunAsync(["account", "add", $"user{more}", "--mail", $"user{more}@acme.example"])).ExitCode);
        }

        verdict = await VerifyAsync(server);
        Assert.Equal(mark, verdict.GetProperty("number").GetInt64());
        Assert.Contains("The high-water file knows another event here", verdict.GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_somebody_kept_is_asked_about_in_both_forms_of_the_log()
    {
        await using var server = await StoppedAsync();
        var line =
            server.Log.Split('\n').Last(text => text.Contains("Audit head ", StringComparison.Ordinal)).Split("Audit head ")[1].Trim();
        var (number, mac) = (line.Split(' ')[0], line.Split(' ')[1]);
        foreach (var form in new[] { new[] { $"{number}:{mac}" }, [$"{number} {mac}"], [number, mac] })
        {
            Assert.Equal(0, (await server.RunAsync(["audit", "verify", "--head", .. form])).ExitCode);
        }

        var flipped = (mac[0] == '0' ? '1' : '0') + mac[1..];
        var verdict = await VerifyAsync(server, "--head", $"{number}:{flipped}");
        Assert.Equal(number, verdict.GetProperty("number").GetRawText());
        Assert.StartsWith("Whoever asks knows another event here", verdict.GetProperty("what").GetString(), StringComparison.Ordinal);
        verdict = await VerifyAsync(server, "--head", $"9999:{mac}");
        Assert.Contains("whoever asks knows event 9,999", verdict.GetProperty("what").GetString(), StringComparison.Ordinal);

        // The file alone does not know it: whoever owns the server cut the chain, and wrote the file anew.
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "DELETE FROM audit_event WHERE sequence > 4; UPDATE audit_head SET "
            + "sequence = 4, mac = (SELECT mac FROM audit_event WHERE sequence = 4)");
        File.Delete(Path.Combine(server.DataDirectory, "high-water"));
        File.Delete(Path.Combine(server.DataDirectory, "keys", "high-water"));
        Assert.Equal(5, (await VerifyAsync(server, "--head", $"{number}:{mac}")).GetProperty("number").GetInt64());
    }

    /// <summary>A server with its first admin, stopped cleanly: its end stands in the file and in the log.</summary>
    private static async Task<ServerProcess> StoppedAsync()
    {
        var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        Assert.Equal(0, await server.StopAsync());
        return server;
    }

    private static async Task<JsonElement> VerifyAsync(ServerProcess server, params string[] more)
    {
        var told = await server.RunAsync(["audit", "verify", "--json", .. more]);
        Assert.Equal(1, told.ExitCode);
        using var json = JsonDocument.Parse(told.Output);
        return json.RootElement.Clone();
    }

    private static async Task<long> MarkAsync(ServerProcess server) => long.Parse(
        (await File.ReadAllLinesAsync(Path.Combine(server.DataDirectory, "high-water"), TestContext.Current.CancellationToken))
            .Single(line => line.StartsWith("head ", StringComparison.Ordinal)).Split(' ')[1],
        System.Globalization.CultureInfo.InvariantCulture);

    private static void Replace(string from, string to)
    {
        File.Delete(to + "-wal");
        File.Delete(to + "-shm");
        File.Copy(from, to, overwrite: true);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
