namespace TwoFactor.Tests.Commands;

using System.Text.Json;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Storage.Schema;
using Xunit;

/// <summary>The console beside a file whose schema somebody changed, with the server running or stopped.</summary>
[Slow]
public sealed class SchemaCommandsTests
{
    /// <summary>An index that names no row hides rows from whoever asks it; its text is still ours.</summary>
    private const string EmptyIndex =
        "CREATE TABLE empty_table (a); CREATE INDEX empty_index ON empty_table(a); PRAGMA writable_schema=ON;"
            + "UPDATE sqlite_schema SET rootpage=(SELECT rootpage FROM sqlite_schema WHERE name='empty_index')"
            + " WHERE name='IX_audit_event_at';"
            + "DELETE FROM sqlite_schema WHERE name IN ('empty_table', 'empty_index'); PRAGMA schema_version=990";

    [Fact]
    public async Task Every_command_and_the_next_start_name_what_is_foreign()
    {
        await using var server = await ServerProcess.StartNewAsync();
        var planting = Planting.All[0];
        await planting.PlantAsync(server.DatabaseFile);
        foreach (var command in new string[][] { ["audit", "verify"], ["account", "list"] })
        {
            await AssertNamedAsync(server, planting, command);
        }

        Assert.Equal(0, await server.StopAsync());
        await AssertNamedAsync(server, planting, ["serve"]);
        await AssertNamedAsync(server, planting, ["database", "migrate"]);

        await planting.RemoveAsync(server.DatabaseFile);
        await server.StartAsync();
        Assert.Equal(0, (await server.RunAsync(["audit", "verify"])).ExitCode);
    }

    [Fact]
    public async Task An_emptied_index_is_named()
    {
        await using var server = await ServerProcess.StartNewAsync();
        Assert.Equal(0, await server.StopAsync());
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, EmptyIndex);

        var verified = await server.RunAsync(["audit", "verify", "--json"]);

        Assert.Equal(1, verified.ExitCode);
        using var json = JsonDocument.Parse(verified.Output);
        Assert.Contains(
            json.RootElement.GetProperty("damages").EnumerateArray(),
            damage => damage.GetString()!.Contains("missing from index IX_audit_event_at", StringComparison.Ordinal));
    }

    private static async Task AssertNamedAsync(ServerProcess server, Planting planting, string[] command)
    {
        var refused = await server.RunAsync(command);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"is not TwoFactor's: {planting.Named}. Nothing was changed.", refused.Error, StringComparison.Ordinal);
    }
}
