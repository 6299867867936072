namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>An admin brings twenty people in, in a real browser without scripts, and follows them until everybody is enrolled.</summary>
[Collection(BrowserTests.Name)]
public sealed class EverybodyEnrolledTests(Harness.Browser browser)
{
    private const string Password = "correct horse battery staple";

    private static readonly string[] Names = [.. Enumerable.Range(1, 20).Select(number => $"person-{number:D2}")];

    [Fact]
    public async Task Invite_and_follow_twenty_people_until_all_are_enrolled()
    {
        await using var server = await ServerProcess.StartNewAsync();
        var ada = await browser.OpenAsync(server.Address);
        await EnrollAsync(ada, server);

        await ImportAsync(ada);
        await ada.FollowLinkAsync("Not invited yet 20", "/admin/accounts?show=never");
        await ada.AssertSaysAsync("20 people get a mail with a link to set up.");
        await ada.PressButtonAsync("Invite 20 people", "/admin/accounts?show=never");
        await ada.AssertSaysAsync("20 invitations are on the way. Nobody here is left who was never invited.");

        await FollowAsync(ada, server, Names[..12], "You are invited");
        await ada.GotoAsync("/admin/accounts?group=Staff");
        await ada.FollowLinkAsync("Enrolled 12", "/admin/accounts?show=enrolled&group=Staff");
        await ada.FollowLinkAsync("Invited 8", "/admin/accounts?show=invited&group=Staff");
        Assert.Equal(0, (await server.RunAsync(["group", "edit", "Staff", "--enroll-by", "2026-01-31"])).ExitCode);
        await ada.ReloadAsync();
        await ada.FollowLinkAsync("Late 8", "/admin/accounts?show=late&group=Staff");
        await ada.AssertSaysAsync("8 people get a reminder with a new link; an older one ends.");
        await ada.PressButtonAsync("Remind 8 people", "/admin/accounts?show=late&group=Staff");
        await ada.AssertSaysAsync("8 reminders are on the way. Nobody else here is due.");

        await FollowAsync(ada, server, Names[12..], "Reminder");
        await ada.GotoAsync("/admin/accounts?group=Staff");
        await ada.FollowLinkAsync("Late 0", "/admin/accounts?show=late&group=Staff");
        await ada.AssertSaysAsync("Nobody is in this state");
        await ada.FollowLinkAsync("Not enrolled 0", "/admin/accounts?show=not-enrolled&group=Staff");
        await ada.AssertSaysAsync("Everybody has set up an authenticator");
        await ada.FollowLinkAsync("Enrolled 20", "/admin/accounts?show=enrolled&group=Staff");

        await ada.Context.CloseAsync();
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    private static async Task EnrollAsync(IPage ada, ServerProcess server)
    {
        await ada.GotoAsync((await server.SetupLinkAsync()).AbsoluteUri);
        await ada.FillInAsync(
            ("username", "ada"), ("email", "ada@acme.example"), ("new-password", Password), ("new-password-again", Password));
        await ada.LeadsToAsync("/enroll", () => ada.Locator("main button.button").First.ClickAsync());
        var phone = await ada.ScanAsync();
        await ada.FillInAsync(("code", await phone.NextCodeAsync()));
        await ada.LeadsToAsync("/enroll/recovery-codes", () => ada.Locator("main button.button").First.ClickAsync());
        await ada.GotoAsync("/admin/accounts");
        await ada.FollowLinkAsync("Import people", "/admin/accounts/import", "/proof?for=import");
        await ada.FillInAsync(("code", await phone.NextCodeAsync()));
        await ada.LeadsToAsync("/admin/accounts/import", () => ada.Locator("main button.button").First.ClickAsync());
    }

    private static async Task ImportAsync(IPage ada)
    {
        var file = string.Join('\n', Names.Select(name => $"{name},{name}@acme.example,Staff").Prepend("user_name,mail,groups"));
        await ada.Locator("input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = "staff.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(file) });
        await ada.PressButtonAsync("Look at it", "/admin/accounts/import");
        await ada.AssertSaysAsync("Nobody is mailed an invitation by this.");
        await ada.PressButtonAsync("Import 20 people", "/admin/accounts");
        await ada.AssertSaysAsync("Imported: 20 new, 0 changed.");
    }

    /// <summary>People follow the links in their mails; the admin sees the count go up.</summary>
    private static async Task FollowAsync(IPage ada, ServerProcess server, IReadOnlyList<string> names, string subject)
    {
        foreach (var name in names)
        {
            var message = await server.Mailbox.TakeAsync($"{name}@acme.example", subject);
            using var person = await NewUser.AcceptAsync(server, name, message.Link("/invitation/"));
        }

        await ada.GotoAsync($"/admin/accounts?search={names[0]}");
        await ada.AssertSaysAsync("Enrolled");
    }
}
