namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Every page, as those see it who may: it runs nothing, names itself, fits a small phone, and reads well to those who listen.
/// </summary>
[Collection(BrowserTests.Name)]
public sealed class CrawlTests(Harness.Browser browser) : IAsyncLifetime
{
    private ServerProcess server = null!;
    private InspectedPages pages = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartNewAsync();
        pages = await InspectedPages.OpenAsync(browser, server);
    }

    public async ValueTask DisposeAsync()
    {
        await pages.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task All_pages_of_everybody_and_those_of_admins_while_not_everything_is_as_it_should_be()
    {
        using var half = new NewUser(server, "ada");
        var setup = await half.Browser.GetAsync(await server.SetupLinkAsync());
        await pages.InspectAsync(half.Browser, "/setup");
        await pages.InspectAsync(await half.Browser.SubmitAsync(setup), half.Browser);
        using var admin = await NewUser.FirstAdminAsync(server);
        await PeopleCrawl.WalkAsync(server, pages, admin);
        using var helpdesk = await server.AddAsync("hugo", "helpdesk");
        using var user = await server.AddAsync("ursula", "user");
        await server.RunAsync(["account", "add", "ivan", "--mail", "ivan@acme.example", "--name", "Ivan <b>Bold</b>"]);
        var id = await admin.Browser.IdAsync("ursula");

        await pages.InspectAsync(
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
            $"/admin/accounts/{await admin.Browser.IdAsync("ivan")}",
            $"/admin/accounts/{await admin.Browser.IdAsync("ada")}",
            "/admin/audit",
            "/admin/mail",
            "/sign-out",
            "/nope",
            "/admin/audit?account=ursula",
            "/admin/audit?kind=alarm.role-seal",
            "/admin/audit?account=nobody&kind=none&from=today&to=then",
            "/admin/audit.csv?agent=nobody");
        await pages.InspectAsync(
            await admin.Browser.SubmitAsync(await admin.Browser.GetAsync("/admin/accounts/new"), ("username", "not allowed!")),
            admin.Browser);
        await pages.InspectAsync(
            await admin.Browser.SubmitAsync(await admin.Browser.GetAsync($"/admin/accounts/{id}/reset"), ("code", "12")), admin.Browser);
        await pages.InspectAsync(
            helpdesk.Browser,
            "/account",
            "/admin",
            "/admin/accounts",
            $"/admin/accounts/{id}",
            $"/admin/accounts/{await admin.Browser.IdAsync("ada")}",
            "/admin/audit",
            "/admin/audit?account=ursula");
        await pages.InspectAsync(user.Browser, "/account", "/admin", "/nope");
        await LookAtOwnPagesAsync(helpdesk);
        await DeskCrawl.WalkAsync(server, pages, admin);

        await LookAtSigningInAsync();
        await LookAtWaitingAsync(admin);
        AssertNoneOf(pages.Findings);
        Assert.True(pages.Titles.Count > 20, $"Only {pages.Titles.Count} titles: {string.Join(" | ", pages.Titles)}");

        // Pages of a shape that was seen before are not inspected again, so these are inspected afresh.
        await using var troubled = await InspectedPages.OpenAsync(browser, server);
        await TroubledPagesCrawl.WalkAsync(server, troubled, admin);
        AssertNoneOf(troubled.Findings);
    }

    private static void AssertNoneOf(IReadOnlyCollection<string> findings) =>
        Assert.True(findings.Count == 0, string.Join('\n', findings));

    /// <summary>Recovery codes as they are shown, two phones, the proof, a new password; at last a sign-in with a recovery code.</summary>
    private async Task LookAtOwnPagesAsync(NewUser owner)
    {
        var own = owner.Browser;
        await pages.InspectAsync(
            own,
            "/enroll/recovery-codes",
            "/account/recovery-codes",
            "/account/authenticators",
            "/proof?for=password",
            "/proof?for=admin",
            "/account/sessions",
            "/account/profile");
        await pages.InspectAsync(await own.SubmitAsync(await own.GetAsync("/account/profile"), ("email", "nobody")), own);
        var shown = await own.GetAsync("/enroll/recovery-codes");
        await pages.InspectAsync(await own.SubmitAsync(shown), own);
        var code = shown.Document.QuerySelector(".codes li")!.TextContent.Trim();
        await pages.InspectAsync(await own.SubmitAsync(shown, ("saved", "yes")), own);
        await pages.InspectAsync(await own.SubmitAsync(await own.GetAsync("/proof?for=password"), ("code", "12")), own);
        var form = await own.SubmitAsync(await own.GetAsync("/proof?for=password"), ("code", await owner.NextCodeAsync()));
        await pages.InspectAsync(form, own);
        await pages.InspectAsync(await own.SubmitAsync(form, ("new-password", "short"), ("new-password-again", "")), own);
        await pages.InspectAsync(await own.PressAsync(await own.GetAsync("/account/authenticators"), "Set up another phone"), own);

        using var elsewhere = server.Visitor();
        await elsewhere.EnterPasswordAsync(owner.UserName);
        var asks = await elsewhere.GetAsync("/sign-in/recovery-code");
        await pages.InspectAsync(asks, elsewhere);
        await pages.InspectAsync(await elsewhere.SubmitAsync(asks, ("recovery-code", "K7QM-22XD-9RWA-5TJ0")), elsewhere);
        await pages.InspectAsync(await elsewhere.SubmitAsync(asks, ("recovery-code", code)), elsewhere);
        await pages.InspectAsync(elsewhere, "/account/authenticators", "/account/recovery-codes");
    }

    /// <summary>Nobody, half signed in, held, enrolling.</summary>
    private async Task LookAtSigningInAsync()
    {
        using var visitor = server.Visitor();
        await pages.InspectAsync(
            visitor, "/sign-in", "/sign-in/help", "/enroll", "/not-me", "/confirm-mail", "/invitation", "/reset-password",
            "/forgot-password", "/setup");
        await pages.InspectAsync(await visitor.SubmitAsync(await visitor.GetAsync("/sign-in")), visitor);
        await pages.InspectAsync(
            await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", "ursula"), ("password", "no")), visitor);
        var code = await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", "ursula"), ("password", NewUser.Password));
        await pages.InspectAsync(code, visitor);
        await pages.InspectAsync(await visitor.PressAsync(code, "I need more time"), visitor);
        await pages.InspectAsync(await visitor.SubmitAsync(code, ("code", "12")), visitor);
        await pages.InspectAsync(await visitor.SubmitAsync(code, ("code", "000000")), visitor);

        var reset = await server.RunAsync(["account", "reset", "ursula", "--reason", "lost"]);
        var ticket = await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", "ursula"), ("password", NewUser.Password));
        await pages.InspectAsync(ticket, visitor);
        await pages.InspectAsync(await visitor.SubmitAsync(ticket, ("ticket", "no such one")), visitor);
        await pages.InspectAsync(visitor, "/sign-in/cancel-reset");
        var words = reset.Output.Split('\n')[0].Split(": ")[1];
        var picture = await visitor.SubmitAsync(await visitor.GetAsync("/sign-in/ticket"), ("ticket", words));
        await pages.InspectAsync(picture, visitor);
        await pages.InspectAsync(visitor, "/enroll/manual-key");
        await pages.InspectAsync(await visitor.SubmitAsync(await visitor.GetAsync("/enroll"), ("code", "000000")), visitor);

        using var invited = server.Visitor();
        var message = await server.Mailbox.TakeAsync("ivan@acme.example", "invited");
        var form = await invited.GetAsync(message.Link("/invitation/"));
        await pages.InspectAsync(form, invited);
        await pages.InspectAsync(await invited.SubmitAsync(form, ("new-password", "short"), ("new-password-again", "")), invited);
        await invited.GetAsync(message.Link("/not-me/"));
        await pages.InspectAsync(invited, "/not-me");
        await pages.InspectAsync(await invited.PressAsync(await invited.GetAsync("/not-me"), "Stop it"), invited);
        await pages.InspectAsync(invited, "/invitation");
    }

    /// <summary>Ten wrong codes: what the owner then sees, what waits for the admin, and the ticket that is shown once.</summary>
    private async Task LookAtWaitingAsync(NewUser admin)
    {
        using var walter = await server.AddAsync("walter", "user");
        using var stranger = server.Visitor();
        VisitedPage page = null!;
        for (var wrong = 0; wrong < 10; wrong++)
        {
            page = await stranger.SubmitAsync(
                wrong % 5 == 0 ? await stranger.EnterPasswordAsync("walter") : page, ("code", walter.WrongCode()));
            await pages.InspectAsync(page, stranger);
        }

        await stranger.EnterPasswordAsync("walter");
        var waiting = await stranger.GetAsync("/sign-in/code");
        Assert.Contains("Too many wrong codes. Try again at", waiting.Words, StringComparison.Ordinal);
        await pages.InspectAsync(waiting, stranger);
        var id = await admin.Browser.IdAsync("walter");
        await pages.InspectAsync(admin.Browser, "/admin", "/admin/accounts?show=waiting", $"/admin/accounts/{id}");
        var ticket = await admin.Browser.SubmitAsync(
            await admin.Browser.GetAsync(
                $"/admin/accounts/{id}/reset"), ("verified", "badge"), ("reason", "lost"), ("delivery", "hand-over"), ("code", admin.Code(
                    NewUser.Now + 1)));
        Assert.Contains("It is shown once.", ticket.Words, StringComparison.Ordinal);
        await pages.InspectAsync(ticket, admin.Browser);
        await pages.InspectAsync(admin.Browser, "/admin", $"/admin/accounts/{id}", "/admin/accounts?search=walter", "/admin/audit");
    }
}
