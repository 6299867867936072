namespace TwoFactor.Tests.Pages;

using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Two tabs of one browser share its cookies: what is typed in one is never taken for the other's.</summary>
public sealed class TwoTabsTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private TestUser ana = null!;
    private TestUser bob = null!;

    public async ValueTask InitializeAsync()
    {
        await TestUser.FirstAdminAsync(app);
        ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await ana.SaveRecoveryCodesAsync();
        bob = await TestUsers.AddAsync(app, "bob", Role.User);
        ana.TakeNewBrowser();
    }

    [Theory]
    [InlineData("/sign-in/code", "code")]
    [InlineData("/sign-in/recovery-code", "recovery-code")]
    public async Task Another_person_s_sign_in_in_the_second_tab_ends_the_first_and_is_charged_for_nothing(string page, string field)
    {
        await ana.EnterPasswordAsync();
        var first = await ana.Browser.GetAsync(page);
        await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/sign-in"), ("username", "bob"), ("password", bob.Password));

        var answer = await ana.Browser.SubmitAsync(first, (field, field == "code" ? ana.Code() : ana.RecoveryCodes[0]));

        Assert.Contains("you began another in a second tab. Nothing on your account has changed.", answer.Words, StringComparison.Ordinal);
        var guard = await app.GuardAsync(await app.IdAsync("bob"));
        Assert.Equal((0, 0), (guard.Fails, guard.RecoveryFails));
        Assert.Equal("/account", (await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/sign-in/code"), ("code", bob.Code()))).Path);
        Assert.Equal("/account", (await ana.Elsewhere(app).RecoverAsync(ana.RecoveryCodes[0])).Path);
    }

    [Theory]
    [InlineData("/sign-in/ticket", "ticket")]
    [InlineData("/sign-in/cancel-reset", "code")]
    public async Task So_it_is_while_resets_are_open(string page, string field)
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        await app.ResetByConsoleAsync("bob");
        await ana.EnterPasswordAsync();
        var first = await ana.Browser.GetAsync(page);
        await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/sign-in"), ("username", "bob"), ("password", bob.Password));

        var answer = await ana.Browser.SubmitAsync(first, (field, field == "code" ? ana.Code() : ticket.RevealInGroups()));

        Assert.Contains("you began another in a second tab. Nothing on your account has changed.", answer.Words, StringComparison.Ordinal);
        foreach (var name in new[] { "ana", "bob" })
        {
            var guard = await app.GuardAsync(await app.IdAsync(name));
            Assert.Equal((0, TwoFactor.Authenticators.HeldBy.Reset), (guard.Fails, guard.Held));
        }

        Assert.Equal("/enroll", (await ana.Elsewhere(app).EnterTicketAsync(ticket)).Path);
    }

    [Fact]
    public async Task The_same_person_s_two_tabs_both_lead_on()
    {
        var first = await ana.EnterPasswordAsync();
        await ana.EnterPasswordAsync();

        Assert.Equal("/account", (await ana.Browser.SubmitAsync(first, ("code", ana.Code()))).Path);
    }

    [Fact]
    public async Task A_picture_that_was_confirmed_in_another_tab_is_not_said_to_have_changed_nothing()
    {
        await ana.SignInAsync();
        await ana.ProveAsync(app);
        var first = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        Assert.Contains("Authenticator app keeps working until you confirm. Cancel", first.Words, StringComparison.Ordinal);
        Assert.Equal("/account/authenticators", first.Link("Cancel").AbsolutePath);
        await ana.ScanAsync();
        await ana.Browser.SubmitAsync(first, ("code", ana.Code()));

        var second = await ana.Browser.GetAsync("/enroll");

        Assert.Contains(
            "There is no picture to confirm in this browser. Confirmed in another tab? Then all is well.",
            second.Words,
            StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();
}
