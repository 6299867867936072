namespace TwoFactor.Tests.Harness;

using Microsoft.Playwright;
using Xunit;

/// <summary>Somebody who came in through a real browser: with a phone that scanned the picture, and recovery codes on paper.</summary>
internal sealed record BrowserUser(string UserName, IPage Page, ScannedPhone Phone, IReadOnlyList<string> Paper)
{
    public const string Password = "correct horse battery staple";

    public static async Task<BrowserUser> FirstAdminAsync(Browser browser, ServerProcess server, Look? look = null)
    {
        var page = await browser.OpenAsync(server.Address, look);
        await page.GotoAsync((await server.SetupLinkAsync()).AbsoluteUri);
        await page.FillInAsync(
            ("username", "ada"), ("email", "ada@acme.example"), ("new-password", Password), ("new-password-again", Password));
        await page.PressButtonAsync("Continue", "/enroll");
        return await ConfirmAsync("ada", page);
    }

    /// <summary>Scans the picture, types the first code, saves the recovery codes.</summary>
    public static async Task<BrowserUser> ConfirmAsync(string userName, IPage page)
    {
        var phone = await page.ScanAsync();
        await page.FillInAsync(("code", await phone.NextCodeAsync()));
        await page.PressButtonAsync("Confirm", "/enroll/recovery-codes");
        var paper = await page.Locator(".codes li").AllInnerTextsAsync();
        Assert.Equal(10, paper.Count);
        await page.Locator("input[name=saved]").CheckAsync();
        await page.PressButtonAsync("Continue", "/account");
        return new BrowserUser(userName, page, phone, paper);
    }

    /// <summary>The password step.</summary>
    public async Task EnterPasswordAsync(IPage page, string password = Password)
    {
        await page.GotoAsync("/sign-in");
        await page.FillInAsync(("username", UserName), ("password", password));
        await page.PressButtonAsync("Continue", "/sign-in/code");
    }

    /// <summary>Both steps.</summary>
    public async Task SignInAsync(IPage page, string code)
    {
        await EnterPasswordAsync(page);
        await page.FillInAsync(("code", code));
        await page.PressButtonAsync("Sign in", "/account");
    }

    /// <summary>Both steps, with a code that is refused.</summary>
    public async Task FailAsync(IPage page, string code)
    {
        await EnterPasswordAsync(page);
        await page.FillInAsync(("code", code));
        await page.PressButtonAsync("Sign in", "/sign-in/code");
        await page.AssertSaysAsync("That code did not work");
    }

    public static async Task SignOutAsync(IPage page)
    {
        await page.GotoAsync("/sign-out");
        await page.PressButtonAsync("Sign out", "/sign-in");
    }
}
