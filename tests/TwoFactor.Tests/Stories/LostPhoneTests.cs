namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A lost phone and a sheet of paper, in a real browser without scripts: nobody has to be called.</summary>
[Collection(BrowserTests.Name)]
public sealed class LostPhoneTests(Harness.Browser browser)
{
    private const string Password = "correct horse battery staple";

    [Fact]
    public async Task A_recovery_code_leads_from_a_lost_phone_to_a_new_one()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var page = await browser.OpenAsync(server.Address, Look.Phone);
        await page.GotoAsync((await server.SetupLinkAsync()).AbsoluteUri);
        await FillAsync(page, ("username", "ada"), ("email", "ada@acme.example"), ("new-password", Password), ("new-password-again", Password));
        await PressAsync(page, "Continue", "**/enroll");
        var lost = await ScannedPhone.ScanAsync(await page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true }));
        await FillAsync(page, ("code", await lost.NextCodeAsync()));
        await PressAsync(page, "Confirm", "**/enroll/recovery-codes");
        var paper = await page.Locator(".codes li").AllInnerTextsAsync();
        Assert.Equal(10, paper.Count);

        // The tab is closed and opened again: the codes are still there, for this browser.
        await page.GotoAsync("/account");
        await page.GotoAsync("/enroll/recovery-codes");
        Assert.Equal(paper, await page.Locator(".codes li").AllInnerTextsAsync());
        await page.Locator("input[name=saved]").CheckAsync();
        await PressAsync(page, "Continue", "**/account");
        await page.Context.CloseAsync();

        var laptop = await browser.OpenAsync(server.Address);
        await laptop.GotoAsync("/sign-in");
        await FillAsync(laptop, ("username", "ada"), ("password", Password));
        await PressAsync(laptop, "Continue", "**/sign-in/code");
        await FollowAsync(laptop, "Use a recovery code", "/sign-in/recovery-code");
        await FillAsync(laptop, ("recovery-code", paper[0].ToLowerInvariant()));
        await PressAsync(laptop, "Sign in", "**/account");
        Assert.Contains("9 of 10 left", await laptop.InnerTextAsync("main"), StringComparison.Ordinal);
        await server.Mailbox.TakeAsync("ada@acme.example", "A recovery code was used, 9 are left");

        await FollowAsync(laptop, "It is lost: set up a new one", "/account/authenticators");
        await PressAsync(laptop, "Set up a new phone", "**/enroll");
        var found = await ScannedPhone.ScanAsync(await laptop.ScreenshotAsync(new PageScreenshotOptions { FullPage = true }));
        Assert.Equal("Acme:ada (2)", Uri.UnescapeDataString(found.Scanned.AbsolutePath.TrimStart('/')));
        await FillAsync(laptop, ("code", await found.NextCodeAsync()));
        await PressAsync(laptop, "Confirm", "**/account");

        // The back button shows nothing that still works.
        await laptop.GoBackAsync();
        Assert.Equal(0, await laptop.Locator("img.qr").CountAsync());

        await laptop.GotoAsync("/sign-out");
        await PressAsync(laptop, "Sign out", "**/sign-in");
        await FillAsync(laptop, ("username", "ada"), ("password", Password));
        await PressAsync(laptop, "Continue", "**/sign-in/code");
        await FillAsync(laptop, ("code", await lost.CurrentCodeAsync()));
        await PressAsync(laptop, "Sign in", "**/sign-in/code");
        Assert.Contains("That code did not work", await laptop.InnerTextAsync("main"), StringComparison.Ordinal);
        await FillAsync(laptop, ("code", await found.NextCodeAsync()));
        await PressAsync(laptop, "Sign in", "**/account");
        await laptop.Context.CloseAsync();
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    private static async Task FillAsync(IPage page, params (string Name, string Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            await page.Locator($"main input[name='{name}']").FillAsync(value);
        }
    }

    /// <summary>The link must stand there, and lead where it says.</summary>
    private static async Task FollowAsync(IPage page, string link, string then)
    {
        Assert.Equal(then, await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = link }).GetAttributeAsync("href"));
        await page.GotoAsync(then);
    }

    private static async Task PressAsync(IPage page, string button, string then)
    {
        var answer = page.WaitForResponseAsync(response => response.Request.Method == "POST");
        await page.Locator("main").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true }).ClickAsync();
        await answer;
        await page.WaitForURLAsync(then);
        await page.WaitForLoadStateAsync(LoadState.Load);
    }
}
