namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Somebody guesses until codes are switched off. The owner of the paper repairs the sign-in alone, in a real browser without scripts.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class ClosedGuardStoryTests(Harness.Browser browser)
{
    /// <summary>With fifty, the waits between them would be the story; the settings allow ten without any.</summary>
    private const int Closing = 10;

    [Fact]
    public async Task After_many_wrong_codes_a_recovery_code_repairs_the_sign_in()
    {
        await using var server = await ServerProcess.StartNewAsync(
            ("TwoFactor:Issuer", "Acme"), ("Limits:Codes:ClosedAfterConsecutive", $"{Closing}"), ("Limits:Codes:FreeWrongCodes", "20"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        await BrowserUser.SignOutAsync(ada.Page);
        await GuessAsync(server, ada, Closing - 1);

        await ada.EnterPasswordAsync(ada.Page);
        await ada.Page.FillInAsync(("code", ada.Phone.WrongCode()));
        await ada.Page.PressButtonAsync("Sign in", "/sign-in/code");
        Assert.Equal("Codes are switched off", await ada.Page.InnerTextAsync("h1"));
        await ada.Page.AssertSaysAsync("That code did not work. Your authenticator was switched off after many wrong codes.");
        await ada.Page.AssertSaysAsync(
            "If these were not you, somebody may know your password: change it. Use a recovery code, or contact");
        Assert.Equal(0, await ada.Page.Locator("input[name=code]").CountAsync());

        // The right code helps nobody any more, wherever the password is typed.
        await ada.EnterPasswordAsync(ada.Page);
        Assert.Equal("Codes are switched off", await ada.Page.InnerTextAsync("h1"));
        await ada.Page.FollowLinkAsync("Use a recovery code", "/sign-in/recovery-code");
        await ada.Page.FillInAsync(("recovery-code", ada.Paper[0]));
        await ada.Page.PressButtonAsync("Sign in", "/account");

        Assert.Equal("Repair your sign-in", await ada.Page.InnerTextAsync("h1"));
        var admin = await ada.Page.GotoAsync("/admin");
        Assert.Equal(404, admin!.Status);
        await ada.Page.GotoAsync("/account");
        await ada.Page.FollowLinkAsync("Set up a new authenticator", "/account/authenticators");
        await ada.Page.PressButtonAsync("Set up a new phone", "/enroll");
        var found = await ada.Page.ScanAsync();
        Assert.Equal("Acme:ada (2)", found.Line);
        await ada.Page.FillInAsync(("code", await found.NextCodeAsync()));
        await ada.Page.PressButtonAsync("Confirm", "/account");
        Assert.Equal("Your account", await ada.Page.InnerTextAsync("h1"));
        await ada.Page.AssertSaysAsync("9 of 10 left");
        await BrowserUser.SignOutAsync(ada.Page);

        await ada.FailAsync(ada.Page, await ada.Phone.CurrentCodeAsync());
        await ada.Page.FillInAsync(("code", await found.NextCodeAsync()));
        await ada.Page.PressButtonAsync("Sign in", "/account");
        Assert.Equal(200, (await ada.Page.GotoAsync("/admin"))!.Status);
        await ada.Page.Context.CloseAsync();
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    /// <summary>Whoever knows the password, by a program of their own: five codes for each time that it is typed.</summary>
    private static async Task GuessAsync(ServerProcess server, BrowserUser ada, int codes)
    {
        using var guesser = server.Visitor();
        VisitedPage? page = null;
        for (var guess = 0; guess < codes; guess++)
        {
            page = guess % 5 == 0
                ? await guesser.SubmitAsync(
                    await guesser.GetAsync("/sign-in"), ("username", ada.UserName), ("password", BrowserUser.Password))
                : page!;
            Assert.Equal("/sign-in/code", page.Path);
            await guesser.SubmitOnceAsync(page, null, ("code", ada.Phone.WrongCode()));
        }

        Assert.Equal(codes, await new KilledDatabase(server.DatabaseFile).GuardAsync("fails", ada.UserName));
    }
}
