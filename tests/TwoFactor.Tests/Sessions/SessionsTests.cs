namespace TwoFactor.Tests.Sessions;

using System.Net;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>How a session ends: the next request is a sign-in, and says why.</summary>
public sealed class SessionsTests : IAsyncLifetime, IDisposable
{
    private const string Cookie = "TwoFactor-Session";

    private readonly App app = new();
    private TestUser ana = null!;

    public async ValueTask InitializeAsync() => ana = await EnrolledAsync("ana");

    [Fact]
    public async Task After_an_hour_without_use_it_opens_nothing_until_the_password_is_typed()
    {
        app.Time.Advance(RecoveryActions.HalfMinute);
        await ana.AssertSignedInAsync();
        app.Time.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        await ana.AssertSignedInAsync();
        app.Time.Advance(TimeSpan.FromMinutes(60));

        AssertSays(await ana.AssertSignedOutAsync(), "You were away for a while. Enter your password to go on.");
    }

    [Fact]
    public async Task A_day_ends_it_however_much_it_is_used()
    {
        var began = app.Time.GetUtcNow() - RecoveryActions.HalfMinute;
        while (app.Time.GetUtcNow() < began.AddHours(23))
        {
            await ana.AssertSignedInAsync();
            app.Time.Advance(TimeSpan.FromMinutes(50));
        }

        await ana.AssertSignedInAsync();
        app.Time.SetUtcNow(began.AddHours(24).AddMinutes(-1));
        await ana.AssertSignedInAsync();
        app.Time.SetUtcNow(began.AddHours(24));
        AssertSays(await ana.AssertSignedOutAsync(), "You were signed out: a sign-in lasts 24 hours.");
    }

    [Fact]
    public async Task Another_browser_ends_it()
    {
        var other = ana.Elsewhere(app);
        var home = await other.SignInAsync();

        var ended = await other.Browser.PressAsync(home, null, ("session", home.Field("session")!.GetAttribute("value")));

        Assert.Contains("Session ended.", ended.Words, StringComparison.Ordinal);
        AssertSays(await ana.AssertSignedOutAsync(), "You were signed out from another browser.");
        await other.AssertSignedInAsync();
        Assert.Equal(1, await app.CountAsync(AuditKinds.SessionEnded, await app.IdAsync("ana")));
    }

    [Fact]
    public async Task All_others_end_at_once()
    {
        var second = ana.Elsewhere(app);
        await second.SignInAsync();
        var third = ana.Elsewhere(app);

        await third.Browser.PressAsync(await third.SignInAsync(), "End all others");

        await ana.AssertSignedOutAsync();
        await second.AssertSignedOutAsync();
        await third.AssertSignedInAsync();
    }

    [Fact]
    public async Task Signing_out_ends_it_also_for_whoever_copied_the_cookie()
    {
        var copy = ana.Browser.Cookies[Cookie];
        var asks = await ana.Browser.GetAsync("/sign-out");
        await ana.AssertSignedInAsync();

        var page = await ana.Browser.PressAsync(asks, "Sign out");

        Assert.Equal("/sign-in", page.Path);
        AssertSays(page, "You are signed out.");
        Assert.Null(ana.Browser.Cookies[Cookie]);
        ana.TakeNewBrowser();
        ana.Browser.Cookies[Cookie] = copy;
        await ana.AssertSignedOutAsync();
    }

    [Fact]
    public async Task A_change_of_the_sign_in_ends_it()
    {
        await app.ResetByConsoleAsync("ana");

        AssertSays(
            await ana.AssertSignedOutAsync(), "You were signed out because a reset of your sign-in was started on 24 November 2026, 10:");
    }

    [Fact]
    public async Task A_sign_in_brings_an_id_of_its_own_and_a_second_tab_that_still_asks_leads_to_it()
    {
        var planted = Token.New().Reveal();
        ana.TakeNewBrowser();
        ana.Browser.Cookies[Cookie] = planted;
        var form = await ana.Browser.GetAsync("/sign-in");
        await ana.SignInAsync();
        var first = ana.Browser.Cookies[Cookie];
        Assert.NotEqual(planted, first);

        var again = await ana.Browser.SubmitAsync(form, ("username", "ana"), ("password", ana.Password));

        Assert.Equal("/account", again.Path);
        Assert.Equal(first, ana.Browser.Cookies[Cookie]);
        await ana.AssertSignedInAsync();
    }

