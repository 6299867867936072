namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The back button leads to nothing that still works: no picture, no code field, nobody else's account.</summary>
[Collection(BrowserTests.Name)]
public sealed class BackButtonStoryTests(Harness.Browser browser)
{
    [Fact]
    public async Task After_a_sign_in_it_leads_to_the_account_again()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        await BrowserUser.SignOutAsync(ada.Page);
        await ada.SignInAsync(ada.Page, await ada.Phone.NextCodeAsync());

        foreach (var _ in Enumerable.Range(0, 2))
        {
            await ada.Page.GoBackAsync();
            Assert.Equal("/account", ada.Page.Path());
            Assert.Equal("Your account", await ada.Page.InnerTextAsync("h1"));
            Assert.Equal(0, await ada.Page.Locator("input[name=code], input[name=password]").CountAsync());
        }

        await ada.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task After_confirming_there_is_no_picture_any_more()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        var page = ada.Page;

        await GoBackToAsync(page, "/account/recovery-codes");
        Assert.Equal(0, await page.Locator(".codes li").CountAsync());
        await GoBackToAsync(page, "/enroll");
        Assert.Equal(0, await page.Locator("img.qr, input[name=code]").CountAsync());
        await page.FollowLinkAsync("Start again", "/sign-in", lands: "/account");
        await page.GotoAsync("/enroll/manual-key");
        Assert.Equal("/enroll", page.Path());
        Assert.Equal(404, (await page.GotoAsync("/enroll/qr.png"))!.Status);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task After_a_sign_out_it_asks_to_sign_in()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        var page = ada.Page;
        await page.GotoAsync("/admin/accounts");
        await page.GotoAsync("/account");
        await BrowserUser.SignOutAsync(page);

        foreach (var place in new[] { "/sign-out", "/account", "/admin/accounts" })
        {
            await page.GoBackAsync();
            Assert.Equal("/sign-in", page.Path());
            Assert.Equal("Sign in", await page.InnerTextAsync("h1"));
            Assert.DoesNotContain("ada@acme.example", await page.ContentAsync(), StringComparison.Ordinal);
            Assert.Equal(place != "/sign-out", page.Url.Contains(Uri.EscapeDataString(place), StringComparison.Ordinal));
        }

        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_a_page_from_before_still_shows_after_a_sign_out_elsewhere_does_nothing_when_pressed()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        var left = await ada.Page.OpenTabAsync("/account/recovery-codes");
        await BrowserUser.SignOutAsync(ada.Page);

        await left.PressButtonAsync("Make new codes", "/sign-in");

        Assert.Equal("Sign in", await left.InnerTextAsync("h1"));
        Assert.Equal(
            0, await new KilledDatabase(server.DatabaseFile).NumberAsync("SELECT COUNT(*) FROM recovery_set WHERE state='pending'"));
        await left.Context.CloseAsync();
    }

    private static async Task GoBackToAsync(IPage page, string then)
    {
        await page.GoBackAsync();
        Assert.Equal(then, page.Path());
    }
}
