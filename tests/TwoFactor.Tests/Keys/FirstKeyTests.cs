namespace TwoFactor.Tests.Keys;

using System.Text.Json;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Hosting;
using Xunit;

/// <summary>The first start makes a key, or takes the one that is there; no other start ever makes one.</summary>
[Slow]
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
    public async Task A_key_that_is_added_later_is_taken_in_at_the_next_start_and_protects_what_comes_then()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        Assert.Equal(0, await server.StopAsync());
        var added = RingFiles.Add(RingFiles.FolderOf(server), TimeProvider.System.GetUtcNow().AddDays(-1));

        var tooEarly = await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example"]);
        Assert.Equal(1, tooEarly.ExitCode);
        Assert.StartsWith(
            $"The key ring in {RingFiles.FolderOf(server)} has a key that the database does not know.",
            tooEarly.Error,
            StringComparison.Ordinal);

        await server.StartAsync();
        var link = (await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example", "--json"])).Output;
        using var bob =
            await NewUser.AcceptAsync(server, "bob", new Uri(JsonDocument.Parse(link).RootElement.GetProperty("link").GetString()!));
        var key = new Guid(Path.GetFileNameWithoutExtension(added)["key-".Length..]);
        Assert.Equal(
            1L, await DatabaseFile.AskAsync(server.DatabaseFile, $"SELECT COUNT(*) FROM authenticator WHERE upper(key_id)=upper('{key}')"));
        Assert.Equal(1L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM audit_event WHERE kind='keys.adopted'"));
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
