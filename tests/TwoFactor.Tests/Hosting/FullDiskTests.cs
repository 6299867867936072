namespace TwoFactor.Tests.Hosting;

using System.Net;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// The disk of the data directory is full: 503 for people and machines, nothing in the log but that, and well again by itself.
/// </summary>
[Slow]
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly string disk = Directory.CreateTempSubdirectory("twofactor-disk-").FullName;
    private bool isMounted;

    private string Filler => Path.Combine(disk, "filler");

    public async ValueTask InitializeAsync()
    {
        isMounted = (await Execution.RunAsync("/bin/sh", ["-c", $"mount -t tmpfs -o size=12m tmpfs '{disk}'"])).ExitCode is 0;
        Assert.SkipUnless(isMounted, "Only root can mount a small disk.");
    }

    public async ValueTask DisposeAsync()
    {
        if (isMounted)
        {
            await Execution.RunAsync("umount", [disk]);
        }

        Directory.Delete(disk);
    }

    [Fact]
    public async Task A_full_disk_is_503_until_there_is_room_again()
    {
        await using var server = await ServerProcess.StartNewAloneAsync(("TwoFactor:DataDirectory", Path.Combine(disk, "data")));
        using var ada = new NewUser(server, "ada");
        await ada.EnrollByAsync(
            await File.ReadAllTextAsync(Path.Combine(disk, "data", "setup-link"), TestContext.Current.CancellationToken));
        using var stranger = server.Visitor();
        Fill();

        var refused = await FailAsync(stranger);

        Assert.Equal("We cannot do this just now", refused.Heading);
        Assert.Contains("Nothing was changed.", refused.Words, StringComparison.Ordinal);
        Assert.Equal("30", Assert.Single(refused.Headers.GetValues("Retry-After")));
        var ready = await stranger.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Equal("the disk of the database is full", System.Text.Encoding.UTF8.GetString(ready.Content));
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ada.Browser.GetAsync("/account")).Status);
        var command = await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example"]);
        Assert.Equal(1, command.ExitCode);
        Assert.DoesNotContain("   at ", command.Error, StringComparison.Ordinal);

        // Long enough for the chores of each second to meet it.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        File.Delete(Filler);

        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(stranger)).Status);
        Assert.Equal(0, (await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example"])).ExitCode);
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.Equal((0, ""), (verified.ExitCode, verified.Error));
        Assert.Contains("The disk of the database is full", server.Log, StringComparison.Ordinal);
        Assert.Contains("The disk of the database has room again", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task A_start_on_a_full_disk_is_refused_with_a_sentence()
    {
        await using var server = ServerProcess.Alone(("TwoFactor:DataDirectory", Path.Combine(disk, "data")));
        Fill();

        var refused = await server.RunAsync(["serve"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.TrimEnd('\n').Split('\n'));
        File.Delete(Filler);
        await Execution.RunAsync("rm", ["-rf", Path.Combine(disk, "data")]);
        await server.StartAsync();
        Assert.Equal(0, await server.StopAsync());
    }

    private void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>
    /// Tries until what the database had room for within its own files is used up. Nothing but 200 and 503 is ever answered.
    /// </summary>
    private static async Task<VisitedPage> FailAsync(Visitor stranger)
    {
        for (var tries = 0; tries < 500; tries++)
        {
            var answer = await TryAsync(stranger);
            if (answer.Status is HttpStatusCode.ServiceUnavailable)
            {
                return answer;
            }

            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }

        throw new InvalidOperationException("The disk never became full.");
    }

    private static async Task<VisitedPage> TryAsync(Visitor visitor) => await visitor.SubmitOnceAsync(
        await visitor.GetAsync("/sign-in"), null, ("username", "ada"), ("password", "not the right password"));
}
