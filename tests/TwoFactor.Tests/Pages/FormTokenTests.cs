namespace TwoFactor.Tests.Pages;

using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration;
using TwoFactor.Pages;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Every form there is, sent by somebody who could not read the page it stands on. A handler whose form is not tried fails here.
/// </summary>
public sealed class FormTokenTests : IDisposable
{
    /// <summary>What a page does when posted to, and the address of its form.</summary>
    private static readonly Dictionary<string, string> Handlers = new(StringComparer.Ordinal)
    {
        ["Account.Authenticators Add"] = "/account/authenticators?handler=Add",
        ["Account.Authenticators Remove"] = "/account/authenticators?handler=Remove",
        ["Account.Authenticators Rename"] = "/account/authenticators?handler=Rename",
        ["Account.Index Seen"] = "/account?handler=Seen",
        ["Account.Password "] = "/account/password",
        ["Account.RecoveryCodes "] = "/account/recovery-codes",
        ["Enroll.RecoveryCodes "] = "/enroll/recovery-codes",
        ["Proof "] = "/proof?for=recovery-codes",
        ["SignIn.RecoveryCode "] = "/sign-in/recovery-code",
        ["Account.Sessions End"] = "/account/sessions?handler=End",
        ["Account.Sessions EndOthers"] = "/account/sessions?handler=EndOthers",
        ["Account.Profile "] = "/account/profile",
        ["Admin.Accounts.Detail Disable"] = "/admin/accounts/ID?handler=Disable",
        ["Admin.Accounts.Detail EndSessions"] = "/admin/accounts/ID?handler=EndSessions",
        ["Admin.Accounts.Detail Enable"] = "/admin/accounts/ID?handler=Enable",
        ["Admin.Accounts.Detail Invite"] = "/admin/accounts/ID?handler=Invite",
        ["Admin.Accounts.Detail Unlock"] = "/admin/accounts/ID?handler=Unlock",
        ["Admin.Mail Retry"] = "/admin/mail?handler=Retry",
        ["Admin.Mail RetryAll"] = "/admin/mail?handler=RetryAll",
        ["Admin.Accounts.New "] = "/admin/accounts/new",
        ["Admin.Accounts.Detail Link"] = "/admin/accounts/ID?handler=Link",
        ["Admin.Accounts.Detail Stop"] = "/admin/accounts/ID?handler=Stop",
        ["Admin.Accounts.Reset "] = "/admin/accounts/ID/reset",
        ["Admin.Accounts.Pass "] = "/admin/accounts/ID/pass",
        ["Admin.Accounts.Edit "] = "/admin/accounts/ID/edit",
        ["Admin.Accounts.Delete "] = "/admin/accounts/ID/delete",
        ["Admin.Resets.Detail Approve"] = "/admin/resets/ID?handler=Approve",
        ["Admin.Resets.Detail HandOver"] = "/admin/resets/ID?handler=HandOver",
        ["Admin.Resets.Detail Stop"] = "/admin/resets/ID?handler=Stop",
        ["Enroll.Index "] = "/enroll",
        ["Enroll.Index MoreTime"] = "/enroll?handler=MoreTime",
        ["Enroll.Index NewPicture"] = "/enroll?handler=NewPicture",
        ["ForgotPassword "] = "/forgot-password",
        ["Invitation "] = "/invitation",
        ["Invitation Resend"] = "/invitation?handler=Resend",
        ["ConfirmMail "] = "/confirm-mail",
        ["NotMe "] = "/not-me",
        ["ResetPassword "] = "/reset-password",
        ["Setup "] = "/setup",
        ["SignIn.CancelReset "] = "/sign-in/cancel-reset",
        ["SignIn.Code "] = "/sign-in/code",
        ["SignIn.Code MoreTime"] = "/sign-in/code?handler=MoreTime",
        ["SignIn.Code NotYou"] = "/sign-in/code?handler=NotYou",
        ["SignIn.RecoveryCode MoreTime"] = "/sign-in/recovery-code?handler=MoreTime",
        ["SignIn.RecoveryCode NotYou"] = "/sign-in/recovery-code?handler=NotYou",
        ["SignIn.Ticket MoreTime"] = "/sign-in/ticket?handler=MoreTime",
        ["SignIn.Ticket NotYou"] = "/sign-in/ticket?handler=NotYou",
        ["SignIn.CancelReset MoreTime"] = "/sign-in/cancel-reset?handler=MoreTime",
        ["SignIn.CancelReset NotYou"] = "/sign-in/cancel-reset?handler=NotYou",
        ["SignIn.Index "] = "/sign-in",
        ["SignIn.Ticket "] = "/sign-in/ticket",
        ["SignOut "] = "/sign-out",
        ["Admin.Accounts.Import "] = "/admin/accounts/import",
        ["Admin.Accounts.Import Import"] = "/admin/accounts/import?handler=Import",
        ["Admin.Accounts.Index Invite"] = "/admin/accounts?show=never&handler=Invite",
        ["Admin.Accounts.Index Remind"] = "/admin/accounts?show=invited&handler=Remind",
    };

    private readonly App app = App.WithMail();
    private readonly TokenlessForms forms;

    public FormTokenTests() => forms = new TokenlessForms(app);

    public void Dispose() => app.Dispose();

