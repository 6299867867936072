namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>There are two Jan Nováks, and the help desk resets the wrong one.</summary>
[Collection(BrowserTests.Name)]
public sealed class WrongPersonStoryTests(Harness.Browser browser)
{
    [Fact]
    public async Task The_wrong_Jan_undoes_it_by_himself_and_the_right_one_gets_his_ticket()
    {
        await using var companyWithBrowsers = await CompanyWithBrowsers.OpenAsync(browser);
        var (desk, mailbox) = (companyWithBrowsers.Hugo.Page, companyWithBrowsers.Server.Mailbox);
        var wrong = await companyWithBrowsers.EnrollAsync("jan.novak", "Jan Novák");
        await companyWithBrowsers.EnrollAsync("jan.novak2", "Jan Novák (Brno)");

        await CompanyWithBrowsers.FindAsync(desk, "jan", "Jan Novák");
        await CompanyWithBrowsers.FollowAsync(desk, "Reset Jan Novák", "/admin/accounts/*");
        await CompanyWithBrowsers.FillInHelpAsync(desk, "Phone fell into the river", await companyWithBrowsers.Hugo.Phone.NextCodeAsync());
        await desk.PressButtonAsync("Reset Jan Novák", "/admin/accounts/*");
        await desk.AssertSaysAsync("Jan Novák's ticket is on its way by mail.");

        // His mail says who and why; his phone is in his hand. He asks nobody.
        var told = await mailbox.TakeAsync("jan.novak@acme.example", "started a reset");
        Assert.Contains("hugo", told.Text, StringComparison.Ordinal);
        Assert.Contains("Phone fell into the river", told.Text, StringComparison.Ordinal);
        var his = await companyWithBrowsers.EnterPasswordAsync(browser, "jan.novak", "/sign-in/ticket");
        await his.AssertSaysAsync("The help desk started a reset of your sign-in on");
        await his.FollowLinkAsync("Cancel the reset with a code", "/sign-in/cancel-reset");
        await his.FillInAsync(("code", await wrong.NextCodeAsync()));
        await his.PressButtonAsync("Stop the reset", "/sign-in");
        await his.AssertSaysAsync("The reset was stopped. Everything is as before.");
        await his.FillInAsync(("username", "jan.novak"), ("password", NewUser.Password));
        await his.PressButtonAsync("Continue", "/sign-in/code");
        await his.FillInAsync(("code", await wrong.NextCodeAsync()));
        await his.PressButtonAsync("Sign in", "/account");
        await his.Context.CloseAsync();
        var ticket = (await mailbox.TakeAsync("jan.novak@acme.example", "your ticket")).Link("/sign-in/ticket/").Segments[^1];

        // The right one, by the other name on the list.
        await CompanyWithBrowsers.FindAsync(desk, "jan", "Jan Novák (Brno)");
        await CompanyWithBrowsers.FollowAsync(desk, "Reset Jan Novák (Brno)", "/admin/accounts/*");
        await CompanyWithBrowsers.FillInHelpAsync(desk, "Phone fell into the river", await companyWithBrowsers.Hugo.Phone.NextCodeAsync());
        await desk.PressButtonAsync("Reset Jan Novák (Brno)", "/admin/accounts/*");
        var right = await companyWithBrowsers.EnterPasswordAsync(browser, "jan.novak2", "/sign-in/ticket");
        await right.FillInAsync(("ticket", ticket));
        await right.PressButtonAsync("Continue", "/sign-in/ticket");
        await right.AssertSaysAsync("That ticket did not work.");
        await right.FillInAsync(
            ("ticket", (await mailbox.TakeAsync("jan.novak2@acme.example", "your ticket")).Link("/sign-in/ticket/").Segments[^1]));
        await right.PressButtonAsync("Continue", "/enroll");
        await BrowserUser.ConfirmAsync("jan.novak2", right);
        await right.Context.CloseAsync();
        await companyWithBrowsers.AssertWholeAsync();
    }
}
