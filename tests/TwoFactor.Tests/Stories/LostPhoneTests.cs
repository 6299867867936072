namespace TwoFactor.Tests.Stories;

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
        await page.FillInAsync(
            ("username", "ada"), ("email", "ada@acme.example"), ("new-password", Password), ("new-password-again", Password));
        await page.PressButtonAsync("Continue", "/enroll");
        var lost = await page.ScanAsync();
        await page.FillInAsync(("code", await lost.NextCodeAsync()));
        await page.PressButtonAsync("Confirm", "/enroll/recovery-codes");
        var paper = await page.Locator(".codes li").AllInnerTextsAsync();
        Assert.Equal(10, paper.Count);

        // The tab is closed and opened again: the codes are still there, for this browser.
        await page.GotoAsync("/account");
        await page.GotoAsync("/enroll/recovery-codes");
        Assert.Equal(paper, await page.Locator(".codes li").AllInnerTextsAsync());
        await page.Locator("input[name=saved]").CheckAsync();
        await page.PressButtonAsync("Continue", "/account");
        await page.Context.CloseAsync();

        var laptop = await browser.OpenAsync(server.Address);
        await laptop.GotoAsync("/sign-in");
        await laptop.FillInAsync(("username", "ada"), ("password", Password));
        await laptop.PressButtonAsync("Continue", "/sign-in/code");
        await laptop.FollowLinkAsync("Use a recovery code", "/sign-in/recovery-code");
        await laptop.FillInAsync(("recovery-code", paper[0].ToLowerInvariant()));
        await laptop.PressButtonAsync("Sign in", "/account");
        Assert.Contains("9 of 10 left", await laptop.InnerTextAsync("main"), StringComparison.Ordinal);
        await server.Mailbox.TakeAsync("ada@acme.example", "A recovery code was used, 9 are left");

        await laptop.FollowLinkAsync("It is lost: set up a new one", "/account/authenticators");
        await laptop.PressButtonAsync("Set up a new phone", "/enroll");
        var found = await laptop.ScanAsync();
        Assert.Equal("Acme:ada (2)", found.Line);
        await laptop.FillInAsync(("code", await found.NextCodeAsync()));
        await laptop.PressButtonAsync("Confirm", "/account");

        // The back button shows nothing that still works.
        await laptop.GoBackAsync();
        Assert.Equal(0, await laptop.Locator("img.qr").CountAsync());

        await laptop.GotoAsync("/sign-out");
        await laptop.PressButtonAsync("Sign out", "/sign-in");
        await laptop.FillInAsync(("username", "ada"), ("password", Password));
        await laptop.PressButtonAsync("Continue", "/sign-in/code");
        await laptop.FillInAsync(("code", await lost.CurrentCodeAsync()));
        await laptop.PressButtonAsync("Sign in", "/sign-in/code");
        Assert.Contains("That code did not work", await laptop.InnerTextAsync("main"), StringComparison.Ordinal);
        await laptop.FillInAsync(("code", await found.NextCodeAsync()));
        await laptop.PressButtonAsync("Sign in", "/account");
        await laptop.Context.CloseAsync();
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }
}
