namespace TwoFactor.Tests;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Servers that share a process are as apart as in processes of their own.</summary>
[Slow]
public sealed class HarnessProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_servers_in_one_process_have_their_own_settings_databases_and_logs()
    {
        await using var acme = await ServerProcess.StartNewAsync(("Brand:Name", "Acme"));
        await using var zeta = await ServerProcess.StartNewAsync(("Brand:Name", "Zeta"));

        Assert.Equal(acme.Id, zeta.Id);
        Assert.NotEqual(Environment.ProcessId, acme.Id);
        foreach (var (server, name, other) in new[] { (acme, "Acme", zeta), (zeta, "Zeta", acme) })
        {
            using var visitor = server.Visitor();
            Assert.Contains(name, (await visitor.GetAsync("/sign-in")).Document.Title!, StringComparison.Ordinal);
            Assert.Contains(
                $"TwoFactor listens on {server.Address.GetLeftPart(UriPartial.Authority)}\n", server.Log, StringComparison.Ordinal);
            Assert.DoesNotContain(other.DataDirectory, server.Log, StringComparison.Ordinal);
            Assert.True(File.Exists(server.DatabaseFile));
        }
    }

    [Fact]
    public async Task One_that_stops_leaves_the_others_alone_and_can_start_again()
    {
        await using var stops = await ServerProcess.StartNewAsync();
        await using var stays = await ServerProcess.StartNewAsync();

        Assert.Equal(0, await stops.StopAsync());

        using var client = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri(stops.Address, "/health/live"), Cancellation));
        using var answer = await client.GetAsync(new Uri(stays.Address, "/health/live"), Cancellation);
        Assert.True(answer.IsSuccessStatusCode);
        await stops.StartAsync();
    }

    [Fact]
    public async Task A_command_comes_from_another_process_than_the_server_with_its_own_settings_and_folder()
    {
        await using var server = await ServerProcess.StartNewAsync();
        await using var empty = new ServerProcess();

        var lists = await Task.WhenAll(
            server.RunAsync(["account", "list", "--json"]), empty.RunAsync(["account", "list"]), server.RunAsync(["serve"]));

        Assert.Equal((0, "[]\n", ""), (lists[0].ExitCode, lists[0].Output, lists[0].Error));
        Assert.Equal((1, ""), (lists[1].ExitCode, lists[1].Output));
        Assert.Contains(empty.DataDirectory, lists[1].Error, StringComparison.Ordinal);
        Assert.Contains($"(process {server.Id})", lists[2].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_one_with_a_process_of_its_own_can_be_killed()
    {
        await using var shared = await ServerProcess.StartNewAsync();
        await using var alone = await ServerProcess.StartNewAloneAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(shared.KillAsync);

        Assert.NotEqual(shared.Id, alone.Id);
        await alone.KillAsync();
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(shared.Address, "/health/live"), Cancellation);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
