namespace TwoFactor.Tests.Pages;

using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// What somebody who hears a page is told when a form comes back: a summary that is spoken at once, whose links lead to the fields, and
/// the same words at each field.
/// </summary>
public sealed class AnnouncedErrorsTests : IDisposable
{
    private readonly App app = new();

    [Fact]
    public async Task The_first_forms_of_all()
    {
        var browser = app.Visitor();
        var setup = await browser.GetAsync(await app.SetupLinkAsync());
        AssertAnnounced(await SetupAsync(username: "?"), "username");
        AssertAnnounced(await SetupAsync(email: "nowhere"), "email");
        AssertAnnounced(await SetupAsync(password: "short"), "new-password");
        AssertAnnounced(await SetupAsync(again: "another one that is long enough"), "new-password-again");

        var picture = await SetupAsync();
        Assert.Equal("/enroll", picture.Path);
        AssertAnnounced(await browser.SubmitAsync(picture, ("code", "12345")), "code");
        AssertAnnounced(await browser.SubmitAsync(picture, ("code", "000000")), "code");

        Task<VisitedPage> SetupAsync(
            string username = "ada", string email = "ada@acme.example", string password = TestUser.GoodPassword, string? again = null) =>
            browser.SubmitAsync(
                setup, ("username", username), ("email", email), ("new-password", password), ("new-password-again", again ?? password));
    }

    [Fact]
    public async Task The_forms_of_a_sign_in()
    {
        var ana = await TestUser.FirstAdminAsync(app, "ana");
        AssertSpoken(await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/enroll/recovery-codes")), "saved");
        await ana.SaveRecoveryCodesAsync();
        ana.TakeNewBrowser();
        var form = await ana.Browser.GetAsync("/sign-in");
        AssertAnnounced(await ana.Browser.SubmitAsync(form), "username", "password");
        AssertAnnounced(await ana.Browser.SubmitAsync(form, ("username", "ana")), "password");

        var code = await ana.EnterPasswordAsync();
        AssertAnnounced(await ana.Browser.SubmitAsync(code, ("code", "")), "code");
        AssertAnnounced(await ana.Browser.SubmitAsync(code, ("code", "1234567")), "code");
        AssertAnnounced(await ana.Browser.SubmitAsync(code, ("code", ana.RecoveryCodes[0])), "code");
        AssertAnnounced(await ana.Browser.SubmitAsync(code, ("code", ana.WrongCode())), "code");
        AssertAnnounced(await ana.Browser.SubmitAsync(code, ("code", ana.Code(-10))), "code");
        AssertAnnounced(await ana.Browser.SubmitAsync(code, ("code", ana.Code(-1))), "code");

        var recovery = await ana.Browser.GetAsync("/sign-in/recovery-code");
        AssertAnnounced(await ana.Browser.SubmitAsync(recovery, ("recovery-code", "")), "recovery-code");
        AssertAnnounced(await ana.Browser.SubmitAsync(recovery, ("recovery-code", "nonsense")), "recovery-code");
        AssertAnnounced(await ana.Browser.SubmitAsync(recovery, ("recovery-code", "123456")), "recovery-code");
    }

    [Fact]
    public async Task The_forms_of_a_reset()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var bob = await TestUsers.InviteAsync(app, ada, "bob");
        var empty = await app.ResetAsync(ada, bob, verified: "other", reason: " ");
        AssertAnnounced(empty, "verified-note", "reason");
        AssertAnnounced(await app.ResetAsync(ada, bob, reason: new string('x', 2000)), "reason");
        AssertAnnounced(await app.ResetAsync(ada, bob, code: "12"), "code");
        AssertAnnounced(await app.ResetAsync(ada, bob, code: ada.WrongCode()), "code");
        await app.ResetAsync(ada, bob);

        bob.TakeNewBrowser();
        var ticket = await bob.EnterPasswordAsync();
        Assert.Equal("/sign-in/ticket", ticket.Path);
        AssertAnnounced(await bob.Browser.SubmitAsync(ticket, ("ticket", "")), "ticket");
        AssertAnnounced(await bob.Browser.SubmitAsync(ticket, ("ticket", "AAAA-BBBB")), "ticket");
        var cancel = await bob.Browser.GetAsync("/sign-in/cancel-reset");
        AssertAnnounced(await bob.Browser.SubmitAsync(cancel, ("code", "")), "code");
        AssertAnnounced(await bob.Browser.SubmitAsync(cancel, ("code", bob.WrongCode())), "code");
    }

