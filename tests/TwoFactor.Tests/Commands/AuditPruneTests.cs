namespace TwoFactor.Tests.Commands;

using System.Globalization;
using System.Text.Json;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary><c>audit prune</c> on the built program, beside a running server.</summary>
[Slow]
public sealed class AuditPruneTests
{
    /// <summary>The latest day that is allowed.</summary>
    private static string LatestDay => TimeProvider.System.GetUtcNow().AddDays(-90).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Whoever comes back from a long leave finds what happened, whatever somebody on the console wants to be gone.</summary>
    [Theory]
    [InlineData(89)]
    [InlineData(0)]
    [InlineData(-400_000)]
    public async Task Nothing_younger_than_90_days_is_removed(int daysAgo)
    {
        await using var server = await ServerProcess.StartNewAsync();
        var day = TimeProvider.System.GetUtcNow().AddDays(-daysAgo).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var more in new[] { Array.Empty<string>(), ["--yes"], ["--yes", "--json"] })
        {
            var refused = await server.RunAsync(["audit", "prune", "--before", day, .. more]);
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.Contains(
                $"Events are kept for at least 90 days: the latest --before is {LatestDay}. Nothing was removed.",
                refused.Error,
                StringComparison.Ordinal);
        }

        Assert.Equal(0L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM audit_anchor"));
        Assert.Equal(0, (await server.RunAsync(["audit", "prune", "--before", LatestDay, "--yes"])).ExitCode);
    }

    [Fact]
    public async Task What_was_removed_is_gone_and_what_stays_is_verified_exported_and_goes_on()
    {
        await using var server = await ServerProcess.StartNewAsync(("Limits:Audit:SealBatch", "4"));
        using var ada = await NewUser.FirstAdminAsync(server);
        var whole = await JsonAsync(server, 0, "audit", "verify");
        var events = whole.GetProperty("events").GetInt64();
        Assert.Equal(0, whole.GetProperty("removed").GetInt64());

        Assert.Equal(0, await server.StopAsync());
        await OlderEvents.MakeAsync(server.DataDirectory, days: 100);
        await server.StartAsync();
        var asked = await server.RunAsync(["audit", "prune", "--before", LatestDay]);
        Assert.Equal((1, ""), (asked.ExitCode, asked.Output));
        Assert.Equal($"{events} events are older. Nothing was removed. To remove them for good, add --yes; to keep a copy, run first: "
            + "audit export\n", asked.Error);
        var nothing = await JsonAsync(server, 0, "audit", "prune", "--before", "2020-01-01", "--yes");
        Assert.Equal((0, 1), (nothing.GetProperty("removed").GetInt64(), nothing.GetProperty("first_kept").GetInt64()));

        var done = await server.RunAsync(["audit", "prune", "--before", LatestDay, "--yes"]);
        Assert.Equal(
            (0, $"{events - 1} events were removed. The chain begins at event {events}.\n", ""), (done.ExitCode, done.Output, done.Error));

        var left = await JsonAsync(server, 0, "audit", "verify");
        Assert.Equal((events - 1, true), (left.GetProperty("removed").GetInt64(), left.GetProperty("intact").GetBoolean()));
        Assert.Matches(
            $"^The chain is intact: [0-9]+ events, from event {events} on.\n$", (await server.RunAsync(["audit", "verify"])).Output);
        var file = Path.Combine(server.DataDirectory, "audit.jsonl");
        var export = await JsonAsync(server, 0, "audit", "export", "--to", file);
        Assert.Equal(events, export.GetProperty("first").GetInt64());
        using var head = JsonDocument.Parse(File.ReadLines(file).First());
        Assert.Equal(events, head.RootElement.GetProperty("first").GetInt64());
        Assert.Equal(64, head.RootElement.GetProperty("mac_before_first").GetString()!.Length);
        Assert.Equal(export.GetProperty("events").GetInt64(), File.ReadLines(file).Count() - 1);

        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("does not contain event", server.Log, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync(["audit", "verify"])).ExitCode);
    }

    [Fact]
    public async Task Of_a_broken_chain_nothing_is_removed()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        // It seals what has happened so far.
        Assert.Equal(0, (await server.RunAsync(["audit", "verify"])).ExitCode);
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "UPDATE audit_event SET at = at + 1 WHERE sequence = 1");

        var refused = await server.RunAsync(["audit", "prune", "--before", LatestDay, "--yes"]);

        Assert.Equal(
            (1, "", "The chain is broken. Nothing was removed. Run: audit verify\n"), (refused.ExitCode, refused.Output, refused.Error));
        Assert.Equal(0L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM audit_anchor"));
        Assert.Equal(1L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT MIN(sequence) FROM audit_event"));
    }

    private static async Task<JsonElement> JsonAsync(ServerProcess server, int exitCode, params string[] command)
    {
        var answer = await server.RunAsync([.. command, "--json"]);
        Assert.Equal((exitCode, ""), (answer.ExitCode, answer.Error));
        using var json = JsonDocument.Parse(answer.Output);
        return json.RootElement.Clone();
    }
}
