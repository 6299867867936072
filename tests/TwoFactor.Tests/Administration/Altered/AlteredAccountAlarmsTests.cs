namespace TwoFactor.Tests.Administration.Altered;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration.Altered;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>The alarm for an altered account is raised once, and not lost where nothing can be written.</summary>
public sealed class AlteredAccountAlarmsTests
{
    [Fact]
    public async Task An_alarm_that_cannot_be_written_is_raised_when_it_can()
    {
        using var app = new App();
        await TestUser.FirstAdminAsync(app);
        var id = await app.IdAsync("ada");
        await app.ExecuteAsync($"UPDATE account SET name='Somebody' WHERE id={id}");
        Assert.Single(await app.AskAsync(
            services => services.GetRequiredService<SealVerification>().FindAsync(TestContext.Current.CancellationToken)));

        await DatabaseFile.ExecuteAsync(app.DatabaseFile, "CREATE VIEW planted AS SELECT 1");
        await Assert.ThrowsAnyAsync<BusyException>(() => RaiseAsync(app));
        Assert.Equal(0, await app.CountAsync(AuditKinds.AlarmAltered, id));
        await DatabaseFile.ExecuteAsync(app.DatabaseFile, "DROP VIEW planted");

        await RaiseAsync(app);
        await RaiseAsync(app);

        Assert.Equal(1, await app.CountAsync(AuditKinds.AlarmAltered, id));
    }

    private static Task<bool> RaiseAsync(App app) => app.AskAsync(async services =>
    {
        await services.GetRequiredService<AlteredAccountAlarms>().RaiseAsync(Actor.Server, TestContext.Current.CancellationToken);
        return true;
    });
}
