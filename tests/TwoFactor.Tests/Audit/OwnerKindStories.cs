namespace TwoFactor.Tests.Audit;

using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;

/// <summary>What people do with what is theirs, and what is done for them.</summary>
internal static class OwnerKindStories
{
    public static async Task InvitationAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        await TestUsers.InviteAsync(app, ada, "ivan", accept: false);
        var form = await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ivan")}");
        await ada.Browser.PressAsync(form, "Send a new invitation");
        await app.InviteByConsoleAsync("alan", Role.Admin);
        Redirect(form, "handler=Invite", $"/admin/accounts/{await app.IdAsync("alan")}?handler=Invite");
        await ada.Browser.PressAsync(form, "Send a new invitation");

        var invitation = await app.InviteByConsoleAsync("iris");
        var iris = new TestUser(app, "iris", "iris@acme.example");
        var picture = await iris.ChoosePasswordAsync(await iris.OpenInvitationAsync(invitation));
        await iris.ScanAsync();
        await iris.Browser.SubmitAsync(picture, ("code", iris.WrongCode()));
        iris.TakeNewBrowser();
        await iris.ChoosePasswordAsync(await iris.OpenInvitationAsync(invitation));
    }

    public static async Task RecoveryCodesAsync(App app)
    {
        var ana = await TestUser.FirstAdminAsync(app, "ana");
        await ana.SaveRecoveryCodesAsync();
        await ana.Elsewhere(app).RecoverAsync(ana.RecoveryCodes[0]);
        var bob = await TestUsers.AddAsync(app, "bob", Role.User);
        await bob.SaveRecoveryCodesAsync();
        for (var wrong = 0; wrong < 11; wrong++)
        {
            await ana.Elsewhere(app).RecoverAsync(bob.RecoveryCodes[0]);
        }
    }

    public static async Task SessionsAsync(App app)
    {
        await TestUser.FirstAdminAsync(app);
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await ana.Elsewhere(app).SignInAsync();
        await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/sessions"), "End all others");
        app.Time.Advance(TimeSpan.FromHours(1));
        await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/account"), ("password", ana.Password));
    }

    public static async Task PhonesAsync(App app)
    {
        var ana = await TestUser.FirstAdminAsync(app, "ana");
        await ana.ProveAsync(app);
        await ana.AddPhoneAsync(app);
        var list = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Remove Authenticator app");
        await ana.Browser.SubmitAsync(list, ("label", "My phone"));
    }

    public static async Task AddressesAsync(App app)
    {
        await TestUser.FirstAdminAsync(app);
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await ana.ProveAsync(app);
        await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/account/profile"), ("email", "ana@new.example"), ("second-email", ""));
        var link = await (await app.MailboxAsync()).TakeAsync("ana@new.example");
        await ana.Browser.PressAsync(await ana.Browser.GetAsync(link.Link("/confirm-mail/")), "Use this address");
        var message = await (await app.MailboxAsync()).TakeAsync(ana.Mail, "mail address was changed");
        using var owner = app.Visitor();
        await owner.PressAsync(await owner.GetAsync(message.Link("/not-me/")), "Stop it");
    }

    public static async Task ResetsAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        var form = await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ana")}/reset");
        Redirect(form, "/reset", $"/admin/accounts/{await app.IdAsync("ada")}/reset");
        await ada.Browser.SubmitAsync(
            form, ("verified", "call-back"), ("reason", "Lost the phone"), ("delivery", "mail"), ("code", ada.Code()));
        await app.ResetByConsoleAsync("ana");
        await app.CancelByConsoleAsync("ana");
        var ticket = await app.ResetByConsoleAsync("ana");
        var stranger = ana.Elsewhere(app);
        await stranger.Browser.SubmitAsync(await stranger.EnterPasswordAsync(), ("ticket", "7QKD-M2XH-7QKD-M2XH-7QKD-M2XH-7Q"));
        var cancel = await stranger.Browser.GetAsync("/sign-in/cancel-reset");
        Redirect(cancel, "/sign-in/cancel-reset", "/sign-in/code");
        await stranger.Browser.SubmitAsync(cancel, ("code", ana.Code()));
        await ana.Elsewhere(app).EnterTicketAsync(ticket);
    }

    /// <summary>The form is sent to another address than the page means.</summary>
    private static void Redirect(VisitedPage page, string form, string to) => page.Document.Forms
        .First(found => found.GetAttribute("action")!.EndsWith(form, StringComparison.Ordinal)).SetAttribute("action", to);
}
