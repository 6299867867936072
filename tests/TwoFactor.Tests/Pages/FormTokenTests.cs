namespace TwoFactor.Tests.Pages;

using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
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
public sealed partial class FormTokenTests : IDisposable
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
    };

    private readonly App app = App.WithMail();
    private readonly HashSet<string> tried = new(StringComparer.Ordinal);
    private readonly List<string> wrong = [];
    private string othersToken = "";

    public void Dispose() => app.Dispose();

    [Fact]
    public void Every_handler_has_its_row() => Assert.Equal(
        Handlers.Keys.Concat(PeopleHandlers.Keys).Order(StringComparer.Ordinal),
        typeof(SitePage).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(SitePage)))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance), Describe)
            .OfType<string>().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Every_form_without_its_token_comes_anew_and_changes_nothing()
    {
        using var stranger = app.Visitor();
        othersToken = TokenOf(await stranger.GetAsync("/sign-in"));
        using var first = app.Visitor();
        await first.GetAsync(await app.SetupLinkAsync());
        await TryAsync(first, "/setup");

        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula");
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'"))[0];
        await TryAdministrationAsync(admin, id);
        await TryOwnPagesAsync(admin);
        await TrySigningInAsync(admin, user, id);
        await TryInvitationAsync(admin);
        await TryPeopleAsync(admin);

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(Handlers.Values.Concat(PeopleHandlers.Values).Order(StringComparer.Ordinal), tried.Order(StringComparer.Ordinal));
    }

    private async Task TryOwnPagesAsync(TestUser admin)
    {
        var elsewhere = new TestUser(app, admin.UserName, admin.Mail) { Phone = admin.Phone };
        await elsewhere.SignInAsync();
        await TryAsync(admin.Browser, "/account");
        await TryAsync(admin.Browser, "/account/sessions");
        await TryAsync(admin.Browser, "/account/profile");
        await TryAsync(admin.Browser, "/enroll/recovery-codes");
        await TryAsync(admin.Browser, "/account/recovery-codes");
        await TryAsync(admin.Browser, "/proof?for=recovery-codes", admin.Code(1));
        await admin.ProveAsync(app);
        await TryAsync(admin.Browser, "/account/password");
        await admin.AddPhoneAsync(app);
        await TryAsync(admin.Browser, "/account/authenticators");
        await TryAsync(admin.Browser, "/sign-out");
    }

    /// <summary>Password, code, an open reset with its mails, and a link for a new password.</summary>
    private async Task TrySigningInAsync(TestUser admin, TestUser user, Guid id)
    {
        await user.SignOutAsync();
        await TryAsync(user.Browser, "/sign-in");
        await TryAsync(user.Browser, "/forgot-password");
        await user.EnterPasswordAsync();
        await TryAsync(user.Browser, "/sign-in/code", user.Code());
        await TryAsync(user.Browser, "/sign-in/recovery-code");

        var form = await admin.Browser.GetAsync($"/admin/accounts/{id}/reset");
        await admin.Browser.SubmitAsync(form, ("verified", "call-back"), ("reason", "lost"), ("delivery", "mail"), ("code", admin.Code()));
        var letter = await (await app.MailboxAsync()).TakeAsync(user.Mail, "started a reset");
        await user.EnterPasswordAsync();
        await TryAsync(user.Browser, "/sign-in/ticket");
        await TryAsync(user.Browser, "/sign-in/cancel-reset", user.Code());
        await user.Browser.GetAsync(letter.Link("/not-me/"));
        await TryAsync(user.Browser, "/not-me");

        var link = await app.AskAsync(services =>
            services.GetRequiredService<PasswordLinks>().MakeAsync(id, Actor.Console, TestContext.Current.CancellationToken));
        await user.Browser.GetAsync($"/reset-password/{link!.Value.Token.Reveal()}");
        await TryAsync(user.Browser, "/reset-password");
    }

    /// <summary>From an invitation to its picture, until both are over.</summary>
    private async Task TryInvitationAsync(TestUser admin)
    {
        var invited = await TestUsers.InviteAsync(app, admin, "ivan", accept: false);
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ivan'"))[0];
        await TryAsync(admin.Browser, $"/admin/accounts/{id}");
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await TryAsync(admin.Browser, "/admin/mail");
        var letter = await (await app.MailboxAsync()).TakeAsync(invited.Mail, "invited");
        var form = await invited.Browser.GetAsync(letter.Link("/invitation/"));
        await TryAsync(invited.Browser, "/invitation");
        await invited.Browser.SubmitAsync(form, ("new-password", invited.Password), ("new-password-again", invited.Password));
        await invited.ScanAsync();
        await TryAsync(invited.Browser, "/enroll", invited.Code());
        app.Time.Advance(TimeSpan.FromMinutes(10));
        await TryAsync(invited.Browser, "/enroll");
        app.Time.Advance(TimeSpan.FromDays(7));
        await TryAsync(invited.Browser, "/invitation");
    }

    /// <summary>Sends each form of a page as it stands, filled in rightly, but for its token.</summary>
    private async Task TryAsync(Visitor visitor, string path, string code = "000000")
    {
        var page = await visitor.GetAsync(path);
        Assert.Equal(path, page.Path);
        foreach (var form in page.Document.Forms.Where(form => IsOf(form, path)))
        {
            var action = form.GetAttribute("action")!;
            tried.Add(Guids().Replace(action, "ID"));
            var before = await StateAsync(visitor);
            foreach (var token in new[] { null, othersToken, "nonsense", TokenOf(page)[..^4] + "AAAA" })
            {
                using var content = new FormUrlEncodedContent(Fill(form, token, code));
                var answer = await visitor.OnceAsync(HttpMethod.Post, new Uri(action, UriKind.Relative), content);
                if (answer.Status != HttpStatusCode.BadRequest
                    || !SaysWhatWasKept(answer)
                    || !answer.Document.Forms.Any(again => again.GetAttribute("action") == action))
                {
                    wrong.Add($"{action} with {token}: {answer.Status} {answer.Words}");
                }
            }

            if (before != await StateAsync(visitor))
            {
                wrong.Add($"{action} changed something.");
            }
        }
    }
}
