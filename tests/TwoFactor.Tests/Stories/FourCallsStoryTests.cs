namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The four calls of every day, each with its button, at a real browser without scripts.</summary>
[Collection(BrowserTests.Name)]
public sealed class FourCallsStoryTests(Harness.Browser browser)
{
    [Fact]
    public async Task Too_many_wrong_codes_a_forgotten_password_a_phone_at_home_and_a_lost_one()
    {
        await using var companyWithBrowsers = await CompanyWithBrowsers.OpenAsync(browser, Look.Phone);
        var (desk, mailbox) = (companyWithBrowsers.Hugo.Page, companyWithBrowsers.Server.Mailbox);

        // "It says I must wait."
        using (var wanda = await companyWithBrowsers.EnrollAsync("wanda"))
        {
            await WaitAsync(companyWithBrowsers, wanda);
            await CompanyWithBrowsers.FindAsync(desk, "wanda", "wanda");
            await desk.Locator("#unlock-reason").FillAsync("Typed the old phone's codes");
            await desk.PressButtonAsync("Unlock", "/admin/accounts/*");
            await desk.AssertSaysAsync("wanda can try again now.");
            var (hers, page) = await wanda.EnterPasswordAsync();
            Assert.Equal("/account", (await hers.SubmitAsync(page, ("code", wanda.Code(NewUser.Now + 1)))).Path);
        }

        // "I forgot my password."
        await companyWithBrowsers.EnrollAsync("paul");
        await CompanyWithBrowsers.FindAsync(desk, "paul", "paul");
        await desk.PressButtonAsync("Send a link", "/admin/accounts/*");
        await desk.AssertSaysAsync("A link for a new password is on its way to paul.");
        var link = await mailbox.TakeAsync("paul@acme.example", "Choose a new password");
        Assert.Contains("hugo", link.Text, StringComparison.Ordinal);
        var his = await browser.OpenAsync(companyWithBrowsers.Server.Address, Look.Phone);
        await his.GotoAsync(link.Link("/reset-password/").AbsoluteUri);
        await his.FillInAsync(("new-password", "eleven quiet lighthouses"), ("new-password-again", "eleven quiet lighthouses"));
        await his.PressButtonAsync("Set the new password", "/sign-in");
        await his.Context.CloseAsync();

        // "My phone is at home."
        await companyWithBrowsers.EnrollAsync("hanna");
        await CompanyWithBrowsers.FindAsync(desk, "hanna", "hanna");
        await CompanyWithBrowsers.FollowAsync(desk, "Give a pass", "/admin/accounts/*");
        await CompanyWithBrowsers.FillInHelpAsync(desk, "Phone at home", await companyWithBrowsers.Hugo.Phone.NextCodeAsync());
        await desk.PressButtonAsync("Give hanna a pass", "/admin/accounts/*");
        await desk.AssertSaysAsync("hanna's pass is on its way by mail.");
        var pass = (await mailbox.TakeAsync("hanna@acme.example", "your pass")).Text.Split("Your pass: ")[1].Split('\n')[0].Trim();
        Assert.DoesNotContain(pass, await desk.ContentAsync(), StringComparison.Ordinal);
        var hannas = await companyWithBrowsers.EnterPasswordAsync(browser, "hanna", "/sign-in/code");
        await hannas.FollowLinkAsync("Use a recovery code", "/sign-in/recovery-code");
        await hannas.FillInAsync(("recovery-code", pass.ToLowerInvariant()));
        await hannas.PressButtonAsync("Sign in", "/account");
        await hannas.Context.CloseAsync();

        // "My phone is gone."
        await companyWithBrowsers.EnrollAsync("lena");
        await CompanyWithBrowsers.FindAsync(desk, "lena", "lena");
        await CompanyWithBrowsers.FollowAsync(desk, "Reset lena", "/admin/accounts/*");
        await CompanyWithBrowsers.FillInHelpAsync(desk, "Phone lost on the train", await companyWithBrowsers.Hugo.Phone.NextCodeAsync());
        await desk.PressButtonAsync("Reset lena", "/admin/accounts/*");
        await desk.AssertSaysAsync("lena's ticket is on its way by mail.");
        var ticket = await mailbox.TakeAsync("lena@acme.example", "your ticket");
        var lenas = await companyWithBrowsers.EnterPasswordAsync(browser, "lena", "/sign-in/ticket");
        await lenas.FillInAsync(("ticket", ticket.Link("/sign-in/ticket/").Segments[^1]));
        await lenas.PressButtonAsync("Continue", "/enroll");
        await BrowserUser.ConfirmAsync("lena", lenas);
        await lenas.Context.CloseAsync();
        await companyWithBrowsers.AssertWholeAsync();
    }

    /// <summary>Eleven wrong codes, each in time.</summary>
    private static async Task WaitAsync(CompanyWithBrowsers companyWithBrowsers, NewUser who)
    {
        for (var wrong = 0; wrong < 10;)
        {
            var (visitor, page) = await who.EnterPasswordAsync();
            using (visitor)
            {
                for (var tries = 0; tries < 5 && wrong < 10; tries++, wrong++)
                {
                    page = await visitor.SubmitAsync(
                        page.Field("code") is null ? await visitor.GetAsync("/sign-in/code") : page, ("code", who.WrongCode()));
                }
            }
        }

        Assert.Contains(
            "wrong codes on your account",
            (await companyWithBrowsers.Server.Mailbox.TakeAsync($"{who.UserName}@acme.example", "wrong codes")).Subject,
            StringComparison.Ordinal);
    }
}