    [Fact]
    public void Every_handler_has_its_row() => Assert.Equal(
        Handlers.Keys.Order(StringComparer.Ordinal),
        typeof(SitePage).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(SitePage)))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance), Describe)
            .OfType<string>().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Every_form_without_its_token_comes_anew_and_changes_nothing()
    {
        var administration = new AdministrationForms(app, forms);
        using var first = app.Visitor();
        await first.GetAsync(await app.SetupLinkAsync());
        await forms.TryAsync(first, "/setup");

        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula");
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'"))[0];
        await administration.TryAccountsAsync(admin, id);
        await TryOwnPagesAsync(admin);
        await TrySigningInAsync(admin, user, id);
        await TryInvitationAsync(admin);
        await administration.TryPeopleAsync(admin);

        Assert.True(forms.Wrong.Count == 0, string.Join('\n', forms.Wrong));
        Assert.Equal(Handlers.Values.Order(StringComparer.Ordinal), forms.Tried.Order(StringComparer.Ordinal));
    }

    private async Task TryOwnPagesAsync(TestUser admin)
    {
        var elsewhere = new TestUser(app, admin.UserName, admin.Mail) { Phone = admin.Phone };
        await elsewhere.SignInAsync();
        await forms.TryAsync(admin.Browser, "/account");
        await forms.TryAsync(admin.Browser, "/account/sessions");
        await forms.TryAsync(admin.Browser, "/account/profile");
        await forms.TryAsync(admin.Browser, "/enroll/recovery-codes");
        await forms.TryAsync(admin.Browser, "/account/recovery-codes");
        await forms.TryAsync(admin.Browser, "/proof?for=recovery-codes", admin.Code(1));
        await admin.ProveAsync(app);
        await forms.TryAsync(admin.Browser, "/account/password");
        var profile = await admin.Browser.GetAsync("/account/profile");
        await admin.Browser.SubmitAsync(profile, ("email", "ada@new.example"));
        var link = await (await app.MailboxAsync()).TakeAsync("ada@new.example");
        await admin.Browser.GetAsync(link.Link("/confirm-mail/"));
        await forms.TryAsync(admin.Browser, "/confirm-mail");
        await admin.AddPhoneAsync(app);
        await forms.TryAsync(admin.Browser, "/account/authenticators");
        await forms.TryAsync(admin.Browser, "/sign-out");
    }

    /// <summary>Password, code, an open reset with its mails, and a link for a new password.</summary>
    private async Task TrySigningInAsync(TestUser admin, TestUser user, Guid id)
    {
        await user.SignOutAsync();
        await forms.TryAsync(user.Browser, "/sign-in");
        await forms.TryAsync(user.Browser, "/forgot-password");
        await user.EnterPasswordAsync();
        await forms.TryAsync(user.Browser, "/sign-in/code", user.Code());
        await forms.TryAsync(user.Browser, "/sign-in/recovery-code");

        var form = await admin.Browser.GetAsync($"/admin/accounts/{id}/reset");
        await admin.Browser.SubmitAsync(form, ("verified", "call-back"), ("reason", "lost"), ("delivery", "mail"), ("code", admin.Code()));
        var mail = await (await app.MailboxAsync()).TakeAsync(user.Mail, "started a reset");
        await user.EnterPasswordAsync();
        await forms.TryAsync(user.Browser, "/sign-in/ticket");
        await forms.TryAsync(user.Browser, "/sign-in/cancel-reset", user.Code());
        await user.Browser.GetAsync(mail.Link("/not-me/"));
        await forms.TryAsync(user.Browser, "/not-me");

        var link = await app.AskAsync(services =>
            services.GetRequiredService<PasswordLinks>().MakeAsync(id, Actor.Console, TestContext.Current.CancellationToken));
        await user.Browser.GetAsync($"/reset-password/{link!.Value.Token.Reveal()}");
        await forms.TryAsync(user.Browser, "/reset-password");
    }

    /// <summary>From an invitation to its picture, until both are over.</summary>
    private async Task TryInvitationAsync(TestUser admin)
    {
        var invited = await TestUsers.InviteAsync(app, admin, "ivan", accept: false);
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ivan'"))[0];
        await forms.TryAsync(admin.Browser, $"/admin/accounts/{id}");
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await forms.TryAsync(admin.Browser, "/admin/mail");
        var mail = await (await app.MailboxAsync()).TakeAsync(invited.Mail, "invited");
        var form = await invited.Browser.GetAsync(mail.Link("/invitation/"));
        await forms.TryAsync(invited.Browser, "/invitation");
        await invited.Browser.SubmitAsync(form, ("new-password", invited.Password), ("new-password-again", invited.Password));
        await invited.ScanAsync();
        await forms.TryAsync(invited.Browser, "/enroll", invited.Code());
        app.Time.Advance(TimeSpan.FromMinutes(10));
        await forms.TryAsync(invited.Browser, "/enroll");
        app.Time.Advance(TimeSpan.FromDays(7));
        await forms.TryAsync(invited.Browser, "/invitation");
    }

    private static string? Describe(Type page, MethodInfo method) => method.Name.StartsWith("OnPost", StringComparison.Ordinal)
        ? $"{page.FullName!["TwoFactor.Pages.".Length..^"Model".Length]} "
            + $"{method.Name["OnPost".Length..].Replace("Async", "", StringComparison.Ordinal)}"
        : null;
}
