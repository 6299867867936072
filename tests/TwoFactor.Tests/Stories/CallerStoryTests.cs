namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// An attacker on the phone who wants Grace's account: a new address first, then an urgent reset, then her mailbox. He is stopped at
/// each door, and everybody is told.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class CallerStoryTests(Harness.Browser browser)
{
    private const string Stolen = "the thief's own pass phrase";

    [Fact]
    public async Task A_new_address_an_urgent_reset_and_then_the_mailbox()
    {
        await using var companyWithBrowsers = await CompanyWithBrowsers.OpenAsync(browser);
        var (desk, admin, mailbox) = (companyWithBrowsers.Hugo.Page, companyWithBrowsers.Ada.Page, companyWithBrowsers.Server.Mailbox);
        await companyWithBrowsers.EnrollAsync("grace");

        // "I have a new mail address." The help desk cannot; an admin can be talked into it, and Grace hears of it where she always did.
        await CompanyWithBrowsers.FindAsync(desk, "grace", "grace");
        var address = new Uri(desk.Url).AbsolutePath;
        Assert.Equal(0, await desk.GetByText("Edit name, address and role").CountAsync());
        Assert.Equal(404, (await desk.GotoAsync($"{address}/edit"))!.Status);
        await admin.GotoAsync($"{address}/edit");
        await admin.FillInAsync(("email", "grace@evil.example"));
        await admin.PressButtonAsync("Save", "/proof?for=accounts*");
        await admin.FillInAsync(("code", await companyWithBrowsers.Ada.Phone.NextCodeAsync()));
        await admin.PressButtonAsync("Continue", $"{address}/edit");
        await admin.PressButtonAsync("Save", address);
        var changed = await mailbox.TakeAsync("grace@acme.example", "mail address was changed");
        Assert.Contains("grace@evil.example", changed.Text, StringComparison.Ordinal);
        Assert.Contains("Who and why: ada, who looks after accounts here", changed.Text, StringComparison.Ordinal);
        await admin.AssertSaysAsync("Mails go to the older one still.");

        // "My phone is gone, the board meets in ten minutes, mail me the ticket." It takes a second person now, and nothing is mailed.
        await desk.GotoAsync($"{address}/reset");
        Assert.Equal(0, await desk.Locator("input[name=delivery]").CountAsync());
        await desk.AssertSaysAsync("Nothing yet: a second person must approve it (ada).");
        await CompanyWithBrowsers.FillInHelpAsync(desk, "Phone lost, very urgent", await companyWithBrowsers.Hugo.Phone.NextCodeAsync());
        await desk.PressButtonAsync("Ask a second person", address);
        var asked = await mailbox.TakeAsync("grace@acme.example", "was asked for a reset");
        Assert.Contains("Phone lost, very urgent", asked.Text, StringComparison.Ordinal);
        await mailbox.TakeAsync("ada@acme.example", "waits for a second person");
        await admin.GotoAsync("/admin/resets");
        await CompanyWithBrowsers.FollowAsync(admin, "A reset for grace", "/admin/resets/*");
        await admin.FillInAsync(("code", "000000"));
        await admin.PressButtonAsync("Reset grace", "/admin/resets/*");
        await admin.AssertSaysAsync("and say that you saw the badge.");

        // He has her mailbox too, and asks for a new password: it opens nothing without a code, and no ticket goes there.
        var link = await companyWithBrowsers.Server.RunAsync(["account", "reset", "grace", "--password"]);
        var his = await browser.OpenAsync(companyWithBrowsers.Server.Address);
        await his.GotoAsync(link.Output.Split(": ")[1].Split('\n')[0].Trim());
        await his.FillInAsync(("new-password", Stolen), ("new-password-again", Stolen));
        await his.PressButtonAsync("Set the new password", "/sign-in");
        await his.FillInAsync(("username", "grace"), ("password", Stolen));
        await his.PressButtonAsync("Continue", "/sign-in/code");
        await his.Context.CloseAsync();
        await mailbox.TakeAsync("grace@acme.example", "Your password was changed");
        Assert.DoesNotContain(
            await mailbox.AllAsync(),
            message => message.Subject.Contains("your ticket", StringComparison.Ordinal) || message.To == "grace@evil.example");

        // What was asked for under the old password is dead; asked for once more, it waits again.
        await admin.GotoAsync("/admin/resets");
        await admin.AssertSaysAsync("No reset is open");
        await desk.GotoAsync($"{address}/reset");
        await desk.AssertSaysAsync("Nothing yet: a second person must approve it (ada).");
        await CompanyWithBrowsers.FillInHelpAsync(
            desk, "He called again, even more urgent", await companyWithBrowsers.Hugo.Phone.NextCodeAsync());
        await desk.PressButtonAsync("Ask a second person", address);

        // Grace reads her mail.
        var hers = await browser.OpenAsync(companyWithBrowsers.Server.Address, Look.Phone);
        await hers.GotoAsync(asked.Link("/not-me/").AbsoluteUri);
        await hers.PressButtonAsync("Stop it", "/not-me");
        await hers.AssertSaysAsync("Stopped. Nobody can sign in as you now.");
        await hers.Context.CloseAsync();
        await admin.GotoAsync("/admin/resets");
        await admin.AssertSaysAsync("No reset is open");
        await admin.GotoAsync(address);
        await admin.AssertSaysAsync("grace@acme.example");
        await admin.AssertSaysAsync("Held: frozen");
        foreach (var said in new[]
        {
            "Mail address put back", "“Not me”: sign-in stopped", "Reset asked for", "Password set", "Mail address changed"
        })
        {
            await admin.AssertSaysAsync(said);
        }

        Assert.Equal("held", await StateAsync(companyWithBrowsers, "grace"));
        await companyWithBrowsers.AssertWholeAsync();
    }

    private static async Task<string> StateAsync(CompanyWithBrowsers companyWithBrowsers, string name)
    {
        var shown = await companyWithBrowsers.Server.RunAsync(["account", "show", name, "--json"]);
        return System.Text.Json.JsonDocument.Parse(shown.Output).RootElement.GetProperty("state").GetString()!;
    }
}
