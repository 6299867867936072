namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using OtpNet;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The main job, as people do it: the real program, a real browser without scripts, a camera, a phone.</summary>
[Collection(BrowserTests.Name)]
public sealed class MainJobTests(Harness.Browser browser)
{
    private const string AdaPassword = "correct horse battery staple";
    private const string BobPassword = "a quiet harbour in november";

    [Fact]
    public async Task From_a_scanned_picture_to_a_signed_in_page_and_an_admin_who_resets_a_lost_phone()
    {
        await using var server = await ServerProcess.StartNewAsync(("Brand:Name", "Acme"), ("TwoFactor:Issuer", "Acme"));

        var ada = await browser.OpenAsync(server.Address);
        await ada.GotoAsync((await server.SetupLinkAsync()).AbsoluteUri);
        await ada.FillInAsync(
            ("username", "ada"), ("email", "ada@acme.example"), ("new-password", AdaPassword), ("new-password-again", AdaPassword));
        await PressAsync(ada, "/enroll");
        var adaPhone = await ScannedPhone.ScanAsync(await ada.ScreenshotAsync(new PageScreenshotOptions { FullPage = true }));
        await EnterCodeAsync(ada, await adaPhone.NextCodeAsync(), "/enroll/recovery-codes");
        await SaveCodesAsync(ada);

        await ada.GotoAsync("/admin/accounts/new");
        await ada.FillInAsync(("username", "bob"), ("email", "bob@acme.example"), ("name", "Bob Stone"));
        await PressAsync(ada, "/admin/accounts/*");

        var bob = await browser.OpenAsync(server.Address, Look.Phone);
        var invitation = await server.Mailbox.TakeAsync("bob@acme.example", "invited");
        await bob.GotoAsync(invitation.Link("/invitation/").AbsoluteUri);
        await bob.FillInAsync(("new-password", BobPassword), ("new-password-again", BobPassword));
        await PressAsync(bob, "/enroll");
        var picture = await (await bob.Context.APIRequest.GetAsync(new Uri(server.Address, "/enroll/qr.png").AbsoluteUri)).BodyAsync();
        var firstPhone = await ScannedPhone.ScanAsync(picture);
        AssertEveryAppHonoursIt(firstPhone, "Acme", "Acme:bob");
        await EnterCodeAsync(bob, await firstPhone.NextCodeAsync(), "/enroll/recovery-codes");
        await SaveCodesAsync(bob);

        await SignOutAsync(bob);
        await SignInAsync(bob, "bob", BobPassword, await firstPhone.NextCodeAsync());
        await SignOutAsync(bob);

        await ResetAsync(ada, await adaPhone.NextCodeAsync());
        await server.Mailbox.TakeAsync("bob@acme.example", "The help desk started a reset");
        var ticket = await server.Mailbox.TakeAsync("bob@acme.example", "your ticket");

        await bob.GotoAsync(ticket.Link("/sign-in/ticket/").AbsoluteUri);
        await bob.FillInAsync(("username", "bob"), ("password", BobPassword));
        await PressAsync(bob, "/sign-in/ticket");
        await PressAsync(bob, "/enroll");
        var newPhone = await ScannedPhone.ScanAsync(await bob.ScreenshotAsync(new PageScreenshotOptions { FullPage = true }));
        Assert.NotEqual(firstPhone.Secret, newPhone.Secret);
        AssertEveryAppHonoursIt(newPhone, "Acme", "Acme:bob (2)");

        await EnterCodeAsync(bob, await firstPhone.CurrentCodeAsync(), "/enroll");
        Assert.Contains("That code does not fit this picture", await bob.InnerTextAsync("main"), StringComparison.Ordinal);
        await EnterCodeAsync(bob, await newPhone.NextCodeAsync(), "/enroll/recovery-codes");
        await SaveCodesAsync(bob);

        await SignOutAsync(bob);
        await SignInAsync(bob, "bob", BobPassword, await firstPhone.CurrentCodeAsync(), "/sign-in/code");
        Assert.Contains("That code did not work", await bob.InnerTextAsync("main"), StringComparison.Ordinal);
        await EnterCodeAsync(bob, await newPhone.NextCodeAsync(), "/account");

        await ada.Context.CloseAsync();
        await bob.Context.CloseAsync();
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
        Assert.Equal(0, await server.StopAsync());
    }

    private static void AssertEveryAppHonoursIt(ScannedPhone phone, string issuer, string label)
    {
        Assert.Equal("otpauth", phone.Scanned.Scheme);
        Assert.Equal("totp", phone.Scanned.Host);
        Assert.Equal(label, Uri.UnescapeDataString(phone.Scanned.AbsolutePath.TrimStart('/')));
        Assert.Equal(issuer, phone.Parameter("issuer"));
        Assert.Equal("SHA1", phone.Parameter("algorithm"));
        Assert.Equal("6", phone.Parameter("digits"));
        Assert.Equal("30", phone.Parameter("period"));
        Assert.Equal(32, phone.Secret.Length);
        Assert.Equal(160, Base32Encoding.ToBytes(phone.Secret).Length * 8);
    }

    private static async Task ResetAsync(IPage admin, string code)
    {
        await admin.GotoAsync("/admin/accounts?search=bob");
        await admin.LeadsToAsync(
            "/admin/accounts/*", () => admin.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Bob Stone" }).ClickAsync());
        await admin.LeadsToAsync(
            "/admin/accounts/*", () => admin.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Reset Bob Stone" }).ClickAsync());
        await admin.Locator("input[name=verified][value=call-back]").CheckAsync();
        await admin.Locator("input[name=delivery][value=mail]").CheckAsync();
        var form = admin.Locator("form", new PageLocatorOptions { Has = admin.Locator("input[name=code]") });
        await form.Locator("[name=reason]").FillAsync("Lost the phone on the train");
        await form.Locator("[name=code]").FillAsync(code);
        await admin.LeadsToAsync("/admin/accounts/*", () => form.Locator("button").ClickAsync());
        Assert.Contains("ticket is on its way by mail. It ends ", await admin.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Contains("Held: reset open", await admin.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    private static async Task SignInAsync(IPage page, string name, string password, string code, string then = "/account")
    {
        await page.GotoAsync("/sign-in");
        await page.FillInAsync(("username", name), ("password", password));
        await PressAsync(page, "/sign-in/code");
        await EnterCodeAsync(page, code, then);
    }

    private static async Task SaveCodesAsync(IPage page)
    {
        Assert.Equal(10, await page.Locator(".codes li").CountAsync());
        await page.Locator("input[name=saved]").CheckAsync();
        await PressAsync(page, "/account");
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GotoAsync("/sign-out");
        await PressAsync(page, "/sign-in");
    }

    private static async Task EnterCodeAsync(IPage page, string code, string then)
    {
        await page.FillInAsync(("code", code));
        await PressAsync(page, then);
    }

    /// <summary>Presses the page's one filled button.</summary>
    private static Task PressAsync(IPage page, string then) =>
        page.LeadsToAsync(then, () => page.Locator("main button.button:not(.second)").First.ClickAsync());
}
