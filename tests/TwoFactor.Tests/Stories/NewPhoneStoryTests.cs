namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A new phone while the old one works, in a real browser without scripts: nothing stops before its owner says so.</summary>
[Collection(BrowserTests.Name)]
public sealed class NewPhoneStoryTests(Harness.Browser browser)
{
    [Fact]
    public async Task Begun_and_given_up_it_changes_nothing()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        var givenUp = await BeginAsync(ada);

        // She walks away from the picture, by the address bar, and signs out.
        await ada.Page.GotoAsync("/account/authenticators");
        Assert.Equal(["Authenticator app"], await LabelsAsync(ada.Page));
        await BrowserUser.SignOutAsync(ada.Page);
        await ada.Page.GotoAsync("/enroll");
        Assert.Equal(0, await ada.Page.Locator("img.qr").CountAsync());

        await ada.FailAsync(ada.Page, await givenUp.CurrentCodeAsync());
        await ada.Page.FillInAsync(("code", await ada.Phone.NextCodeAsync()));
        await ada.Page.PressButtonAsync("Sign in", "/account");
        await ada.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task Completed_it_works_beside_the_old_one_until_that_is_removed()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        var second = await BeginAsync(ada);
        await ada.Page.FillInAsync(("code", await second.NextCodeAsync()));
        await ada.Page.PressButtonAsync("Confirm", "/account/authenticators");
        await ada.Page.AssertSaysAsync("Done. Authenticator app still works too. Remove it below, or keep both.");
        Assert.Equal(["Authenticator app", "Authenticator app (2)"], await LabelsAsync(ada.Page));
        await server.Mailbox.TakeAsync("ada@acme.example", "authenticator");

        var elsewhere = await browser.OpenAsync(server.Address, Look.Phone);
        await ada.SignInAsync(elsewhere, await ada.Phone.NextCodeAsync());
        await BrowserUser.SignOutAsync(elsewhere);
        await ada.SignInAsync(elsewhere, await second.NextCodeAsync(after: ada.Phone));

        await ada.Page.PressButtonAsync("Remove Authenticator app", "/account/authenticators");
        await ada.Page.AssertSaysAsync("Removed. Delete its line in the app.");
        Assert.Equal(["Authenticator app (2)"], await LabelsAsync(ada.Page));
        await elsewhere.ReloadAsync();
        Assert.Equal("/sign-in", elsewhere.Path());
        await ada.FailAsync(elsewhere, await ada.Phone.CurrentCodeAsync());
        await elsewhere.Context.CloseAsync();
        await ada.Page.Context.CloseAsync();
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    [Fact]
    public async Task Scanned_into_the_same_app_it_is_a_line_of_its_own_and_the_old_line_works_until_the_new_one_is_confirmed()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        var app = new Dictionary<string, ScannedPhone>(StringComparer.Ordinal) { [ada.Phone.Line] = ada.Phone };
        await BrowserUser.SignOutAsync(ada.Page);
        await ada.EnterPasswordAsync(ada.Page);
        await ada.Page.FollowLinkAsync("Use a recovery code", "/sign-in/recovery-code");
        await ada.Page.FillInAsync(("recovery-code", ada.Paper[0]));
        await ada.Page.PressButtonAsync("Sign in", "/account");
        await ada.Page.FollowLinkAsync("It is lost: set up a new one", "/account/authenticators");
        await ada.Page.PressButtonAsync("Set up a new phone", "/enroll");

        // Scanned twice: the second time takes the place of the first, and of nothing else.
        foreach (var scanned in new[] { await ada.Page.ScanAsync(), await ada.Page.ScanAsync() })
        {
            app[scanned.Line] = scanned;
        }

        Assert.Equal(["Acme:ada", "Acme:ada (2)"], app.Keys.Order(StringComparer.Ordinal));
        var (old, second) = (app["Acme:ada"], app["Acme:ada (2)"]);
        Assert.NotEqual(old.Secret, second.Secret);
        var elsewhere = await browser.OpenAsync(server.Address);
        await ada.FailAsync(elsewhere, await second.CurrentCodeAsync());
        await elsewhere.FillInAsync(("code", await old.NextCodeAsync()));
        await elsewhere.PressButtonAsync("Sign in", "/account");
        await BrowserUser.SignOutAsync(elsewhere);

        await ada.Page.FillInAsync(("code", await second.NextCodeAsync()));
        await ada.Page.PressButtonAsync("Confirm", "/account");

        await ada.Page.AssertSaysAsync("From now on, codes come from the new authenticator alone.");
        await ada.FailAsync(elsewhere, await old.CurrentCodeAsync());
        await elsewhere.FillInAsync(("code", await second.NextCodeAsync()));
        await elsewhere.PressButtonAsync("Sign in", "/account");
        await elsewhere.Context.CloseAsync();
        await ada.Page.Context.CloseAsync();
    }

    /// <summary>A code of the old phone, then the picture for the new one.</summary>
    private static async Task<ScannedPhone> BeginAsync(BrowserUser ada)
    {
        await ada.Page.FollowLinkAsync("Authenticators", "/account/authenticators");
        await ada.Page.PressButtonAsync("Set up another phone", "/proof?for=authenticators");
        await ada.Page.FillInAsync(("code", await ada.Phone.NextCodeAsync()));
        await ada.Page.PressButtonAsync("Continue", "/account/authenticators");
        await ada.Page.PressButtonAsync("Set up another phone", "/enroll");
        var scanned = await ada.Page.ScanAsync();
        Assert.Equal("Acme:ada (2)", scanned.Line);
        Assert.NotEqual(ada.Phone.Secret, scanned.Secret);
        return scanned;
    }

    private static async Task<IReadOnlyList<string>> LabelsAsync(IPage page) =>
        await page.Locator("main section.card h2").AllInnerTextsAsync();
}
