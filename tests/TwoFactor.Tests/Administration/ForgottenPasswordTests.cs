namespace TwoFactor.Tests.Administration;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Forgot the password: the page, the mail, and what the link does and does not.</summary>
public sealed class ForgottenPasswordTests : IAsyncLifetime, IDisposable
{
    private readonly App app = App.WithMail();
    private TestUser user = null!;

    public async ValueTask InitializeAsync() => user = await TestUsers.InviteAsync(app, await TestUser.FirstAdminAsync(app), "ursula");

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task From_the_sign_in_to_a_new_password_and_the_code_is_still_asked()
    {
        using var browser = app.Visitor();
        var form = await browser.GetAsync((await browser.GetAsync("/sign-in")).Link("Forgot your password?"));
        var sent = await browser.SubmitAsync(form, ("username", " Ursula@ACME.example "));

        Assert.Equal("Look into your mail", sent.Heading);
        Assert.Contains(
            "If that account exists, a mail is on its way. The link works for 1 hour. Nothing there? Look in the spam folder, or "
                + "contact your help desk.", sent.Words, StringComparison.Ordinal);
        Assert.Equal("/sign-in", sent.Link("Back to sign-in").AbsolutePath);
        await browser.GetAsync(sent.Address);
        var (to, link) = Assert.Single(await app.LinksAsync());
        Assert.Equal(user.Mail, to);

        var done = await user.UseLinkAsync(app, link);
        Assert.Contains("Your new password is set. Sign in with it, and with a code.", done.Words, StringComparison.Ordinal);
        user.TakeNewBrowser();
        Assert.Contains(
            "Check your username and password.", (await user.EnterPasswordAsync(TestUser.GoodPassword)).Words, StringComparison.Ordinal);
        await user.SignInAsync();
        await user.AssertSignedInAsync();
    }

    [Fact]
    public async Task The_link_ends_sessions_and_begun_sign_ins_and_offers_nothing_to_enroll()
    {
        var begun = user.Elsewhere(app);
        var code = await begun.EnterPasswordAsync();
        await app.AskForLinkAsync("ursula");
        var (_, link) = Assert.Single(await app.LinksAsync());
        await user.AssertSignedInAsync();

        using var browser = app.Visitor();
        var done = await browser.SubmitAsync(
            await browser.GetAsync(
                link), ("new-password", ForgottenPasswordActions.NewPassword),
                ("new-password-again", ForgottenPasswordActions.NewPassword));

        Assert.Equal("/sign-in", done.Path);
        Assert.Equal(["TwoFactor-Device", "TwoFactor-Form"], browser.Cookies.All.Keys.Order(StringComparer.Ordinal));
        Assert.Null((await browser.GetAsync("/enroll")).Document.QuerySelector("img, form"));
        await user.AssertSignedOutAsync();
        Assert.Contains(
            "Nothing on your account has changed. Start again.",
            (await begun.Browser.SubmitAsync(code, ("code", begun.Code()))).Words,
            StringComparison.Ordinal);
        user.Password = ForgottenPasswordActions.NewPassword;
        Assert.Equal("/sign-in/code", (await user.EnterPasswordAsync()).Path);
        Assert.Contains("This was used on", (await browser.GetAsync(link)).Words, StringComparison.Ordinal);
        Assert.Equal(
            1, await CountAsync("authenticator WHERE state='active' AND account_id=(SELECT id FROM account WHERE user_name='ursula')"));
    }

