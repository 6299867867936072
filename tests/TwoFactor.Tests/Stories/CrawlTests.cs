namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Every page, as those see it who may: it runs nothing, names itself, fits a small phone, and reads well to those who listen.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed partial class CrawlTests(Harness.Browser browser) : IAsyncLifetime
{
    private const int Narrow = 320;
    private const int MostPageBytes = 15 * 1024;

    private readonly List<string> findings = [];
    private readonly HashSet<string> titles = new(StringComparer.Ordinal);
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private IPage view = null!;
    private ServerProcess server = null!;
    private int stylesheet;

    public async ValueTask InitializeAsync()
    {
        stylesheet = Compressed(
            await File.ReadAllTextAsync(Repository.PathOf("wwwroot", "css", "site.css"), TestContext.Current.CancellationToken));
        server = await ServerProcess.StartNewAsync();
        view = await browser.OpenAsync(server.Address, new Look(Narrow, Scripts: true));
    }

    public async ValueTask DisposeAsync()
    {
        await view.Context.CloseAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task All_pages_of_everybody()
    {
        using var half = new NewUser(server, "ada");
        var setup = await half.Browser.GetAsync(await server.SetupLinkAsync());
        await InspectAsync(half.Browser, "/setup");
        await InspectAsync(await half.Browser.SubmitAsync(setup), half.Browser);
        using var admin = await NewUser.FirstAdminAsync(server);
        await LookAtPeopleAsync(admin);
        using var helpdesk = await AddAsync("hugo", "helpdesk");
        using var user = await AddAsync("ursula", "user");
        await server.RunAsync(["account", "add", "ivan", "--mail", "ivan@acme.example", "--name", "Ivan <b>Bold</b>"]);
        var id = await IdAsync(admin.Browser, "ursula");

        await InspectAsync(
            admin.Browser,
            "/account",
            "/admin",
            "/admin/accounts",
            "/admin/accounts?show=held",
            "/admin/accounts?search=nobody",
                "/admin/accounts?show=not-enrolled",
            "/admin/accounts/new",
            $"/admin/accounts/{id}",
            $"/admin/accounts/{id}/reset",
            $"/admin/accounts/{id}/pass",
            $"/admin/accounts/{id}/edit",
            $"/admin/accounts/{id}/delete",
            "/admin/resets",
                $"/admin/accounts/{await IdAsync(admin.Browser, "ivan")}",
            $"/admin/accounts/{await IdAsync(admin.Browser, "ada")}",
            "/admin/audit",
            "/admin/mail",
            "/sign-out",
            "/nope",
            "/admin/audit?account=ursula",
            "/admin/audit?kind=alarm.role-seal",
            "/admin/audit?account=nobody&kind=none&from=today&to=then",
            "/admin/audit.csv?agent=nobody");
        await InspectAsync(
            await admin.Browser.SubmitAsync(await admin.Browser.GetAsync("/admin/accounts/new"), ("username", "not allowed!")),
            admin.Browser);
        await InspectAsync(
            await admin.Browser.SubmitAsync(await admin.Browser.GetAsync($"/admin/accounts/{id}/reset"), ("code", "12")), admin.Browser);
        await InspectAsync(
            helpdesk.Browser,
            "/account",
            "/admin",
            "/admin/accounts",
            $"/admin/accounts/{id}",
            $"/admin/accounts/{await IdAsync(admin.Browser, "ada")}",
            "/admin/audit",
            "/admin/audit?account=ursula");
        await InspectAsync(user.Browser, "/account", "/admin", "/nope");
        await LookAtOwnPagesAsync(helpdesk);
        await LookAtRequestAsync(admin);

        await LookAtSigningInAsync();
        await LookAtWaitingAsync(admin);
        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.True(titles.Count > 20, $"Only {titles.Count} titles: {string.Join(" | ", titles)}");
    }

    /// <summary>Recovery codes as they are shown, two phones, the proof, a new password; at last a sign-in with a recovery code.</summary>
    private async Task LookAtOwnPagesAsync(NewUser owner)
    {
        var own = owner.Browser;
        await InspectAsync(
            own,
            "/enroll/recovery-codes",
            "/account/recovery-codes",
            "/account/authenticators",
            "/proof?for=password",
            "/proof?for=admin",
            "/account/sessions",
            "/account/profile");
        await InspectAsync(await own.SubmitAsync(await own.GetAsync("/account/profile"), ("email", "nobody")), own);
        var shown = await own.GetAsync("/enroll/recovery-codes");
        await InspectAsync(await own.SubmitAsync(shown), own);
        var code = shown.Document.QuerySelector(".codes li")!.TextContent.Trim();
        await InspectAsync(await own.SubmitAsync(shown, ("saved", "yes")), own);
        await InspectAsync(await own.SubmitAsync(await own.GetAsync("/proof?for=password"), ("code", "12")), own);
        var form = await own.SubmitAsync(await own.GetAsync("/proof?for=password"), ("code", owner.Code(owner.FirstStep + 1)));
        await InspectAsync(form, own);
        await InspectAsync(await own.SubmitAsync(form, ("new-password", "short"), ("new-password-again", "")), own);
        await InspectAsync(await own.PressAsync(await own.GetAsync("/account/authenticators"), "Set up another phone"), own);

        using var elsewhere = server.Visitor();
        await EnterPasswordAsync(elsewhere, owner.UserName);
        var asks = await elsewhere.GetAsync("/sign-in/recovery-code");
        await InspectAsync(asks, elsewhere);
        await InspectAsync(await elsewhere.SubmitAsync(asks, ("recovery-code", "K7QM-22XD-9RWA-5TJ0")), elsewhere);
        await InspectAsync(await elsewhere.SubmitAsync(asks, ("recovery-code", code)), elsewhere);
        await InspectAsync(elsewhere, "/account/authenticators", "/account/recovery-codes");
    }

    /// <summary>Nobody, half signed in, held, enrolling.</summary>
    private async Task LookAtSigningInAsync()
    {
        using var visitor = server.Visitor();
        await InspectAsync(
            visitor, "/sign-in", "/sign-in/help", "/enroll", "/not-me", "/invitation", "/reset-password", "/forgot-password", "/setup");
        await InspectAsync(await visitor.SubmitAsync(await visitor.GetAsync("/sign-in")), visitor);
        await InspectAsync(
            await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", "ursula"), ("password", "no")), visitor);
        var code = await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", "ursula"), ("password", NewUser.Password));
        await InspectAsync(code, visitor);
        await InspectAsync(await visitor.PressAsync(code, "I need more time"), visitor);
        await InspectAsync(await visitor.SubmitAsync(code, ("code", "12")), visitor);
        await InspectAsync(await visitor.SubmitAsync(code, ("code", "000000")), visitor);

        var reset = await server.RunAsync(["account", "reset", "ursula", "--reason", "lost"]);
        var ticket = await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", "ursula"), ("password", NewUser.Password));
        await InspectAsync(ticket, visitor);
        await InspectAsync(await visitor.SubmitAsync(ticket, ("ticket", "no such one")), visitor);
        await InspectAsync(visitor, "/sign-in/cancel-reset");
        var words = reset.Output.Split('\n')[0].Split(": ")[1];
        var picture = await visitor.SubmitAsync(await visitor.GetAsync("/sign-in/ticket"), ("ticket", words));
        await InspectAsync(picture, visitor);
        await InspectAsync(visitor, "/enroll/manual-key");
        await InspectAsync(await visitor.SubmitAsync(await visitor.GetAsync("/enroll"), ("code", "000000")), visitor);

        using var invited = server.Visitor();
        var letter = await server.Mailbox.TakeAsync("ivan@acme.example", "invited");
        var form = await invited.GetAsync(letter.Link("/invitation/"));
        await InspectAsync(form, invited);
        await InspectAsync(await invited.SubmitAsync(form, ("new-password", "short"), ("new-password-again", "")), invited);
        await invited.GetAsync(letter.Link("/not-me/"));
        await InspectAsync(invited, "/not-me");
        await InspectAsync(await invited.PressAsync(await invited.GetAsync("/not-me"), "Stop it"), invited);
        await InspectAsync(invited, "/invitation");
    }

    /// <summary>Ten wrong codes: what the owner then sees, what waits for the admin, and the ticket that is shown once.</summary>
    private async Task LookAtWaitingAsync(NewUser admin)
    {
        using var walter = await AddAsync("walter", "user");
        using var stranger = server.Visitor();
        VisitedPage page = null!;
        for (var wrong = 0; wrong < 10; wrong++)
        {
            page = await stranger.SubmitAsync(
                wrong % 5 == 0 ? await EnterPasswordAsync(stranger, "walter") : page, ("code", walter.WrongCode()));
            await InspectAsync(page, stranger);
        }

        await EnterPasswordAsync(stranger, "walter");
        var waiting = await stranger.GetAsync("/sign-in/code");
        Assert.Contains("Too many wrong codes. Try again at", waiting.Words, StringComparison.Ordinal);
        await InspectAsync(waiting, stranger);
        var id = await IdAsync(admin.Browser, "walter");
        await InspectAsync(admin.Browser, "/admin", "/admin/accounts?show=waiting", $"/admin/accounts/{id}");
        var ticket = await admin.Browser.SubmitAsync(
            await admin.Browser.GetAsync(
                $"/admin/accounts/{id}/reset"), ("verified", "badge"), ("reason", "lost"), ("delivery", "hand-over"), ("code", admin.Code(
                    NewUser.Now + 1)));
        Assert.Contains("It is shown once.", ticket.Words, StringComparison.Ordinal);
        await InspectAsync(ticket, admin.Browser);
        await InspectAsync(admin.Browser, "/admin", $"/admin/accounts/{id}", "/admin/accounts?search=walter", "/admin/audit");
    }

    private static async Task<VisitedPage> EnterPasswordAsync(Visitor visitor, string userName) =>
        await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", userName), ("password", NewUser.Password));

    private async Task<NewUser> AddAsync(string name, string role)
    {
        var added = await server.RunAsync(["account", "add", name, "--mail", $"{name}@acme.example", "--role", role]);
        var link = added.Output.Split('\n')[0].Split(": ")[1].Trim();
        return await NewUser.AcceptAsync(server, name, new Uri(link));
    }

    private static async Task<string> IdAsync(Visitor admin, string name) =>
        (await admin.GetAsync($"/admin/accounts?search={name}")).Document.QuerySelector("td a.fill")!.GetAttribute("href")!.Split('/')[^1];
}