    [Fact]
    public async Task A_choice_of_several_is_told_at_its_group()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var bob = await TestUsers.InviteAsync(app, ada, "bob");
        var form = await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("bob")}/reset");
        AssertToldAtGroup(await ada.Browser.SubmitAsync(form, ("reason", "Lost"), ("code", ada.Code())), "verified");
        AssertToldAtGroup(await app.ResetAsync(ada, bob, delivery: "hand-over"), "delivery");
    }

    [Fact]
    public async Task The_forms_that_links_lead_to()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var ben = await TestUsers.InviteAsync(app, ada, "ben", accept: false);
        var message = await (await app.MailboxAsync()).TakeAsync(ben.Mail, "invit");
        await AssertNewPasswordAnnouncedAsync(ben.Browser, await ben.Browser.GetAsync(message.Link("/invitation/")));

        var id = await app.IdAsync("ada");
        var link = await app.AskAsync(
            services => services.GetRequiredService<PasswordLinks>().MakeAsync(id, Actor.Console, TestContext.Current.CancellationToken));
        await AssertNewPasswordAnnouncedAsync(ada.Browser, await ada.Browser.GetAsync($"/reset-password/{link!.Value.Token.Reveal()}"));
    }

    [Fact]
    public async Task The_forms_of_one_s_own_account()
    {
        var ana = await TestUser.FirstAdminAsync(app, "ana");
        var proof = await ana.Browser.GetAsync("/proof?for=password");
        AssertAnnounced(await ana.Browser.SubmitAsync(proof, ("code", "")), "code");
        AssertAnnounced(await ana.Browser.SubmitAsync(proof, ("code", ana.WrongCode())), "code");
        var form = await ana.Browser.SubmitAsync(proof, ("code", ana.Code()));
        Assert.Equal("/account/password", form.Path);
        await AssertNewPasswordAnnouncedAsync(ana.Browser, form);
        AssertAnnounced(await ana.ChangePasswordAsync(form, "an entirely new password", current: "not mine"), "current-password");

        // Of several fields with the same name, the one that was sent is told.
        await ana.AddPhoneAsync(app);
        var list = await ana.Browser.GetAsync("/account/authenticators");
        var labels = list.Document.QuerySelectorAll<IHtmlInputElement>("input[name=label]").ToList();
        Assert.Equal(2, labels.Count);
        var button = $"Rename {labels[1].DefaultValue}";
        AssertAnnounced(await ana.Browser.PressAsync(list, button, ("label", "")), labels[1].Id!);
        AssertAnnounced(await ana.Browser.PressAsync(list, button, ("label", labels[0].DefaultValue)), labels[1].Id!);
    }

    [Fact]
    public async Task The_forms_of_those_who_look_after_others()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var invite = await ada.Browser.GetAsync("/admin/accounts/new");
        AssertAnnounced(await ada.Browser.SubmitAsync(invite, ("username", "no name"), ("email", "cleo@acme.example")), "username");
        AssertAnnounced(await ada.Browser.SubmitAsync(invite, ("username", "ada"), ("email", "cleo@acme.example")), "username");
        AssertAnnounced(await ada.Browser.SubmitAsync(invite, ("username", "cleo"), ("email", "nowhere")), "email");
        AssertAnnounced(await ada.Browser.SubmitAsync(invite, ("username", "cleo"), ("email", ada.Mail)), "email");

        var bob = await TestUsers.InviteAsync(app, ada, "bob");
        for (var wrong = 0; wrong < 10; wrong++)
        {
            bob.TakeNewBrowser();
            await bob.Browser.SubmitAsync(await bob.EnterPasswordAsync(), ("code", bob.WrongCode()));
        }

        var detail = $"/admin/accounts/{await app.IdAsync("bob")}";
        AssertAnnounced(
            await ada.Browser.PressAsync(await ada.Browser.GetAsync(detail), "Unlock", ("reason", "")), "unlock-reason");
        AssertAnnounced(await PressAsync("Switch off", " "), "disable-reason");
        AssertAnnounced(await PressAsync("Switch off", "on leave", "12"), "disable-code");
        AssertAnnounced(await PressAsync("End all sessions", ""), "end-sessions-reason");
        AssertAnnounced(await PressAsync("End all sessions", "stolen", "12"), "end-sessions-code");
        Assert.Contains("Switched off.", (await PressAsync("Switch off", "on leave")).Words, StringComparison.Ordinal);
        AssertAnnounced(await PressAsync("Switch on", ""), "enable-reason");
        AssertAnnounced(await PressAsync("Switch on", "back", "12"), "enable-code");

        async Task<VisitedPage> PressAsync(string button, string reason, string? code = null) => await ada.Browser.PressAsync(
            await ada.Browser.GetAsync(detail), button, ("reason", reason), ("code", code ?? ada.Code()));
    }

    public void Dispose() => app.Dispose();

    private static async Task AssertNewPasswordAnnouncedAsync(Visitor browser, VisitedPage form)
    {
        AssertAnnounced(await browser.SubmitAsync(form), "new-password");
        AssertAnnounced(await browser.SubmitAsync(form, ("new-password", "short"), ("new-password-again", "short")), "new-password");
        AssertAnnounced(
            await browser.SubmitAsync(form, ("new-password", "long enough, I think"), ("new-password-again", "and another one")),
            "new-password-again");
    }

    /// <summary>
    /// Spoken, and the focus stands where it is put right. No script moves it, so the markup does: to the one field, or to the summary
    /// of several.
    /// </summary>
    private static void AssertAnnounced(VisitedPage page, params string[] fields)
    {
        AssertSpoken(page, fields);
        var focused = Assert.Single(page.Document.QuerySelectorAll("[autofocus]"));
        Assert.Same(fields.Length == 1 ? Only(page, fields[0]) : page.Document.QuerySelector("[role=alert]"), focused);
    }

    /// <param name="fields">Ids of those that have something wrong, in the order of the summary; all others have not.</param>
    private static void AssertSpoken(VisitedPage page, params string[] fields)
    {
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        var summary = Assert.Single(page.Document.QuerySelectorAll("[role=alert]"));
        var links = summary.QuerySelectorAll<IHtmlAnchorElement>("a").ToList();
        Assert.Equal(fields.Select(field => $"#{field}"), links.Select(link => link.GetAttribute("href")));
        foreach (var link in links)
        {
            var field = Only(page, link.GetAttribute("href")![1..]);
            Assert.Equal("true", field.GetAttribute("aria-invalid"));
            var descriptions = (field.GetAttribute("aria-describedby") ?? "").Split(' ').Select(id => Only(page, id).TextContent).ToList();
            Assert.NotEmpty(link.TextContent);
            Assert.Contains(link.TextContent, descriptions, StringComparer.Ordinal);
            Assert.Single(page.Document.QuerySelectorAll("label"), label => label.GetAttribute("for") == field.Id || label.Contains(field));
        }

        Assert.Equal(
            fields.Order(StringComparer.Ordinal),
            page.Document.QuerySelectorAll("[aria-invalid]").Select(field => field.Id!).Order(StringComparer.Ordinal));
    }

    /// <summary>Radio buttons: the link leads to the first of them, and the words belong to them all.</summary>
    private static void AssertToldAtGroup(VisitedPage page, string field)
    {
        var link = Assert.Single(Assert.Single(page.Document.QuerySelectorAll("[role=alert]")).QuerySelectorAll<IHtmlAnchorElement>("a"));
        Assert.Equal($"#{field}", link.GetAttribute("href"));
        var group = Assert.IsType<IHtmlFieldSetElement>(Only(page, field).Closest("fieldset"), exactMatch: false);
        Assert.Equal("LEGEND", group.FirstElementChild?.TagName);
        Assert.Equal(link.TextContent, Only(page, group.GetAttribute("aria-describedby") ?? "").TextContent);
    }

    private static IElement Only(VisitedPage page, string id) =>
        Assert.Single(page.Document.QuerySelectorAll("[id]"), element => element.Id == id);
}
