namespace TwoFactor.Tests.Hosting;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;
using TwoFactor.Hosting;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The server removes what is older than it is to be kept, and only when it is told to.</summary>
public sealed class AuditHousekeepingTests
{
    [Theory]
    [InlineData("0", false)]
    [InlineData("90", true)]
    public async Task Events_older_than_their_days_go_after_the_chain_was_walked(string days, bool goes)
    {
        using var app = new App(("Limits:Audit:KeptDays", days));
        await TestUser.FirstAdminAsync(app);
        await SealAsync(app);

        // The housekeeping begins after the hundred days: it would make up for each of their seconds.
        app.Time.Advance(TimeSpan.FromDays(100));
        using var house = ActivatorUtilities.CreateInstance<Housekeeping>(app.Services);
        await house.StartAsync(TestContext.Current.CancellationToken);
        var watch = app.Services.GetRequiredService<ChainWatch>();
        await Eventually.GetAsync(
            () =>
            {
                app.Time.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(watch.Current.Verdict);
            },
            () => "It did not walk.");
        if (goes)
        {
            await Eventually.GetAsync(async () => await CountAsync(app, "audit.pruned") == 1 ? "gone" : null, () => "Nothing was removed.");
        }

        await house.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(goes ? 1 : 0, await CountAsync(app, "audit.pruned"));
        var first = Assert.Single(await app.QueryAsync<long>($"SELECT MIN(sequence) AS Value FROM audit_event"));
        Assert.Equal(goes, first > 1);
    }

    [Fact]
    public async Task It_never_removes_what_was_sealed_while_it_ran()
    {
        using var app = new App(("Limits:Audit:SealBatch", "1"));
        await TestUser.FirstAdminAsync(app);
        await SealAsync(app);
        var sealedEvents = await CountAsync(app, "%");
        var pruning = app.AskAsync(services => services.GetRequiredService<AuditRetention>()
            .PruneAsync(app.Time.GetUtcNow().AddDays(1), Actor.Server, TestContext.Current.CancellationToken));
        while (!pruning.IsCompleted)
        {
            await SealAsync(app);
        }

        Assert.Equal(sealedEvents - 1, (await pruning).Removed);
        Assert.Equal(sealedEvents - 1, await CountAsync(app, "audit.pruned"));
    }

    private static Task SealAsync(App app) =>
        app.AskAsync(services => services.GetRequiredService<AuditSealer>().SealAsync(TestContext.Current.CancellationToken));

    private static async Task<int> CountAsync(App app, string kind) =>
        Assert.Single(await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM audit_event WHERE kind LIKE {kind}"));
}
