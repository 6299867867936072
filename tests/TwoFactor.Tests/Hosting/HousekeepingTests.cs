namespace TwoFactor.Tests.Hosting;

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Hosting;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>What the server forgets by itself, and what it does while it cannot write.</summary>
public sealed class HousekeepingTests
{
    [Fact]
    public async Task Each_minute_it_forgets_what_is_over_and_keeps_what_is_not()
    {
        using var app = new App { KeepsHouse = true };
        var ada = await TestUser.FirstAdminAsync(app);
        await app.InviteByConsoleAsync("ursula");
        await new TestUser(app, "ada", ada.Mail).EnterPasswordAsync();
        var tables = new[] { "device", "pending_sign_in", "session" };
        foreach (var table in tables)
        {
            Assert.Equal(1, await CountAsync(app, table));
        }

        // Wrong passwords in a known browser, and in a session that has none. Those of all unknown browsers stay.
        await app.ExecuteAsync(
            $"INSERT INTO password_guard (account_id, device_id, fails, wait_until) SELECT account_id, id, 3, 0 FROM device");
        await app.ExecuteAsync(
            $"INSERT INTO password_guard (account_id, device_id, fails, wait_until) SELECT account_id, id, 3, 0 FROM session");
        Assert.Equal(3, await CountAsync(app, "password_guard"));

        // Read past the clock that the housekeeping would make up for, second by second.
        await app.ExecuteAsync($"UPDATE device SET expires_at=1");
        await app.ExecuteAsync($"UPDATE session SET expires_at=1");
        await app.ExecuteAsync($"UPDATE pending_sign_in SET created_at=1, expires_at=1");
        await app.ExecuteAsync($"UPDATE ticket SET expires_at=1");
        app.Time.Advance(TimeSpan.FromMinutes(1));

        foreach (var table in tables)
        {
            await Eventually.GetAsync(async () => await CountAsync(app, table) == 0 ? "gone" : null, () => $"{table} was not swept.");
        }

        Assert.Equal(1, await CountAsync(app, "password_guard"));

        // The ticket that ada's authenticator began with stays; her not-me link and the invitation go.
        await Eventually.GetAsync(async () => await CountAsync(app, "ticket") == 1 ? "swept" : null, () => "ticket was not swept.");
        Assert.Equal(1, await CountAsync(app, "authenticator"));
    }

    [Fact]
    public async Task A_session_is_served_while_its_last_use_cannot_be_noted()
    {
        using var full = new FullDisk();
        using var app = new App { Adjust = services => services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(full)) };
        var ada = await TestUser.FirstAdminAsync(app);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        full.Is = true;
        Assert.Equal("/account", (await ada.Browser.GetAsync("/account")).Path);
        app.Time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal("/account", (await ada.Browser.GetAsync("/account")).Path);
        Assert.Contains(app.Log.All, line => line.Contains("The last use of a session was not noted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_last_uses_of_sessions_are_written_each_minute_and_at_the_stop()
    {
        using var app = new App();
        using var house = ActivatorUtilities.CreateInstance<Housekeeping>(app.Services);
        var ada = await TestUser.FirstAdminAsync(app);
        await house.StartAsync(TestContext.Current.CancellationToken);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        var used = app.Time.GetUtcNow().ToUnixTimeSeconds();
        await ada.Browser.GetAsync("/account");
        await Eventually.GetAsync(
            async () =>
            {
                app.Time.Advance(TimeSpan.FromMinutes(1));
                return await LastUseAsync(app) == used ? "written" : null;
            },
            () => "The use was not written.");

        used = app.Time.GetUtcNow().ToUnixTimeSeconds();
        await ada.Browser.GetAsync("/account");
        await house.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(used, await LastUseAsync(app));
    }

    [Fact]
    public async Task Each_minute_it_compares_clocks()
    {
        using var app = new App(("Limits:Codes:ClockAlarmAccounts", "2")) { KeepsHouse = true };
        foreach (var user in new[] { await TestUser.FirstAdminAsync(app), await TestUsers.AddAsync(app, "ursula", Role.User) })
        {
            var slow = user.Elsewhere(app);
            await slow.Browser.SubmitAsync(await slow.EnterPasswordAsync(), ("code", slow.Code(-9)));
        }

        app.Time.Advance(TimeSpan.FromMinutes(1));

        await Eventually.GetAsync(
            async () => await DatabaseFile.AskAsync(
                app.DatabaseFile, $"SELECT number FROM audit_event WHERE kind='{AuditKinds.AlarmClock}'") is -2L ? "raised" : null,
            () => "No alarm was raised.");
    }

    private static async Task<long> LastUseAsync(App app) =>
        (long)(await DatabaseFile.AskAsync(app.DatabaseFile, "SELECT last_seen_at FROM session"))!;

    private static async Task<int> CountAsync(App app, string table) => Convert.ToInt32(
        await DatabaseFile.AskAsync(app.DatabaseFile, $"SELECT COUNT(*) FROM {table}"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>While it is full, SQLite answers every write as it does then.</summary>
    private sealed class FullDisk : DbCommandInterceptor, IDisposable
    {
        private const int Full = 13;

        public bool Is { get; set; }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            Is ? throw new SqliteException("database or disk is full", Full) : ValueTask.FromResult(result);

        public void Dispose() => Is = false;
    }
}
