namespace TwoFactor.Tests.Commands;

using System.Net;
using System.Text.Json;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Somebody erases in the database that the set-up is over, and waits for the next start.</summary>
[Slow]
public sealed class ErasedSetupTests
{
    [Theory]
    [InlineData("UPDATE instance SET setup_completed_at=NULL")]
    [InlineData("UPDATE instance SET setup_completed_at=NULL; UPDATE account SET enrolled_at=NULL")]
    public async Task The_next_start_makes_no_link_and_verify_names_it(string statements)
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        var link = await server.SetupLinkAsync();
        Assert.Equal(0, await server.StopAsync());
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, statements);

        await server.StartAsync();

        await Eventually.GetAsync(
            () => Task.FromResult(File.Exists(Path.Combine(server.DataDirectory, "setup-link")) ? null : "gone"), () => "A link was made.");
        Assert.Contains("It stays closed: no set-up link was made.", server.Log, StringComparison.Ordinal);
        using var stranger = server.Visitor();
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(link)).Status);
        var verified = await server.RunAsync(["audit", "verify", "--json"]);
        Assert.Equal(1, verified.ExitCode);
        using var json = JsonDocument.Parse(verified.Output);
        Assert.True(json.RootElement.GetProperty("was_setup_erased").GetBoolean());
        Assert.Contains(
            "setup_completed_at was erased, though there were admins",
            (await server.RunAsync(["audit", "verify"])).Output,
            StringComparison.Ordinal);
    }
}
