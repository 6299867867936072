namespace TwoFactor.Tests.Pages;

using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Until the password is proven there is nothing to learn, and nobody to lock out.</summary>
public sealed partial class EnumerationTests : IDisposable
{
    private readonly App app = new();

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task Unknown_wrong_waiting_disabled_and_invited_read_the_same_and_cost_the_same()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await TestUsers.InviteAsync(app, admin, "waiting");
        await TestUsers.InviteAsync(app, admin, "disabled");
        await TestUsers.InviteAsync(app, admin, "invited", accept: false);
        await TestUsers.InviteAsync(app, admin, "enrolled");
        var disabled = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='disabled'"))[0];
        await app.AskAsync(services => services.GetRequiredService<AccountLockout>().DisableAsync(
            null, disabled, null, null, Actor.Console, TestContext.Current.CancellationToken));
        for (var wrong = 0; wrong < 10; wrong++)
        {
            await TryAsync("waiting", "not the right password");
        }

        var answers = new Dictionary<string, (string Html, string Headers, long Hashes)>();
        answers["unknown"] = await TryAsync("nobody", "not the right password");
        answers["wrong"] = await TryAsync("enrolled", "not the right password");
        answers["waiting"] = await TryAsync("waiting", TestUser.GoodPassword);
        answers["disabled"] = await TryAsync("disabled", "not the right password");
        answers["invited"] = await TryAsync("invited", "not the right password");
        answers["no name at all"] = await TryAsync("no such @ name", "not the right password");
        answers["too long"] = await TryAsync("enrolled", new string('x', 2000));
        Assert.All(answers, answer => Assert.Equal(answers["unknown"], answer.Value));
        Assert.Equal(1, answers["unknown"].Hashes);
        Assert.Contains("Check your username and password.", answers["unknown"].Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_mail_address_and_case_share_one_counter()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        foreach (var spelling in new[] { "ada", "ADA", " ada ", "\uFF41da", "ada@acme.example", "Ada@ACME.example" })
        {
            await TryAsync(spelling, "not the right password");
        }

        Assert.Equal([6], await app.QueryAsync<int>($"SELECT fails AS Value FROM password_guard WHERE device_id={Guid.Empty} AND fails>0"));
        Assert.NotNull(admin);
    }

    [Fact]
    public async Task Three_hundred_strangers_do_not_keep_the_owner_out_of_their_own_browser()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await admin.SignOutAsync();
        for (var stranger = 0; stranger < 300; stranger++)
        {
            await TryAsync("ada", "not the right password");
            var waits = (await app.QueryAsync<long>($"SELECT wait_until AS Value FROM password_guard WHERE device_id={Guid.Empty}"))[0];
            if (stranger < 299 && waits > app.Time.GetUtcNow().ToUnixTimeSeconds())
            {
                app.Time.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(waits));
            }
        }

        Assert.Contains("Check your username and password.", (await TryAsync("ada", TestUser.GoodPassword)).Html, StringComparison.Ordinal);
        await admin.SignInAsync();
    }

    [Fact]
    public async Task A_right_password_of_an_unfinished_account_leads_to_its_ticket_and_no_further()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var half = await TestUsers.InviteAsync(app, admin, "half", accept: false);
        var message = await (await app.MailboxAsync()).TakeAsync(half.Mail, "invited");
        await half.Browser.SubmitAsync(
            await half.Browser.GetAsync(
                message.Link("/invitation/")), ("new-password", half.Password), ("new-password-again", half.Password));
        half.TakeNewBrowser();
        var page = await half.EnterPasswordAsync();
        Assert.Equal("/sign-in/ticket", page.Path);
        Assert.Contains("You have no authenticator yet.", page.Words, StringComparison.Ordinal);
        Assert.Equal("/sign-in/ticket", (await half.Browser.GetAsync("/sign-in/code")).Path);
        Assert.StartsWith("/sign-in?", (await half.Browser.GetAsync("/account")).Path, StringComparison.Ordinal);
    }

    /// <summary>
    /// A stranger's try in a new browser: what is read without what every page has of its own, and how many hashes it cost.
    /// </summary>
    private async Task<(string Html, string Headers, long Hashes)> TryAsync(string name, string password)
    {
        var hasher = app.Services.GetRequiredService<PasswordHasher>();
        using var browser = app.Visitor();
        var form = await browser.GetAsync("/sign-in");
        var before = hasher.Computed;
        var answer = await browser.SubmitOnceAsync(form, null, ("username", name), ("password", password));
        var html = OwnToEachPage().Replace(answer.Html, "")
            .Replace($"value=\"{System.Net.WebUtility.HtmlEncode(name)}\"", "value=\"\"", StringComparison.Ordinal);
        var headers = string.Join('\n', answer.Headers.Select(header => header.Key).Order(StringComparer.Ordinal)) + answer.Status;
        return (html, headers, hasher.Computed - before);
    }

    [GeneratedRegex("<input name=\"form-token\"[^>]*>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnToEachPage();
}
