namespace TwoFactor.Tests.Hosting;

using System.Globalization;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>One server a data directory, and none that a kill keeps out.</summary>
[Slow]
public sealed class ServeLockTests
{
    [Fact]
    public async Task A_second_server_and_a_migration_are_refused_and_name_the_first()
    {
        await using var server = await ServerProcess.StartNewAloneAsync();
        var sentence = string.Create(
            CultureInfo.InvariantCulture, $"Another TwoFactor (process {server.Id}) uses {server.DataDirectory}. Stop it first.\n");

        foreach (var command in new[] { "serve", "database migrate" })
        {
            var refused = await server.RunAsync(command.Split(' '));

            Assert.Equal((1, "", sentence), (refused.ExitCode, refused.Output, refused.Error));
        }

        Assert.Equal(
            server.Id.ToString(CultureInfo.InvariantCulture),
            await File.ReadAllTextAsync(Path.Combine(server.DataDirectory, "serve.pid"), TestContext.Current.CancellationToken));
        using var visitor = server.Visitor();
        Assert.Equal(System.Net.HttpStatusCode.OK, (await visitor.GetAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task Two_data_directories_that_share_a_database_share_its_lock()
    {
        await using var server = await ServerProcess.StartNewAloneAsync();
        await using var second = ServerProcess.Alone(
            ("ConnectionStrings:TwoFactor", $"Data Source={server.DatabaseFile}"), ("KeyRing:Directory", Path.Combine(
                server.DataDirectory, "keys")));

        var refused = await second.RunAsync(["serve"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(string.Create(
            CultureInfo.InvariantCulture,
            $"Another TwoFactor (process {server.Id}) uses {server.DataDirectory}. Stop it first.\n"), refused.Error);
    }

    [Fact]
    public async Task After_a_kill_the_next_start_goes_on_and_SIGTERM_ends_it_with_0()
    {
        await using var server = await ServerProcess.StartNewAloneAsync();
        var killed = server.Id;
        await server.KillAsync();
        Assert.True(File.Exists(Path.Combine(server.DataDirectory, "serve.pid")));

        await server.StartAsync();

        Assert.NotEqual(killed, server.Id);
        Assert.Equal(0, await server.StopAsync());
        Assert.False(File.Exists(Path.Combine(server.DataDirectory, "serve.pid")));
    }
}
