namespace TwoFactor.Tests.Stories;

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Mail;
using Xunit;

/// <summary>A forgotten password, and one that went with the phone, in a real browser without scripts, with a real mail server.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class ForgottenPasswordTests(Harness.Browser browser) : IAsyncLifetime
{
    private const string NewPassword = "eleven quiet lighthouses";
    private MailServer mail = null!;
    private ServerProcess server = null!;
    private NewUser ada = null!;
    private NewUser ursula = null!;
    private IPage page = null!;

    public async ValueTask InitializeAsync()
    {
        mail = await MailServer.StartAsync();
        server = await ServerProcess.StartNewAsync(("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"));
        ada = await NewUser.FirstAdminAsync(server);
        var added = await server.RunAsync(["account", "add", "ursula", "--mail", "ursula@acme.example"]);
        ursula = await NewUser.AcceptAsync(server, "ursula", new Uri(added.Output.Split('\n')[0].Split(": ")[1].Trim()));
        page = await browser.OpenAsync(server.Address, Look.Phone);
    }

    public async ValueTask DisposeAsync()
    {
        await page.Context.CloseAsync();
        ada.Dispose();
        ursula.Dispose();
        await server.DisposeAsync();
        await mail.DisposeAsync();
    }

    [Fact]
    public async Task A_forgotten_password_a_mail_a_new_one_and_the_code()
    {
        await page.GotoAsync("/sign-in");
        await AssertReadsWellAsync("/forgot-password");
        await page.FollowLinkAsync("Forgot your password?", "/forgot-password");
        await page.FillInAsync(("username", "ursula@acme.example"));
        await page.PressButtonAsync("Send me a link", "/forgot-password?sent=yes");
        Assert.Contains("If that account exists, a mail is on its way.", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.ReloadAsync();
        await AssertReadsWellAsync("/forgot-password?sent=yes");

        await ChooseNewPasswordAsync();
        await EnterPasswordAsync("/sign-in/code");
        await page.FillInAsync(("code", await ursula.NextCodeAsync()));
        await page.PressButtonAsync("Sign in", "/account");

        Assert.Contains("Your password was changed", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await Eventually.GetAsync(
            async () => (await MessagesAsync("Your password was changed")).SingleOrDefault(), () => $"No mail came. {server.Log}");
        Assert.Single(await MessagesAsync(ForgottenPasswordActions.LinkSubject));
        Assert.DoesNotContain(
            "/reset-password/", server.Log.Replace("/reset-password/{", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    [Fact]
    public async Task The_password_and_the_phone_are_both_lost()
    {
        await page.GotoAsync("/forgot-password");
        await page.FillInAsync(("username", "ursula"));
        await page.PressButtonAsync("Send me a link", "/forgot-password?sent=yes");
        await ChooseNewPasswordAsync();
        await EnterPasswordAsync("/sign-in/code");

        // Whoever has the mailbox could have come as far as this: the help desk cannot be talked into the rest.
        var found = await ada.Browser.GetAsync("/admin/accounts?search=ursula");
        var detail = await ada.Browser.GetAsync(found.Document.QuerySelector("td a.fill")!.GetAttribute("href")!);
        var refused = await ada.Browser.GetAsync($"{detail.Path}/reset");
        Assert.Contains("This takes a second person, and there is nobody who could.", refused.Words, StringComparison.Ordinal);
        Assert.Contains("The command account reset ursula on the server always can.", refused.Words, StringComparison.Ordinal);
        Assert.Null(refused.Field("verified"));

        var reset = await server.RunAsync(["account", "reset", "ursula", "--reason", "Lost phone and password; was here with a badge"]);
        Assert.True(reset.ExitCode == 0, reset.Error);
        await EnterPasswordAsync("/sign-in/ticket");
        await page.FillInAsync(("ticket", reset.Output.Split('\n')[0].Split(": ")[1].Trim()));
        await page.PressButtonAsync("Continue", "/enroll");
        var phone = await ScannedPhone.ScanAsync(await page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true }));
        await page.FillInAsync(("code", await phone.NextCodeAsync()));
        await page.PressButtonAsync("Confirm", "/enroll/recovery-codes");

        await page.GotoAsync("/sign-out");
        await page.PressButtonAsync("Sign out", "/sign-in");
        await EnterPasswordAsync("/sign-in/code");
        await page.FillInAsync(("code", await phone.NextCodeAsync()));
        await page.PressButtonAsync("Sign in", "/account");
    }

    /// <summary>By the link of the one mail that must have come.</summary>
    private async Task ChooseNewPasswordAsync()
    {
        var message = await Eventually.GetAsync(
            async () => (await MessagesAsync(ForgottenPasswordActions.LinkSubject)).SingleOrDefault(),
            () => $"No mail came. {server.Log}");
        Assert.Equal("ursula@acme.example", message.To);
        var link = Link().Match(message.Message.TextBody!).Value;
        Assert.StartsWith(server.Address.AbsoluteUri, link, StringComparison.Ordinal);
        await page.GotoAsync(link);
        Assert.Equal("/reset-password", new Uri(page.Url).AbsolutePath);
        await page.FillInAsync(("new-password", NewPassword), ("new-password-again", NewPassword));
        await page.PressButtonAsync("Set the new password", "/sign-in");
    }

    private async Task EnterPasswordAsync(string then)
    {
        await page.GotoAsync("/sign-in");
        await page.FillInAsync(("username", "ursula"), ("password", NewPassword));
        await page.PressButtonAsync("Continue", then);
    }

    private async Task<IEnumerable<TakenMail>> MessagesAsync(string subject) =>
        (await mail.MessagesAsync()).Where(message => message.To == "ursula@acme.example" && message.Message.Subject == subject);

    /// <summary>The pages that are there only with mail, as those see them who use a screen reader or a narrow phone.</summary>
    private async Task AssertReadsWellAsync(string path)
    {
        var view = await browser.OpenAsync(server.Address, new Look(320, Scripts: true));
        await view.GotoAsync(path);
        Assert.Empty(await Axe.FindingsAsync(view));
        Assert.InRange(await view.EvaluateAsync<int>("document.scrollingElement.scrollWidth"), 1, 320);
        await view.Context.CloseAsync();
    }

    [GeneratedRegex(@"http://\S+/reset-password/\S+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