    [Fact]
    public async Task The_owner_is_told_by_mail_and_on_the_account_page_and_can_stop_it()
    {
        await app.ForgetPasswordAsync(user);

        await user.SignInAsync();
        Assert.Contains("Your password was changed", (await user.Browser.GetAsync("/account")).Words, StringComparison.Ordinal);
        var told = await (await app.MailboxAsync()).TakeAsync(user.Mail, "Your password was changed");
        using var owner = app.Visitor();
        var asks = await owner.GetAsync(told.Link("/not-me/"));
        Assert.Contains("Was a new password on 24 November 2026", asks.Words, StringComparison.Ordinal);
        await owner.PressAsync(asks, "Stop it");
        await user.AssertSignedOutAsync();
        Assert.Contains("Your sign-in was stopped on", (await user.EnterPasswordAsync()).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_an_hour_are_sent_all_are_good_and_the_first_used_voids_the_others()
    {
        for (var asked = 0; asked < 5; asked++)
        {
            await app.AskForLinkAsync("ursula");
        }

        var links = await app.LinksAsync();
        Assert.Equal(3, links.Count);
        foreach (var (_, link) in links)
        {
            using var browser = app.Visitor();
            Assert.NotNull((await browser.GetAsync(link)).Field("new-password"));
        }

        await user.UseLinkAsync(app, links[1].Link);
        Assert.Contains(
            "This link was replaced by a newer one, or stopped.",
            (await app.OpenDeadLinkAsync(links[0].Link)).Words,
            StringComparison.Ordinal);
        Assert.Contains(
            "This link was replaced by a newer one, or stopped.",
            (await app.OpenDeadLinkAsync(links[2].Link)).Words,
            StringComparison.Ordinal);
        await app.AskForLinkAsync("ursula");
        Assert.Equal(3, (await app.LinksAsync()).Count);

        app.Time.Advance(TimeSpan.FromHours(1));
        await app.AskForLinkAsync("ursula");
        Assert.Equal(4, (await app.LinksAsync()).Count);
        Assert.Equal(4, await CountAsync("audit_event WHERE kind='password-link.sent'"));
        Assert.Equal(1, await CountAsync("audit_event WHERE kind='password-link.refused'"));
        Assert.Equal(2, (await app.QueryAsync<int>($"SELECT n AS Value FROM audit_tally WHERE kind='password-link.refused'"))[0]);
    }

    [Fact]
    public async Task A_strangers_asking_does_not_void_the_owners_link()
    {
        await app.AskForLinkAsync("ursula");
        var (_, owners) = Assert.Single(await app.LinksAsync());
        for (var asked = 0; asked < 5; asked++)
        {
            await app.AskForLinkAsync("ursula@acme.example");
        }

        Assert.Equal("/sign-in", (await user.UseLinkAsync(app, owners)).Path);
    }

    [Fact]
    public async Task A_link_ends_after_an_hour()
    {
        await app.AskForLinkAsync("ursula");
        app.Time.Advance(TimeSpan.FromHours(1));
        Assert.Contains(
            "This link ended on 24 November 2026",
            (await app.OpenDeadLinkAsync((await app.LinksAsync())[0].Link)).Words,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_comes_from_the_public_address_and_never_from_the_request()
    {
        using var browser = app.Visitor();
        var form = await browser.GetAsync("/forgot-password");
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["form-token"] = form.Document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!,
            ["username"] = "ursula",
        });
        var answer = await browser.OnceAsync(HttpMethod.Post, new Uri("/forgot-password", UriKind.Relative), content, Forge);

        Assert.Equal("/forgot-password?sent=yes", answer.Headers.Location?.OriginalString);
        var message = await (await app.MailboxAsync()).TakeAsync(user.Mail, ForgottenPasswordActions.LinkSubject);
        Assert.StartsWith("http://localhost/reset-password/", message.Link("/reset-password/").AbsoluteUri, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", message.Text + message.Html, StringComparison.OrdinalIgnoreCase);

        static void Forge(HttpRequestMessage request)
        {
            request.Headers.Host = "evil.example";
            request.Headers.Add("X-Forwarded-Host", "evil.example");
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("Forwarded", "host=evil.example;proto=https");
        }
    }

    [Fact]
    public async Task While_a_reset_is_open_the_link_sets_the_password_and_opens_nothing()
    {
        var ticket = await app.ResetByConsoleAsync("ursula");
        await app.ForgetPasswordAsync(user);

        Assert.Equal(HeldBy.Reset, (await app.GuardAsync(await app.IdAsync("ursula"))).Held);
        var dead = await user.Browser.SubmitAsync(await user.EnterPasswordAsync(), ("ticket", ticket.RevealInGroups()));
        Assert.Equal("/sign-in/ticket", dead.Path);
        Assert.Contains("This ticket ended on", dead.Words, StringComparison.Ordinal);
        await user.AssertSignedOutAsync();
        var next = await app.ResetByConsoleAsync("ursula");
        await user.ConfirmAsync(await user.EnterTicketAsync(next));
    }

    [Fact]
    public async Task Nothing_typed_is_said_at_the_field_and_a_name_is_no_password()
    {
        using var browser = app.Visitor();
        var empty = await browser.SubmitAsync(await browser.GetAsync("/forgot-password"), ("username", " "));
        Assert.Contains("Enter your username or mail address", empty.WordsOf("#username-error"), StringComparison.Ordinal);
        Assert.Empty(await app.LinksAsync());

        await app.AskForLinkAsync("ursula");
        var refused = await user.UseLinkAsync(app, (await app.LinksAsync())[0].Link, "ursula@acme.example");
        Assert.Contains("This password is built from a name or address that others know.", refused.Words, StringComparison.Ordinal);
        Assert.Equal("/sign-in", (await user.UseLinkAsync(app, (await app.LinksAsync())[0].Link)).Path);
    }

    [Fact]
    public async Task Without_mail_there_is_no_form_and_a_post_makes_nothing()
    {
        using var without = new App();
        await TestUser.FirstAdminAsync(without);
        using var browser = without.Visitor();
        var signIn = await browser.GetAsync("/sign-in");
        Assert.DoesNotContain("Forgot your password?", signIn.Words, StringComparison.Ordinal);
        var before = await without.AskAsync(services => DatabaseDump.OfAsync(services.GetRequiredService<TwoFactorDb>()));

        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["form-token"] = signIn.Document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!,
            ["username"] = "ada",
        });
        var posted = await browser.OnceAsync(HttpMethod.Post, new Uri("/forgot-password", UriKind.Relative), content);
        foreach (var page in new[]
        {
            posted, await browser.GetAsync("/forgot-password"), await browser.GetAsync("/forgot-password?sent=yes")
        })
        {
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains(
                "Mails are not set up here, so we cannot send you a link. Contact your help desk", page.Words, StringComparison.Ordinal);
            Assert.Empty(page.Document.Forms);
        }

        Assert.Equal(before, await without.AskAsync(services => DatabaseDump.OfAsync(services.GetRequiredService<TwoFactorDb>())));
    }

    private async Task<int> CountAsync(string from) =>
        Convert.ToInt32(
            await DatabaseFile.AskAsync(app.DatabaseFile, $"SELECT COUNT(*) FROM {from}"),
            System.Globalization.CultureInfo.InvariantCulture);
}
