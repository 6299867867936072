namespace TwoFactor.Tests.Pages;

using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Pages;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;
using People = TwoFactor.Tests.Harness.People;
using Person = TwoFactor.Tests.Harness.Person;

/// <summary>Every form there is, sent by somebody who could not read the page it stands on. A handler whose form is not tried fails here.</summary>
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
        ["Admin.Accounts.New "] = "/admin/accounts/new",
        ["Admin.Accounts.Reset "] = "/admin/accounts/ID/reset",
        ["Enroll.Index "] = "/enroll",
        ["Enroll.Index MoreTime"] = "/enroll?handler=MoreTime",
        ["Enroll.Index NewPicture"] = "/enroll?handler=NewPicture",
        ["Links.ForgotPassword "] = "/forgot-password",
        ["Links.Invitation "] = "/invitation",
        ["Links.Invitation Resend"] = "/invitation?handler=Resend",
        ["Links.NotMe "] = "/not-me",
        ["Links.ResetPassword "] = "/reset-password",
        ["Links.Setup "] = "/setup",
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
        Handlers.Keys.Order(StringComparer.Ordinal),
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

        var admin = await Person.FirstAdminAsync(app);
        var user = await People.InviteAsync(app, admin, "ursula");
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'"))[0];
        await TryAdministrationAsync(admin, id);
        await TryOwnPagesAsync(admin);
        await TrySigningInAsync(admin, user, id);
        await TryInvitationAsync(admin);

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(Handlers.Values.Order(StringComparer.Ordinal), tried.Order(StringComparer.Ordinal));
    }

    private async Task TryAdministrationAsync(Person admin, Guid id)
    {
        await TryAsync(admin.Browser, "/admin/accounts/new");
        await TryAsync(admin.Browser, $"/admin/accounts/{id}/reset", admin.Code());
        var later = app.Time.GetUtcNow().ToUnixTimeSeconds() + 600;
        await app.ExecuteAsync($"UPDATE code_guard SET fails=10, wait_until={later} WHERE account_id={id}");
        await TryAsync(admin.Browser, $"/admin/accounts/{id}");
        await app.ExecuteAsync($"UPDATE code_guard SET fails=0, wait_until=0, held=1 WHERE account_id={id}");
        await TryAsync(admin.Browser, $"/admin/accounts/{id}");
        await app.ExecuteAsync($"UPDATE code_guard SET held=0 WHERE account_id={id}");
    }

    private async Task TryOwnPagesAsync(Person admin)
    {
        var elsewhere = new Person(app, admin.UserName, admin.Mail) { Phone = admin.Phone };
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
    private async Task TrySigningInAsync(Person admin, Person user, Guid id)
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
            services.GetRequiredService<PasswordLinks>().MakeAsync(id, Origin.Console, TestContext.Current.CancellationToken));
        await user.Browser.GetAsync($"/reset-password/{link!.Value.Token.Reveal()}");
        await TryAsync(user.Browser, "/reset-password");
    }

    /// <summary>From an invitation to its picture, until both are over.</summary>
    private async Task TryInvitationAsync(Person admin)
    {
        var invited = await People.InviteAsync(app, admin, "ivan", accept: false);
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ivan'"))[0];
        await TryAsync(admin.Browser, $"/admin/accounts/{id}");
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

    /// <summary>A page that is over says so in its own words.</summary>
    private static bool SaysWhatWasKept(VisitedPage answer) =>
        answer.Words.Contains("This page was open too long, or in another tab. Nothing was changed.", StringComparison.Ordinal)
        || (answer.Words.Contains("Nothing on your account has changed.", StringComparison.Ordinal) && answer.Document.QuerySelector("input:not([type=hidden])") is null);

    private static bool IsOf(IHtmlFormElement form, string path) => form.Closest("main") is not null
        && string.Equals(form.GetAttribute("method"), "post", StringComparison.OrdinalIgnoreCase)
        && Uri.TryCreate(new Uri("http://localhost"), form.GetAttribute("action"), out var action)
        && (action.AbsolutePath == path.Split('?')[0] || action.AbsolutePath == path + "/reset");

    private static Dictionary<string, string> Fill(IHtmlFormElement form, string? token, string code)
    {
        var fields = form.QuerySelectorAll("input[name], textarea[name]").Select(field => field.GetAttribute("name")!)
            .Distinct().Where(name => name != "form-token")
            .ToDictionary(name => name, name => form.QuerySelector($"[name='{name}']")!.GetAttribute("value") is { Length: > 0 } value ? value : "x");
        foreach (var (name, value) in new[]
        {
            ("code", code), ("password", "not the right password"), ("new-password", "an entirely new password"),
            ("new-password-again", "an entirely new password"), ("username", "ursula"), ("email", "new@acme.example"), ("form-token", token),
        })
        {
            if (value is not null && (fields.ContainsKey(name) || name == "form-token"))
            {
                fields[name] = value;
            }
        }

        return fields;
    }

    /// <summary>All that is stored (but for the audit, which is sealed in its own time) and all cookies.</summary>
    private async Task<string> StateAsync(Visitor visitor)
    {
        var dump = await app.AskAsync(services => Dump.OfAsync(services.GetRequiredService<TwoFactorDb>()));
        return string.Join('\n', dump.Split('\n').Where(line => !line.StartsWith("audit_", StringComparison.Ordinal)))
            + string.Join(' ', visitor.Cookies.All.Select(cookie => $"{cookie.Key}={cookie.Value.Value}").Order(StringComparer.Ordinal));
    }

    private static string TokenOf(VisitedPage page) => page.Document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!;

    private static string? Describe(Type page, MethodInfo method) => method.Name.StartsWith("OnPost", StringComparison.Ordinal)
        ? $"{page.FullName!["TwoFactor.Pages.".Length..^"Model".Length]} {method.Name["OnPost".Length..].Replace("Async", "", StringComparison.Ordinal)}"
        : null;

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Guids();
}
