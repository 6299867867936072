namespace TwoFactor.Tests.Sessions;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>One fresh code before a change, and what a change ends.</summary>
public sealed class ProofTests : IAsyncLifetime, IDisposable
{
    private const string NewPassword = "an entirely different sentence";

    private readonly App app = new();
    private TestUser ana = null!;

    public async ValueTask InitializeAsync() => ana = await TestUser.FirstAdminAsync(app, "ana");

    [Fact]
    public async Task The_code_that_signed_in_proves_nothing_more_and_a_later_one_does_for_five_minutes()
    {
        ana.TakeNewBrowser();
        var used = ana.Code();
        await ana.SignInAsync();
        var asks = await ana.Browser.GetAsync("/account/password");
        Assert.Equal("/proof?for=password", asks.Path);

        Assert.Contains(
            "A code for this half minute was already used",
            (await ana.Browser.SubmitAsync(asks, ("code", used))).Words,
            StringComparison.Ordinal);
        Assert.Contains(
            "That code did not work", (await ana.Browser.SubmitAsync(asks, ("code", ana.WrongCode()))).Words, StringComparison.Ordinal);
        Assert.Equal(1, (await app.GuardAsync(await app.IdAsync("ana"))).Fails);
        Assert.Equal("/account/password", (await ana.Browser.SubmitAsync(asks, ("code", ana.Code(1)))).Path);

        app.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        var form = await ana.Browser.GetAsync("/account/password");
        Assert.Equal("/account/password", form.Path);
        app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("/proof?for=password", (await ana.Browser.GetAsync("/account/password")).Path);
        var late = await ana.ChangePasswordAsync(form, NewPassword);
        Assert.Equal("/proof?for=password", late.Path);
        ana.TakeNewBrowser();
        Assert.Equal("/account", (await ana.SignInAsync()).Path);
    }

    [Fact]
    public async Task A_proof_of_one_session_is_none_of_another()
    {
        var other = ana.Elsewhere(app);
        await other.SignInAsync();
        await ana.ProveAsync(app);

        Assert.Equal("/proof?for=password", (await other.Browser.GetAsync("/account/password")).Path);
        Assert.Equal("/account/password", (await ana.Browser.GetAsync("/account/password")).Path);
    }

    [Fact]
    public async Task A_new_password_ends_the_old_one_every_other_session_and_what_was_begun_with_it()
    {
        var other = ana.Elsewhere(app);
        await other.SignInAsync();
        var half = ana.Elsewhere(app);
        var code = await half.EnterPasswordAsync();
        var copy = ana.Browser.Cookies["TwoFactor-Session"];
        await ana.ProveAsync(app);
        var form = await ana.Browser.GetAsync("/account/password");
        Assert.Contains(
            "The two do not match.",
            (await ana.Browser.SubmitAsync(form, ("new-password", NewPassword), ("new-password-again", "x"))).Words,
            StringComparison.Ordinal);

        var home = await ana.ChangePasswordAsync(form, NewPassword);

        Assert.Contains("Your password is changed. All other sessions have ended.", home.Words, StringComparison.Ordinal);
        await other.AssertSignedOutAsync();
        app.Time.Advance(RecoveryActions.HalfMinute);
        Assert.Contains("Start again", (await half.Browser.SubmitAsync(code, ("code", ana.Code()))).Words, StringComparison.Ordinal);
        Assert.NotEqual(copy, ana.Browser.Cookies["TwoFactor-Session"]);
        await ana.AssertSignedInAsync();
        var message = await (await app.MailboxAsync()).TakeAsync(ana.Mail, "Your password was changed");
        var stranger = ana.Elsewhere(app);
        Assert.Equal("/sign-in", (await stranger.EnterPasswordAsync()).Path);
        ana.Password = NewPassword;
        Assert.Equal("/account", (await ana.Elsewhere(app).SignInAsync()).Path);

        using var owner = app.Visitor();
        await owner.PressAsync(await owner.GetAsync(message.Link("/not-me/")), "Stop it");
        await ana.AssertSignedOutAsync();
    }

    [Fact]
    public async Task What_was_mailed_stands_on_the_account_page_until_it_is_acknowledged()
    {
        var home = await ana.Browser.GetAsync("/account");
        Assert.Contains("A new authenticator was added.", home.Words, StringComparison.Ordinal);

        var after = await ana.Browser.PressAsync(home, "It was me: A new authenticator was added");

        Assert.DoesNotContain("A new authenticator was added.", after.Words, StringComparison.Ordinal);
        Assert.Contains("Thank you.", after.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_wipes_recovery_codes_and_the_ticket_s_first_code_brings_new_ones()
    {
        await ana.SaveRecoveryCodesAsync();
        var old = ana.RecoveryCodes[0];
        var ticket = await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();
        await ana.ConfirmAsync(await ana.EnterTicketAsync(ticket));

        Assert.Contains("You have none yet.", (await ana.Browser.GetAsync("/account")).Words, StringComparison.Ordinal);
        Assert.Contains("That recovery code did not work", (await ana.Elsewhere(app).RecoverAsync(old)).Words, StringComparison.Ordinal);
        await ana.SaveRecoveryCodesAsync();
        Assert.Equal("/account", (await ana.Elsewhere(app).RecoverAsync(ana.RecoveryCodes[0])).Path);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();
}
