namespace TwoFactor.Tests.Sessions;

using System.Net;
using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Whoever copied a cookie has no part in what its owner proves later.</summary>
public sealed class StolenCookieTests : IAsyncLifetime, IDisposable
{
    private const string Cookie = "TwoFactor-Session";

    private App app = new();
    private TestUser admin = null!;

    public async ValueTask InitializeAsync()
    {
        admin = await TestUser.FirstAdminAsync(app);
        app.Time.Advance(RecoveryActions.HalfMinute);
    }

    [Theory]
    [InlineData("recovery-codes")]
    [InlineData("admin")]
    public async Task A_proof_gives_the_session_a_new_id_and_the_copy_is_nothing(string purpose)
    {
        var thief = Copy("TwoFactor-Session");
        await thief.AssertSignedInAsync();

        await admin.Browser.SubmitAsync(await admin.Browser.GetAsync($"/proof?for={purpose}"), ("code", admin.Code()));

        await admin.AssertSignedInAsync();
        await thief.AssertSignedOutAsync();
        Assert.NotEqual(thief.Browser.Cookies[Cookie], admin.Browser.Cookies[Cookie]);
    }

    [Fact]
    public async Task A_code_for_the_pages_of_administration_changes_no_factor()
    {
        app.Time.Advance(TimeSpan.FromMinutes(16));
        await admin.Browser.SubmitAsync(await admin.Browser.GetAsync("/admin"), ("code", admin.Code()));
        Assert.Equal("/admin", (await admin.Browser.GetAsync("/admin")).Path);

        Assert.Equal(
            "/proof?for=authenticators",
            (await admin.Browser.PressAsync(await admin.Browser.GetAsync("/account/authenticators"), "Set up another phone")).Path);
        Assert.Equal("/proof?for=password", (await admin.Browser.GetAsync("/account/password")).Path);
    }

    [Fact]
    public async Task Nobody_but_the_session_that_gave_the_proof_sees_or_confirms_its_picture()
    {
        await admin.ProveAsync(app);
        await admin.Browser.PressAsync(await admin.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        await admin.ScanAsync();
        var thief = Copy("TwoFactor-Enrollment");
        var other = await TestUsers.AddAsync(app, "eve", Role.User);
        other.Browser.Cookies["TwoFactor-Enrollment"] = admin.Browser.Cookies["TwoFactor-Enrollment"];
        var form = await admin.Browser.GetAsync("/enroll");

        foreach (var browser in new[] { thief.Browser, other.Browser })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/enroll/qr.png")).Status);
            Assert.Contains(
                "There is no picture to confirm in this browser.",
                (await browser.GetAsync("/enroll/manual-key")).Words,
                StringComparison.Ordinal);
            var token = (await browser.GetAsync("/sign-in")).Document.QuerySelector("input[name=form-token]")
                ?? (await browser.GetAsync("/sign-out")).Document.QuerySelector("input[name=form-token]");
            using var content = new FormUrlEncodedContent([new("code", admin.Code()), new("form-token", token!.GetAttribute("value")!)]);
            Assert.Equal(
                HttpStatusCode.OK, (await browser.OnceAsync(HttpMethod.Post, new Uri("/enroll", UriKind.Relative), content)).Status);
        }

        Assert.Equal("/account/authenticators", (await admin.Browser.SubmitAsync(form, ("code", admin.Code()))).Path);
    }

    [Fact]
    public async Task A_picture_waits_for_the_password_with_its_session()
    {
        await admin.ProveAsync(app);
        var page = await admin.Browser.PressAsync(await admin.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        await admin.ScanAsync();
        for (var minutes = 0; minutes < 54; minutes += 9)
        {
            app.Time.Advance(TimeSpan.FromMinutes(9));
            page = await admin.Browser.PressAsync(page, "I need more time");
        }

        await app.WriteLastUsesAsync();

        // What one round wrote counts until the next.
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await app.WriteLastUsesAsync();
        await app.ExecuteAsync($"UPDATE session SET last_seen_at=last_seen_at-3600");
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Browser.GetAsync("/enroll/qr.png")).Status);
        var asks = await admin.Browser.GetAsync("/enroll");
        Assert.Equal("/sign-in?returnUrl=%2Fenroll", asks.Path);
        var back = await admin.Browser.SubmitAsync(asks, ("password", admin.Password));

