namespace TwoFactor.Tests.Audit.Retention;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The server walks the chain by itself, remembers what it found, and cries once.</summary>
public sealed class ChainCheckTests
{
    [Fact]
    public async Task It_walks_a_minute_after_the_start_and_again_when_its_hours_are_over()
    {
        using var app = new App(("Limits:Audit:CheckHours", "1")) { KeepsHouse = true };
        var watch = app.Services.GetRequiredService<ChainWatch>();
        Assert.True(watch.IsDue);
        Assert.Null(watch.Current.Verdict);

        app.Time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.GetAsync(() => Task.FromResult(watch.Current.Verdict), () => "It did not walk.");

        Assert.IsType<AuditVerdict.Intact>(watch.Current.Verdict);
        Assert.Equal(app.Time.GetUtcNow(), watch.Current.At);
        Assert.False(watch.IsDue);
        app.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(watch.IsDue);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.GetAsync(
            () => Task.FromResult(watch.Current.At == app.Time.GetUtcNow() ? "again" : null), () => "It did not walk again.");
    }

    [Fact]
    public async Task A_broken_chain_is_one_alarm_however_often_it_is_walked_and_by_whom()
    {
        using var app = new App();
        await TestUser.FirstAdminAsync(app);
        await SealAsync(app);
        Assert.IsType<AuditVerdict.Intact>(await WalkAsync(app));
        var at = (await app.QueryAsync<long>($"SELECT at AS Value FROM audit_event WHERE sequence = 3")).Single();
        await app.ExecuteAsync($"UPDATE audit_event SET at = at + 1 WHERE sequence = 3");

        Assert.Equal(3, Assert.IsType<AuditVerdict.Broken>(await WalkAsync(app)).Number);
        await WalkAsync(app);
        await SealAsync(app);
        await WalkAsync(app);

        Assert.Equal([3L], await AlarmsAsync(app));
        Assert.Single(app.Log.All, line => line.Contains("The chain of audit events is broken at event 3", StringComparison.Ordinal));

        // A process that starts now finds what this one found.
        var fresh = new ChainWatch(new AuditLimits(), app.Time);
        await WalkAsync(app, fresh);
        Assert.IsType<AuditVerdict.Broken>(fresh.Current.Verdict);
        Assert.Equal([3L], await AlarmsAsync(app));

        await app.ExecuteAsync($"UPDATE audit_event SET at = {at} WHERE sequence = 3");
        Assert.IsType<AuditVerdict.Intact>(await WalkAsync(app));
        await app.ExecuteAsync($"UPDATE audit_event SET at = at + 1 WHERE sequence = 3");
        await WalkAsync(app);
        Assert.Equal([3L, 3L], await AlarmsAsync(app));
        await app.ExecuteAsync($"UPDATE audit_event SET at = at + 1 WHERE sequence = 2");
        await WalkAsync(app);
        Assert.Equal([3L, 3L, 2L], await AlarmsAsync(app));
    }

    private static Task<Sealing> SealAsync(App app) =>
        app.AskAsync(services => services.GetRequiredService<AuditSealer>().SealAsync(TestContext.Current.CancellationToken));

    private static Task<AuditVerdict> WalkAsync(App app, ChainWatch? watch = null) => app.AskAsync(services =>
        (watch is null
            ? services.GetRequiredService<ChainCheck>()
            : ActivatorUtilities.CreateInstance<ChainCheck>(services, watch)).RunAsync(TestContext.Current.CancellationToken));

    private static Task<IReadOnlyList<long>> AlarmsAsync(App app) =>
        app.QueryAsync<long>($"SELECT number AS Value FROM audit_event WHERE kind = 'alarm.chain-broken' ORDER BY place");
}
