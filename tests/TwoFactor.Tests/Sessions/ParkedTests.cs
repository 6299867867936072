namespace TwoFactor.Tests.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>A session that was left alone for an hour: the password wakes it, in its own browser, until a day after its code.</summary>
public sealed class ParkedTests : IAsyncLifetime, IDisposable
{
    private const string Cookie = "TwoFactor-Session";
    private static readonly TimeSpan Hour = TimeSpan.FromMinutes(60);

    private readonly App app = new();
    private TestUser ana = null!;
    private DateTimeOffset began;

    public async ValueTask InitializeAsync()
    {
        await TestUser.FirstAdminAsync(app);
        ana = await TestUsers.AddAsync(app, "ana", Role.User);
        began = app.Time.GetUtcNow() - RecoveryActions.HalfMinute;
        app.Time.Advance(RecoveryActions.HalfMinute);
    }

    [Fact]
    public async Task The_password_alone_goes_on_and_leads_where_somebody_wanted_to_go()
    {
        var before = ana.Browser.Cookies[Cookie];
        app.Time.Advance(Hour);

        var asks = await ana.Browser.GetAsync("/account/authenticators");
        Assert.Equal("/sign-in?returnUrl=%2Faccount%2Fauthenticators", asks.Path);
        Assert.Contains(
            "You were away for a while. Enter your password to go on.", asks.WordsOf("[role=status]"), StringComparison.Ordinal);
        Assert.Equal("ana", asks.Field("username")!.GetAttribute("value"));
        var after = await ana.Browser.SubmitAsync(asks, ("password", ana.Password));

        Assert.Equal("/account/authenticators", after.Path);
        Assert.NotEqual(before, ana.Browser.Cookies[Cookie]);
        Assert.Equal(1, await app.CountAsync(AuditKinds.SessionResumed, await app.IdAsync("ana")));
        var thief = ana.Elsewhere(app);
        thief.Browser.Cookies[Cookie] = before;
        await thief.AssertSignedOutAsync();
    }

    [Fact]
    public async Task A_day_after_the_code_the_password_alone_is_not_enough()
    {
        var last = began.AddHours(24) - TimeSpan.FromSeconds(1);
        app.Time.SetUtcNow(last);
        Assert.Equal("/account", (await ana.EnterPasswordAsync()).Path);

        app.Time.SetUtcNow(began.AddHours(24));
        Assert.Contains(
            "You were signed out: a sign-in lasts 24 hours.", (await ana.AssertSignedOutAsync()).Words, StringComparison.Ordinal);
        Assert.Equal("/sign-in/code", (await ana.EnterPasswordAsync()).Path);
    }

    [Fact]
    public async Task Another_browser_is_asked_for_the_code()
    {
        app.Time.Advance(Hour);

        Assert.Equal("/sign-in/code", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);
    }

    [Fact]
    public async Task A_wrong_password_wakes_nothing_and_ends_nothing()
    {
        app.Time.Advance(Hour);

        var refused = await ana.Browser.SubmitAsync(
            await ana.Browser.GetAsync("/sign-in"), ("username", "ana"), ("password", "not the right password"));
        Assert.Contains("Check your username and password.", refused.Words, StringComparison.Ordinal);
        await ana.AssertSignedOutAsync();

        Assert.Equal("/account", (await ana.EnterPasswordAsync()).Path);
    }

    [Fact]
    public async Task Somebody_else_s_password_opens_a_sign_in_of_their_own_and_ends_it()
    {
        var bob = await TestUsers.AddAsync(app, "bob", Role.User);
        app.Time.Advance(Hour);
        var cookie = ana.Browser.Cookies[Cookie];

        var code = await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/sign-in"), ("username", "bob"), ("password", bob.Password));
        Assert.Equal("/sign-in/code", code.Path);
        await ana.Browser.SubmitAsync(code, ("code", bob.Code()));

        var copy = ana.Elsewhere(app);
        copy.Browser.Cookies[Cookie] = cookie;
        Assert.Equal("/sign-in/code", (await copy.EnterPasswordAsync()).Path);
    }

    [Fact]
    public async Task A_change_in_another_browser_or_an_end_from_there_reaches_it()
    {
        var second = ana.Elsewhere(app);
        await second.SignInAsync();
        app.Time.Advance(Hour);
        var third = ana.Elsewhere(app);
        var list = await third.Browser.GetAsync((await third.SignInAsync()).Link("Sessions").AbsolutePath);
        Assert.Contains("Asks for the password, last used", list.Words, StringComparison.Ordinal);
        await third.Browser.PressAsync(list, "End all others");
        Assert.Equal("/sign-in/code", (await ana.EnterPasswordAsync()).Path);

        app.Time.Advance(Hour);
        await app.ResetByConsoleAsync("ana");
        Assert.Equal("/sign-in/ticket", (await third.EnterPasswordAsync()).Path);
    }

    [Fact]
    public async Task It_is_signed_out_without_a_password()
    {
        app.Time.Advance(Hour);

        await ana.Browser.PressAsync(await ana.Browser.GetAsync("/sign-out"), "Sign out");

        Assert.Null(ana.Browser.Cookies[Cookie]);
        Assert.Equal(1, await app.CountAsync(AuditKinds.SignedOut, await app.IdAsync("ana")));
        Assert.Equal("/sign-in/code", (await ana.EnterPasswordAsync()).Path);
    }

    [Fact]
    public async Task What_was_being_typed_comes_back_after_the_password()
    {
        var form = await ana.Browser.GetAsync("/account/profile");
        app.Time.Advance(Hour);

        var asks = await ana.Browser.SubmitAsync(form, ("email", "ana@new.example"), ("second-email", "ana@home.example"));
        Assert.StartsWith("/sign-in", asks.Path, StringComparison.Ordinal);
        var back = await ana.Browser.SubmitAsync(asks, ("password", ana.Password));

        Assert.Equal("/account/profile", back.Path);
        Assert.Equal("ana@new.example", back.Field("email")!.GetAttribute("value"));
        Assert.Equal("ana@home.example", back.Field("second-email")!.GetAttribute("value"));
        Assert.Contains("Nothing was sent yet. Here is what you typed.", back.Words, StringComparison.Ordinal);
        Assert.Equal("ana@acme.example", (await ana.Browser.GetAsync("/account/profile")).Field("email")!.GetAttribute("value"));
    }

    [Fact]
    public async Task So_does_a_name_for_a_phone()
    {
        var form = await ana.Browser.GetAsync("/account/authenticators");
        app.Time.Advance(Hour);

        var asks = await ana.Browser.SubmitAsync(form, ("label", "Pixel 6"));
        var back = await ana.Browser.SubmitAsync(asks, ("password", ana.Password));

        Assert.Equal("/account/authenticators", back.Path);
        Assert.Equal("Pixel 6", back.Field("label")!.GetAttribute("value"));
        Assert.Contains("Renamed.", (await ana.Browser.PressAsync(back, "Rename Authenticator app")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_repairs_is_over_after_an_hour()
    {
        await ana.SaveRecoveryCodesAsync();
        await ana.CloseGuardAsync(app, 50);
        ana.TakeNewBrowser();
        await ana.RecoverAsync(ana.RecoveryCodes[0]);
        app.Time.Advance(Hour);

        Assert.Contains(
            "You were signed out after 1 hour without use.", (await ana.AssertSignedOutAsync()).Words, StringComparison.Ordinal);
        Assert.Equal("/sign-in/code", (await ana.EnterPasswordAsync()).Path);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();
}
