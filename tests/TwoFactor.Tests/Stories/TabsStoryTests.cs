namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Two tabs, two browsers, and the back button: whoever comes second is told so, and what to do.</summary>
[Collection(BrowserTests.Name)]
public sealed class TabsStoryTests(Harness.Browser browser)
{
    private const string OtherPassword = "a quiet harbour in november";

    [Fact]
    public async Task Two_sign_ins_in_two_tabs_end_signed_in_whichever_goes_first()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        await BrowserUser.SignOutAsync(ada.Page);
        var first = ada.Page;
        await ada.EnterPasswordAsync(first);
        var second = await first.OpenTabAsync("/sign-in");
        await ada.EnterPasswordAsync(second);

        // The older tab goes on first, and its code counts.
        await first.FillInAsync(("code", await ada.Phone.NextCodeAsync()));
        await first.PressButtonAsync("Sign in", "/account");

        // The other one has nothing left to do: it leads to where the first one is, and its code is not even looked at.
        await second.FillInAsync(("code", ada.Phone.WrongCode()));
        await second.PressButtonAsync("Sign in", "/account");
        Assert.Equal("Your account", await second.InnerTextAsync("h1"));
        Assert.Equal(0, await new KilledDatabase(server.DatabaseFile).GuardAsync("fails", "ada"));
        await first.ReloadAsync();
        Assert.Equal("Your account", await first.InnerTextAsync("h1"));
        await first.Context.CloseAsync();
    }

    [Fact]
    public async Task Two_tabs_of_one_picture_show_the_same_and_the_slower_one_leads_home()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var first = await browser.OpenAsync(server.Address);
        await first.GotoAsync((await server.SetupLinkAsync()).AbsoluteUri);
        await first.FillInAsync(
            ("username", "ada"), ("email", "ada@acme.example"), ("new-password", BrowserUser.Password),
            ("new-password-again", BrowserUser.Password));
        await first.PressButtonAsync("Continue", "/enroll");
        var second = await first.OpenTabAsync("/enroll");
        var phone = await first.ScanAsync();
        Assert.Equal(phone.Scanned, (await second.ScanAsync()).Scanned);

        await second.FillInAsync(("code", await phone.NextCodeAsync()));
        await second.PressButtonAsync("Confirm", "/enroll/recovery-codes");

        await first.FillInAsync(("code", await phone.NextCodeAsync()));
        await first.PressButtonAsync("Confirm", "/enroll");
        Assert.Equal(0, await first.Locator("img.qr").CountAsync());
        await first.FollowLinkAsync("Start again", "/sign-in", lands: "/account");
        Assert.Equal("Your account", await first.InnerTextAsync("h1"));
        await second.ReloadAsync();
        Assert.Equal(10, await second.Locator(".codes li").CountAsync());
        await first.Context.CloseAsync();
    }

    [Fact]
    public async Task Of_two_browsers_that_race_for_an_invitation_the_last_one_wins_and_the_other_is_told()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example"]);
        var message = await server.Mailbox.TakeAsync("bob@acme.example", "invited");
        var pages = new List<(IPage Page, string Password)>();
        foreach (var password in new[] { BrowserUser.Password, OtherPassword })
        {
            var page = await browser.OpenAsync(server.Address);
            await page.GotoAsync(message.Link("/invitation/").AbsoluteUri);
            await page.FillInAsync(("new-password", password), ("new-password-again", password));
            pages.Add((page, password));
        }

        await Task.WhenAll(pages.Select(each => each.Page.PressButtonAsync("Continue", "/enroll")));
        await Task.WhenAll(pages.Select(each => each.Page.ReloadAsync()));
        var shown = await Task.WhenAll(pages.Select(each => each.Page.Locator("img.qr").CountAsync()));
        Assert.Equal(1, shown.Sum());
        var (won, wonBy) = pages[Array.IndexOf(shown, 1)];
        var (lost, lostBy) = pages[Array.IndexOf(shown, 0)];

        Assert.Equal("Take a new picture", await lost.InnerTextAsync("h1"));
        await lost.AssertSaysAsync("This picture was replaced from another browser. Nothing on your account has changed. Delete the "
            + "line you added in the app, then take a new picture.");
        Assert.Equal(1, await lost.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show a new picture" }).CountAsync());

        // Password and picture are of the same post.
        var bob = await BrowserUser.ConfirmAsync("bob", won);
        await lost.PressButtonAsync("Show a new picture", "/enroll?handler=NewPicture");
        await lost.AssertSaysAsync("Nothing on your account has changed. Start again with your password.");
        await lost.GotoAsync(message.Link("/invitation/").AbsoluteUri);
        await lost.AssertSaysAsync("Was it you? Sign in. Not you? Contact");
        await lost.FollowLinkAsync("Go to sign-in", "/sign-in");
        await lost.FillInAsync(("username", "bob"), ("password", lostBy));
        await lost.PressButtonAsync("Continue", "/sign-in");
        await lost.AssertSaysAsync("Check your username and password.");
        await bob.EnterPasswordAsync(lost, wonBy);
        await lost.FillInAsync(("code", await bob.Phone.NextCodeAsync()));
        await lost.PressButtonAsync("Sign in", "/account");
        await won.Context.CloseAsync();
        await lost.Context.CloseAsync();
    }

    [Fact]
    public async Task A_browser_that_opens_an_invitation_later_takes_it_over_and_the_first_one_s_code_is_refused_with_words()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example"]);
        var message = await server.Mailbox.TakeAsync("bob@acme.example", "invited");
        var (first, last) = (await browser.OpenAsync(server.Address), await browser.OpenAsync(server.Address, Look.Phone));
        foreach (var (page, password) in new[] { (first, OtherPassword), (last, BrowserUser.Password) })
        {
            await page.GotoAsync(message.Link("/invitation/").AbsoluteUri);
            await page.FillInAsync(("new-password", password), ("new-password-again", password));
            await page.PressButtonAsync("Continue", "/enroll");
        }

        // The first browser still shows its picture, and its owner types the code of it.
        var overtaken = await first.ScanAsync();
        await first.FillInAsync(("code", await overtaken.NextCodeAsync()));
        await first.PressButtonAsync("Confirm", "/enroll");
        await first.AssertSaysAsync("This picture was replaced from another browser.");

        // What the page says to do, works: the picture is the first browser's again.
        await first.PressButtonAsync("Show a new picture", "/enroll");
        await first.AssertSaysAsync("This is a new picture.");
        await last.ReloadAsync();
        await last.AssertSaysAsync("This picture was replaced from another browser.");
        var bob = await BrowserUser.ConfirmAsync("bob", first);
        Assert.Equal("Acme:bob (3)", bob.Phone.Line);
        await last.PressButtonAsync("Show a new picture", "/enroll?handler=NewPicture");
        await last.AssertSaysAsync("Start again with your password.");
        await last.FollowLinkAsync("Start again", "/sign-in");
        await bob.SignInAsync(last, await bob.Phone.NextCodeAsync());
        await first.Context.CloseAsync();
        await last.Context.CloseAsync();
    }
}
