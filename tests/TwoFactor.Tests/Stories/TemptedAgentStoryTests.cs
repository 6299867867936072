namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>An agent who is tempted: to reset himself, his friend with a higher role, and to approve what he asked for.</summary>
[Collection(BrowserTests.Name)]
public sealed class TemptedAgentStoryTests(Harness.Browser browser)
{
    [Fact]
    public async Task Himself_his_friend_and_his_own_request()
    {
        await using var companyWithBrowsers = await CompanyWithBrowsers.OpenAsync(browser);
        var (desk, admin) = (companyWithBrowsers.Hugo.Page, companyWithBrowsers.Ada.Page);
        await companyWithBrowsers.EnrollAsync("grace");

        await CompanyWithBrowsers.FindAsync(desk, "hugo", "hugo");
        var himself = new Uri(desk.Url).AbsolutePath;
        await desk.AssertSaysAsync("This is you");
        await desk.GotoAsync($"{himself}/reset");
        await desk.AssertSaysAsync("You cannot reset yourself.");
        Assert.Equal(0, await desk.Locator("input[name=code]").CountAsync());
        Assert.Equal(404, (await desk.GotoAsync($"{himself}/edit"))!.Status);

        await CompanyWithBrowsers.FindAsync(desk, "ada", "ada");
        var friend = new Uri(desk.Url).AbsolutePath;
        await desk.AssertSaysAsync("Only somebody with a higher role can change ada.");
        await desk.GotoAsync($"{friend}/pass");
        await desk.AssertSaysAsync("Only somebody with a higher role can change ada.");
        Assert.Equal(0, await desk.Locator("input[name=code]").CountAsync());

        // He asks for a reset that takes two, and looks for the button to approve it.
        var link = await companyWithBrowsers.Server.RunAsync(["account", "reset", "grace", "--password"]);
        using (var grace = companyWithBrowsers.Server.Visitor())
        {
            var form = await grace.GetAsync(new Uri(link.Output.Split(": ")[1].Split('\n')[0].Trim()));
            await grace.SubmitAsync(form, ("new-password", "eleven quiet lighthouses"), ("new-password-again", "eleven quiet lighthouses"));
        }

        await CompanyWithBrowsers.FindAsync(desk, "grace", "grace");
        await CompanyWithBrowsers.FollowAsync(desk, "Reset grace", "/admin/accounts/*");
        await CompanyWithBrowsers.FillInHelpAsync(desk, "She is my friend", await companyWithBrowsers.Hugo.Phone.NextCodeAsync());
        await desk.PressButtonAsync("Ask a second person", "/admin/accounts/*");
        await desk.GotoAsync("/admin/resets");
        await CompanyWithBrowsers.FollowAsync(desk, "A reset for grace", "/admin/resets/*");
        await desk.AssertSaysAsync("It waits for an admin to approve it");
        Assert.Equal(0, await desk.Locator("input[name=code]").CountAsync());

        // Sent all the same, it is refused, and stands in the log.
        var forged = await companyWithBrowsers.Server.RunAsync(["account", "show", "hugo", "--json"]);
        Assert.Contains("\"helpdesk\"", forged.Output, StringComparison.Ordinal);
        var token = await desk.Locator("main input[name='form-token']").First.GetAttributeAsync("value");
        var sent = await desk.Context.APIRequest.PostAsync(
            desk.Url + "?handler=Approve", new()
            {
                Form = desk.Context.APIRequest.CreateFormData()
                .Set("form-token", token!)
                .Set("code", await companyWithBrowsers.Hugo.Phone.NextCodeAsync())
                .Set("verified", "badge")
            });
        Assert.Equal(403, sent.Status);
        Assert.Contains("You asked for this yourself.", await sent.TextAsync(), StringComparison.Ordinal);
        await admin.GotoAsync("/admin/audit");
        await admin.AssertSaysAsync("Reset refused");
        await companyWithBrowsers.AssertWholeAsync();
    }
}
