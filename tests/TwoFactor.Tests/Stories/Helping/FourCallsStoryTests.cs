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
        await using var office = await Office.OpenAsync(browser, Look.Phone);
        var (desk, mailbox) = (office.Hugo.Page, office.Server.Mailbox);

        // "It says I must wait."
        using (var wanda = await office.EnrollAsync("wanda"))
        {
            await WaitAsync(office, wanda);
            await Office.FindAsync(desk, "wanda", "wanda");
            await desk.Locator("#unlock-reason").FillAsync("Typed the old phone's codes");
            await desk.PressButtonAsync("Unlock", "/admin/accounts/*");
            await desk.AssertSaysAsync("wanda can try again now.");
            var (hers, page) = await wanda.EnterPasswordAsync();
            Assert.Equal("/account", (await hers.SubmitAsync(page, ("code", wanda.Code(Newcomer.Now + 1)))).Path);
        }

        // "I forgot my password."
        await office.EnrollAsync("paul");
        await Office.FindAsync(desk, "paul", "paul");
        await desk.PressButtonAsync("Send a link", "/admin/accounts/*");
        await desk.AssertSaysAsync("A link for a new password is on its way to paul.");
        var link = await mailbox.TakeAsync("paul@acme.example", "Choose a new password");
        Assert.Contains("hugo", link.Text, StringComparison.Ordinal);
        var his = await browser.OpenAsync(office.Server.Address, Look.Phone);
        await his.GotoAsync(link.Link("/reset-password/").AbsoluteUri);
        await his.FillInAsync(("new-password", "eleven quiet lighthouses"), ("new-password-again", "eleven quiet lighthouses"));
        await his.PressButtonAsync("Set the new password", "/sign-in");
        await his.Context.CloseAsync();

        // "My phone is at home."
        await office.EnrollAsync("hanna");
        await Office.FindAsync(desk, "hanna", "hanna");
        await Office.FollowAsync(desk, "Give a pass", "/admin/accounts/*");
        await Office.FillInHelpAsync(desk, "Phone at home", await office.Hugo.Phone.NextCodeAsync());
        await desk.PressButtonAsync("Give hanna a pass", "/admin/accounts/*");
        await desk.AssertSaysAsync("hanna's pass is on its way by mail.");
        var pass = (await mailbox.TakeAsync("hanna@acme.example", "your pass")).Text.Split("Your pass: ")[1].Split('\n')[0].Trim();
        Assert.DoesNotContain(pass, await desk.ContentAsync(), StringComparison.Ordinal);
        var hannas = await office.EnterPasswordAsync(browser, "hanna", "/sign-in/code");
        await hannas.FollowLinkAsync("Use a recovery code", "/sign-in/recovery-code");
        await hannas.FillInAsync(("recovery-code", pass.ToLowerInvariant()));
        await hannas.PressButtonAsync("Sign in", "/account");
        await hannas.Context.CloseAsync();

        // "My phone is gone."
        await office.EnrollAsync("lena");
        await Office.FindAsync(desk, "lena", "lena");
        await Office.FollowAsync(desk, "Reset lena", "/admin/accounts/*");
        await Office.FillInHelpAsync(desk, "Phone lost on the train", await office.Hugo.Phone.NextCodeAsync());
        await desk.PressButtonAsync("Reset lena", "/admin/accounts/*");
        await desk.AssertSaysAsync("lena's ticket is on its way by mail.");
        var ticket = await mailbox.TakeAsync("lena@acme.example", "your ticket");
        var lenas = await office.EnterPasswordAsync(browser, "lena", "/sign-in/ticket");
        await lenas.FillInAsync(("ticket", ticket.Link("/sign-in/ticket/").Segments[^1]));
        await lenas.PressButtonAsync("Continue", "/enroll");
        await Walker.ConfirmAsync("lena", lenas);
        await lenas.Context.CloseAsync();
        await office.AssertWholeAsync();
    }

    /// <summary>Eleven wrong codes, each in time.</summary>
    private static async Task WaitAsync(Office office, Newcomer who)
    {
        for (var wrong = 0; wrong < 10;)
        {
            var (visitor, page) = await who.EnterPasswordAsync();
            using (visitor)
            {
                for (var tries = 0; tries < 5 && wrong < 10; tries++, wrong++)
                {
                    page = await visitor.SubmitAsync(page.Field("code") is null ? await visitor.GetAsync("/sign-in/code") : page, ("code", who.WrongCode()));
                }
            }
        }

        Assert.Contains("wrong codes on your account", (await office.Server.Mailbox.TakeAsync($"{who.UserName}@acme.example", "wrong codes")).Subject, StringComparison.Ordinal);
    }
}