    [Fact]
    public async Task Nobody_ends_a_session_of_somebody_else()
    {
        var bob = await EnrolledAsync("bob");
        var other = ana.Elsewhere(app);
        var home = await other.SignInAsync();
        var foreign = Assert.Single(
            await app.QueryAsync<Guid>($"SELECT id AS Value FROM session WHERE account_id={await app.IdAsync("bob")}"));

        var answer = await other.Browser.SubmitAsync(home, ("session", foreign.ToString()));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        await bob.AssertSignedInAsync();
        await ana.AssertSignedInAsync();
    }

    [Fact]
    public async Task Its_last_use_is_written_once_a_minute()
    {
        async Task<long> LastSeenAsync() => Assert.Single(await app.QueryAsync<long>($"SELECT last_seen_at AS Value FROM session"));

        var written = await LastSeenAsync();
        app.Time.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(written + 59));
        await ana.AssertSignedInAsync();
        Assert.Equal(written, await LastSeenAsync());
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await ana.AssertSignedInAsync();
        Assert.Equal(written, await LastSeenAsync());
        await app.WriteLastUsesAsync();
        Assert.Equal(written + 60, await LastSeenAsync());
    }

    [Fact]
    public async Task A_use_that_is_not_written_yet_counts()
    {
        for (var hours = 0; hours < 3; hours++)
        {
            app.Time.Advance(TimeSpan.FromMinutes(59));
            await ana.AssertSignedInAsync();
        }

        for (var minutes = 0; minutes < 120; minutes += 14)
        {
            app.Time.Advance(TimeSpan.FromMinutes(14));
            await ana.AssertSignedInAsync();
        }

        await app.WriteLastUsesAsync();
        app.Time.Advance(TimeSpan.FromMinutes(60));
        await ana.AssertSignedOutAsync();
    }

    [Fact]
    public async Task A_role_that_somebody_wrote_into_the_database_signs_nobody_in()
    {
        await app.ExecuteAsync($"UPDATE account SET role='admin' WHERE user_name='ana'");

        await ana.AssertSignedOutAsync();
        Assert.StartsWith("/sign-in", (await ana.Browser.GetAsync("/admin")).Path, StringComparison.Ordinal);
        var refused = await ana.EnterPasswordAsync();

        Assert.Equal("/sign-in", refused.Path);
        Assert.Contains("Your account is switched off.", refused.Words, StringComparison.Ordinal);
        await app.RaiseAlarmsAsync();
        Assert.Equal(1, await app.CountAsync(AuditKinds.AlarmAltered, await app.IdAsync("ana")));
        await app.ExecuteAsync($"UPDATE account SET role='user' WHERE user_name='ana'");
        app.Time.Advance(TimeSpan.FromSeconds(30));
        await ana.Elsewhere(app).SignInAsync();
    }

    [Fact]
    public async Task A_seal_of_another_account_is_none()
    {
        await TestUsers.AddAsync(app, "alan", Role.Admin);
        var (alan, id) = (await app.IdAsync("alan"), await app.IdAsync("ana"));
        await app.ExecuteAsync($"UPDATE account SET role='admin' WHERE id={id}");
        await app.ExecuteAsync(
            $"UPDATE code_guard SET (person, seal)=(SELECT person, seal FROM code_guard WHERE account_id={alan}) WHERE account_id={id}");

        await ana.AssertSignedOutAsync();
        Assert.Equal("/sign-in", (await ana.EnterPasswordAsync()).Path);
    }

    [Fact]
    public async Task A_half_finished_sign_in_that_meets_a_forged_role_is_refused_too()
    {
        var half = ana.Elsewhere(app);
        var form = await half.EnterPasswordAsync();
        await app.ExecuteAsync($"UPDATE account SET role='admin' WHERE user_name='ana'");

        await half.Browser.SubmitAsync(form, ("code", ana.Code()));

        await half.AssertSignedOutAsync();
        Assert.StartsWith("/sign-in", (await half.Browser.GetAsync("/admin")).Path, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private static void AssertSays(VisitedPage page, string sentence) =>
        Assert.Contains(sentence, page.WordsOf("[role=status]"), StringComparison.Ordinal);

    private async Task<TestUser> EnrolledAsync(string name)
    {
        var user = new TestUser(app, name, $"{name}@acme.example");
        await user.ConfirmAsync(await user.ChoosePasswordAsync(await user.OpenInvitationAsync(await app.InviteByConsoleAsync(name))));
        return user;
    }
}
