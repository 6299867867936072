namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// A tab is closed at each step, by mistake or by a phone that wants its memory back: its address, opened again, goes on from there.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class ClosedTabStoryTests(Harness.Browser browser)
{
    [Fact]
    public async Task At_each_step_of_a_sign_in()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        await BrowserUser.SignOutAsync(ada.Page);

        // The way to another page was interrupted by the sign-in; it is not forgotten.
        await ada.Page.GotoAsync("/account/password");
        var page = await ada.Page.ReopenAsync();
        Assert.Equal("/sign-in", page.Path());
        await page.FillInAsync(("username", "ada"), ("password", BrowserUser.Password));
        await page.PressButtonAsync("Continue", "/sign-in/code");
        page = await page.ReopenAsync();
        Assert.Equal("Enter your code", await page.InnerTextAsync("h1"));
        await page.AssertSaysAsync("Signing in as ada");

        await page.FillInAsync(("code", ada.Phone.WrongCode()));
        await page.PressButtonAsync("Sign in", "/sign-in/code");
        page = await page.ReopenAsync();
        Assert.Equal(1, await page.Locator("input[name=code]").CountAsync());

        // From the first page, opened again, the name is still known, and the way.
        await page.GotoAsync("/sign-in");
        Assert.Equal("ada", await page.InputValueAsync("input[name=username]"));
        await page.GotoAsync("/sign-in/code");
        await page.FillInAsync(("code", await ada.Phone.NextCodeAsync()));
        await page.PressButtonAsync("Sign in", "/proof?for=password");
        page = await page.ReopenAsync();
        await AssertSignedInAsync(page);
    }

    [Fact]
    public async Task At_each_step_from_a_lost_phone_to_a_new_one()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        await BrowserUser.SignOutAsync(ada.Page);
        await ada.EnterPasswordAsync(ada.Page);
        await ada.Page.FollowLinkAsync("Lost your phone?", "/sign-in/help");
        var page = await ada.Page.ReopenAsync();
        await page.FollowLinkAsync("Back", "/sign-in/code");
        await page.FollowLinkAsync("Use a recovery code", "/sign-in/recovery-code");

        page = await page.ReopenAsync();
        await page.AssertSaysAsync("Signing in as ada");
        await page.FillInAsync(("recovery-code", "nonsense"));
        await page.PressButtonAsync("Sign in", "/sign-in/recovery-code");
        page = await page.ReopenAsync();
        await page.FillInAsync(("recovery-code", ada.Paper[0]));
        await page.PressButtonAsync("Sign in", "/account");

        page = await page.ReopenAsync();
        await page.FollowLinkAsync("It is lost: set up a new one", "/account/authenticators");
        page = await page.ReopenAsync();
        await page.PressButtonAsync("Set up a new phone", "/enroll");
        var scanned = await page.ScanAsync();
        page = await page.ReopenAsync();
        Assert.Equal(scanned.Scanned, (await page.ScanAsync()).Scanned);
        await page.FillInAsync(("code", scanned.WrongCode()));
        await page.PressButtonAsync("Confirm", "/enroll");
        page = await page.ReopenAsync();
        Assert.Equal(scanned.Scanned, (await page.ScanAsync()).Scanned);
        await page.FillInAsync(("code", await scanned.NextCodeAsync()));
        await page.PressButtonAsync("Confirm", "/account");
        page = await page.ReopenAsync();
        await AssertSignedInAsync(page);
    }

    [Fact]
    public async Task At_each_step_of_a_new_phone()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server, Look.Phone);
        await ada.Page.FollowLinkAsync("Authenticators", "/account/authenticators");
        var page = await ada.Page.ReopenAsync();
        await page.PressButtonAsync("Set up another phone", "/proof?for=authenticators");
        page = await page.ReopenAsync();
        await page.AssertSaysAsync("to change your authenticators");
        await page.FillInAsync(("code", await ada.Phone.NextCodeAsync()));
        await page.PressButtonAsync("Continue", "/account/authenticators");

        page = await page.ReopenAsync();
        await page.PressButtonAsync("Set up another phone", "/enroll");
        var scanned = await page.ScanAsync();
        page = await page.ReopenAsync();
        Assert.Equal(scanned.Scanned, (await page.ScanAsync()).Scanned);
        await page.FollowLinkAsync("Enter the key by hand", "/enroll/manual-key");
        page = await page.ReopenAsync();
        Assert.Equal(scanned.Secret, (await page.InnerTextAsync(".key")).Replace(" ", "", StringComparison.Ordinal));
        await page.FollowLinkAsync("Enter the code it shows", "/enroll");

        await page.FillInAsync(("code", await scanned.NextCodeAsync()));
        await page.PressButtonAsync("Confirm", "/account/authenticators");
        page = await page.ReopenAsync();
        Assert.Equal(["Authenticator app", "Authenticator app (2)"], await page.Locator("main section.card h2").AllInnerTextsAsync());
        await AssertSignedInAsync(page);
    }

    [Fact]
    public async Task At_each_step_of_the_first_phone()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var page = await browser.OpenAsync(server.Address);
        await page.GotoAsync((await server.SetupLinkAsync()).AbsoluteUri);
        page = await page.ReopenAsync();
        await page.FillInAsync(
            ("username", "ada"), ("email", "ada@acme.example"), ("new-password", BrowserUser.Password),
            ("new-password-again", BrowserUser.Password));
        await page.PressButtonAsync("Continue", "/enroll");
        var phone = await page.ScanAsync();
        page = await page.ReopenAsync();
        Assert.Equal(phone.Scanned, (await page.ScanAsync()).Scanned);
        await page.FillInAsync(("code", await phone.NextCodeAsync()));
        await page.PressButtonAsync("Confirm", "/enroll/recovery-codes");
        var paper = await page.Locator(".codes li").AllInnerTextsAsync();
        page = await page.ReopenAsync();
        Assert.Equal(paper, await page.Locator(".codes li").AllInnerTextsAsync());
        await page.PressButtonAsync("Continue", "/enroll/recovery-codes");
        page = await page.ReopenAsync();
        Assert.Equal(paper, await page.Locator(".codes li").AllInnerTextsAsync());
        await page.Locator("input[name=saved]").CheckAsync();
        await page.PressButtonAsync("Continue", "/account");
        page = await page.ReopenAsync();
        await page.AssertSaysAsync("10 of 10 left");
        await AssertSignedInAsync(page);
    }

    private static async Task AssertSignedInAsync(IPage page)
    {
        await page.GotoAsync("/account");
        Assert.Equal("Your account", await page.InnerTextAsync("h1"));
        await page.Context.CloseAsync();
    }
}
