namespace TwoFactor.Tests.Keys;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Hosting;
using Xunit;

/// <summary>The first start makes a key, or takes the one that is there; no other start ever makes one.</summary>
public sealed class FirstKeyTests
{
    [Fact]
    public async Task A_usable_key_that_is_there_already_is_adopted()
    {
        await using var server = new ServerProcess();
        var key = RingFiles.Add(RingFiles.FolderOf(server), DateTimeOffset.UnixEpoch);
        var content = await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken);

        await server.StartAsync();
        Assert.Equal(0, await server.StopAsync());

        Assert.Equal(key, Assert.Single(RingFiles.In(RingFiles.FolderOf(server))));
        Assert.Equal(content, await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Three_starts_make_one_key()
    {
        await using var server = new ServerProcess();
        for (var start = 0; start < 3; start++)
        {
            await server.StartAsync();
            Assert.Equal(0, await server.StopAsync());
        }

        Assert.Single(RingFiles.In(RingFiles.FolderOf(server)));
    }

    [Fact]
    public async Task A_key_that_does_not_open_stops_the_first_start_and_gets_no_second_one_beside_it()
    {
        await using var server = new ServerProcess();
        var ring = RingFiles.FolderOf(server);
        await File.WriteAllTextAsync(RingFiles.Add(ring, DateTimeOffset.UnixEpoch), "<key", TestContext.Current.CancellationToken);
        var before = FileTree.Of(ring);

        var refused = await server.RunAsync(["serve"]);

        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith($"The key ring in {ring} is not empty and does not open (", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, FileTree.Of(ring));

        File.Delete(Assert.Single(RingFiles.In(ring)));
        await server.StartAsync();
        Assert.Single(RingFiles.In(ring));
    }
}
