namespace TwoFactor.Tests.Administration;

using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>/admin: those who wait for the reader, and nobody else.</summary>
public sealed class AdminTasksTests
{
    [Fact]
    public async Task Everybody_who_waits_stands_in_the_section_of_their_state()
    {
        using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        Assert.Contains("Nobody is waiting for you", (await ada.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);
        await LetInvitationEndAsync(app, "late");
        var names = new[] { "reset", "frozen", "closed", "waiting", "fine" };
        var people = new Dictionary<string, TestUser>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            people[name] = await TestUsers.AddAsync(app, name, Role.User);
        }

        await app.ResetByConsoleAsync("reset");
        await FreezeAsync(app, people["frozen"]);
        await people["closed"].CloseGuardAsync(app, 50);
        await app.InviteByConsoleAsync("invited");
        await app.MailboxAsync();
        await ada.SignInAsync();
        await WaitAsync(app, people["waiting"]);
        await app.MailboxAsync();

        Assert.Equal(
            [("Held", "frozen reset"), ("Closed", "closed"), ("Waiting", "waiting"), ("Not enrolled", "late")],
            Sections(await ada.Browser.GetAsync("/admin")));
    }

    [Fact]
    public async Task The_help_desk_sees_only_whom_it_may_help()
    {
        using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        await LetInvitationEndAsync(app, "late");
        var hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        foreach (var (name, role) in new[] { ("user", Role.User), ("colleague", Role.Helpdesk), ("chief", Role.Admin) })
        {
            await TestUsers.AddAsync(app, name, role);
            await app.ResetByConsoleAsync(name);
        }

        await app.MailboxAsync();
        await ada.SignInAsync();
        Assert.Equal([("Held", "user")], Sections(await hugo.Browser.GetAsync("/admin")));
        Assert.Equal([("Held", "chief colleague user"), ("Not enrolled", "late")], Sections(await ada.Browser.GetAsync("/admin")));
    }

    [Fact]
    public async Task Who_was_switched_off_waits_for_nobody_even_with_an_open_reset()
    {
        using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        var ursula = await TestUsers.AddAsync(app, "ursula", Role.User);
        await app.ResetByConsoleAsync("ursula");
        await SwitchOffAsync(app, ada, ursula);

        Assert.Empty(Sections(await ada.Browser.GetAsync("/admin")));
    }

    [Fact]
    public async Task A_section_shows_a_page_of_people_and_leads_to_all_of_them()
    {
        using var app = new App(("Limits:People:PageSize", "5"));
        var ada = await TestUser.FirstAdminAsync(app);
        for (var number = 0; number < 6; number++)
        {
            await TestUsers.AddAsync(app, $"p{number}", Role.User);
            await app.ResetByConsoleAsync($"p{number}");
        }

        var page = await ada.Browser.GetAsync("/admin");

        Assert.Equal([("Held", "p0 p1 p2 p3 p4")], Sections(page));
        var all = await ada.Browser.GetAsync(page.Link("See all"));
        Assert.Equal("/admin/accounts?show=held", all.Path);
        Assert.Equal(5, all.Document.QuerySelectorAll("td a.fill").Length);
    }

    /// <summary>The sections of people, each with its names.</summary>
    private static IEnumerable<(string Heading, string Names)> Sections(VisitedPage page)
    {
        Assert.Equal("/admin", page.Path);
        return page.Document.QuerySelectorAll("section:has(.items)").Select(section => (
            section.QuerySelector("h2")!.TextContent.Trim(), string.Join(
                ' ', section.QuerySelectorAll("a.fill").Select(name => name.TextContent.Trim()))));
    }

    private static async Task FreezeAsync(App app, TestUser user)
    {
        await app.ResetByConsoleAsync(user.UserName);
        var message = await (await app.MailboxAsync()).TakeAsync(user.Mail, "started a reset");
        using var owner = app.Visitor();
        await owner.PressAsync(await owner.GetAsync(message.Link("/not-me/")), "Stop it");
    }

    private static async Task WaitAsync(App app, TestUser user)
    {
        for (var wrong = 0; wrong < 10; wrong++)
        {
            var stranger = user.Elsewhere(app);
            await stranger.Browser.SubmitAsync(await stranger.EnterPasswordAsync(), ("code", stranger.WrongCode()));
        }
    }

    private static async Task SwitchOffAsync(App app, TestUser agent, TestUser user)
    {
        var detail = await agent.Browser.GetAsync($"/admin/accounts/{await app.IdAsync(user.UserName)}");
        var form = detail.Document.Forms.Single(
            found => found.GetAttribute("action")!.EndsWith("handler=Disable", StringComparison.Ordinal));
        await agent.Browser.PressAsync(
            detail, form.QuerySelector("button")!.TextContent.Trim(), ("reason", "left the company"), ("code", agent.Code()));
        app.Time.Advance(TimeSpan.FromSeconds(30));
    }

    private static async Task LetInvitationEndAsync(App app, string userName)
    {
        await app.InviteByConsoleAsync(userName);
        app.Time.Advance(TimeSpan.FromDays(8));
    }
}
