namespace TwoFactor.Tests.Stories;

using System.Globalization;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>An import whose process was killed between two batches goes on at the next start.</summary>
[Slow]
public sealed class ImportKillTests
{
    private const int People = 300;

    [Fact]
    public async Task Killed_between_two_batches_it_goes_on_at_the_next_start_and_then_says_that_it_is_done()
    {
        await using var server = await ServerProcess.StartNewAloneAsync();
        var database = new KilledDatabase(server.DatabaseFile);
        Assert.Equal(0, await server.StopAsync());
        var file = Path.Combine(server.Home, "people.csv");
        await File.WriteAllLinesAsync(
            file,
            [
                "user_name,mail",
                .. Enumerable.Range(1, People).Select(
                    n => string.Create(CultureInfo.InvariantCulture, $"p{n},p{n}@acme.example")),
            ],
            TestContext.Current.CancellationToken);
        await using (var second = await SecondProcess.StartAsync(server.DataDirectory, UnixTime.Of(TimeProvider.System.GetUtcNow())))
        {
            await second.ImportHalfAsync(file);
        }

        await database.AssertWholeAsync();
        Assert.Equal(40, await database.NumberAsync("SELECT COUNT(*) FROM account"));
        Assert.Equal(1, await database.NumberAsync("SELECT COUNT(*) FROM running_import WHERE state='writing'"));
        Assert.Equal(0, await database.NumberAsync("SELECT COUNT(*) FROM audit_event WHERE kind='import.done'"));

        await server.StartAsync();

        await Eventually.GetAsync(
            async () => await database.NumberAsync("SELECT COUNT(*) FROM audit_event WHERE kind='import.done'") is 1 ? "done" : null,
            () => $"The import does not go on. The server said: {server.Log}");
        Assert.Equal(People, await database.NumberAsync("SELECT COUNT(*) FROM account"));
        Assert.Equal(1, await database.NumberAsync("SELECT COUNT(*) FROM running_import WHERE state='done'"));
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode is 0, verified.Output + verified.Error);
    }
}