        Assert.Equal("/enroll", back.Path);
        Assert.Equal("/account/authenticators", (await admin.Browser.SubmitAsync(back, ("code", admin.Code()))).Path);
    }

    [Fact]
    public async Task The_password_that_wakes_a_session_brings_no_older_proof_back()
    {
        app.Dispose();
        app = new App(
            ("Limits:Sessions:IdleMinutes", "5"), ("Limits:Sessions:ProofMinutes", "30"), ("Limits:Sessions:RecoveryProofMinutes", "60"));
        await InitializeAsync();
        await admin.SaveRecoveryCodesAsync();
        await admin.ProveAsync(app);
        app.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("/account", (await admin.EnterPasswordAsync()).Path);
        Assert.Equal("/proof?for=password", (await admin.Browser.GetAsync("/account/password")).Path);

        admin.TakeNewBrowser();
        await admin.RecoverAsync(admin.RecoveryCodes[0]);
        app.Time.Advance(TimeSpan.FromMinutes(6));
        await admin.EnterPasswordAsync();
        Assert.Equal("/proof?for=password", (await admin.Browser.GetAsync("/account/password")).Path);
    }

    [Theory]
    [InlineData("/account/profile", 61)]
    [InlineData("/admin/accounts/new", 16)]
    public async Task A_post_without_its_token_is_kept_for_nobody(string path, int minutes)
    {
        app.Time.Advance(TimeSpan.FromMinutes(minutes));
        using var content = new FormUrlEncodedContent(
            [new("email", "thief@evil.example"), new("username", "thief"), new("form-token", "nonsense")]);

        await admin.Browser.OnceAsync(HttpMethod.Post, new Uri(path, UriKind.Relative), content);

        Assert.Equal(0, Assert.Single(await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM saved_form")));
    }

    [Fact]
    public async Task What_somebody_else_left_in_a_tab_of_this_browser_is_not_kept_for_whoever_sits_there_now()
    {
        var bob = await TestUsers.AddAsync(app, "bob", Role.User);
        var left = await bob.Browser.GetAsync("/account/profile");
        await bob.SignOutAsync();
        await bob.Browser.SubmitAsync(
            await bob.Browser.SubmitAsync(await bob.Browser.GetAsync("/sign-in"), ("username", "ada"), ("password", admin.Password)),
            ("code", admin.Code()));
        app.Time.Advance(TimeSpan.FromMinutes(61));

        await bob.Browser.SubmitAsync(left, ("email", "bob@new.example"));

        Assert.Equal(0, Assert.Single(await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM saved_form")));
    }

    [Fact]
    public async Task A_sign_out_that_was_pressed_an_hour_late_signs_out()
    {
        var page = await admin.Browser.GetAsync("/account");
        app.Time.Advance(TimeSpan.FromMinutes(61));

        Assert.Contains("You are signed out.", (await admin.Browser.PressAsync(page, "Sign out")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proof_that_was_typed_an_hour_late_is_asked_for_again_at_its_own_page()
    {
        var page = await admin.Browser.GetAsync("/proof?for=password");
        app.Time.Advance(TimeSpan.FromMinutes(61));

        var asks = await admin.Browser.SubmitAsync(page, ("code", admin.Code()));

        Assert.Equal("/proof?for=password", (await admin.Browser.SubmitAsync(asks, ("password", admin.Password))).Path);
        Assert.Equal("/account", (await admin.Browser.GetAsync("/proof")).Path);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    /// <summary>Another browser, with one cookie of the owner's.</summary>
    private TestUser Copy(string cookie)
    {
        var thief = admin.Elsewhere(app);
        thief.Browser.Cookies[cookie] = admin.Browser.Cookies[cookie];
        return thief;
    }
}
