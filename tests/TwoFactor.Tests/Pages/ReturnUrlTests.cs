namespace TwoFactor.Tests.Pages;

using TwoFactor.Tests.Harness;
using TwoFactor.Web;
using Xunit;

/// <summary>Where a sign-in may go back to: a path that every browser reads as one of this server, and that a header can carry.</summary>
public sealed class ReturnUrlTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/account")]
    [InlineData("/admin/accounts?show=held&search=a%20b")]
    [InlineData("/%2fevil.example")]
    [InlineData("/%5cevil.example")]
    [InlineData("/@evil.example")]
    [InlineData("/?to=https://evil.example/")]
    public void A_path_of_this_server_is_kept(string typed)
    {
        Assert.Equal(typed, ReturnUrl.Clean(typed));
        Assert.Equal("sso.acme.example", new Uri(new Uri("https://sso.acme.example/sign-in/code"), typed).Host);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" /account")]
    [InlineData("account")]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("\\/evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("/\r\nSet-Cookie: x=1")]
    [InlineData("/a\\..\\b")]
    [InlineData("/\u0000")]
    [InlineData("/\u007f")]
    [InlineData("/\u0085/evil.example")]
    [InlineData("/\u2028")]
    [InlineData("/\uFF0Fevil.example")]
    [InlineData("/t\u00E4glich")]
    [InlineData("/a b")]
    [InlineData("https://evil.example/")]
    [InlineData("https:evil.example")]
    [InlineData("http:/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("%2f%2fevil.example")]
    [InlineData("?to=/account")]
    [InlineData("#top")]
    public void Whatever_could_lead_elsewhere_or_break_a_header_is_ignored(string? typed) => Assert.Null(ReturnUrl.Clean(typed));

    [Fact]
    public void The_longest_is_kept_and_the_next_is_not()
    {
        Assert.NotNull(ReturnUrl.Clean("/" + new string('a', 1023)));
        Assert.Null(ReturnUrl.Clean("/" + new string('a', 1024)));
    }

    [Fact]
    public async Task Mails_of_a_reset_and_the_redirects_of_a_sign_in_ignore_what_a_request_says_of_its_host()
    {
        using var app = new App(("TwoFactor:PublicUrl", "https://sso.acme.example"));
        app.ClientOptions.BaseAddress = new Uri("https://sso.acme.example");
        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula");
        await user.SignOutAsync();
        var form = await user.Browser.GetAsync("/sign-in");
        var code = await PostAsync(user, form, ("username", "ursula"), ("password", user.Password));
        Assert.Equal("/sign-in/code", code.Headers.Location?.OriginalString);
        var home = await PostAsync(user, await user.Browser.GetAsync("/sign-in/code"), ("code", user.Code()));
        Assert.Equal("/", home.Headers.Location?.OriginalString);
        var challenge = await user.Browser.OnceAsync(HttpMethod.Get, new Uri("/admin", UriKind.Relative), adjust: Forge);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, challenge.Status);
        using var stranger = app.Visitor();
        var away = await stranger.OnceAsync(HttpMethod.Get, new Uri("/admin", UriKind.Relative), adjust: Forge);
        Assert.Equal("/sign-in?returnUrl=%2Fadmin", away.Headers.Location?.OriginalString);

        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'"))[0];
        app.Time.Advance(TimeSpan.FromSeconds(30));
        var reset = await PostAsync(
            admin, await admin.Browser.GetAsync(
                $"/admin/accounts/{id}/reset"), ("verified", "call-back"), ("reason", "lost"), ("delivery", "mail"),
                ("code", admin.Code()));
        Assert.Equal($"/admin/accounts/{id}", reset.Headers.Location?.OriginalString);
        var mails = await (await app.MailboxAsync()).AllAsync();
        Assert.Contains(mails, mail => mail.Subject.Contains("your ticket", StringComparison.Ordinal));
        Assert.All(
            mails,
            mail => Assert.All(mail.Links, link => Assert.Equal("https://sso.acme.example", link.GetLeftPart(UriPartial.Authority))));
        Assert.All(mails, mail => Assert.DoesNotContain("evil", mail.Message.ToString(), StringComparison.Ordinal));
        Assert.All(user.Browser.Cookies.All, cookie => Assert.True(
            cookie.Key.StartsWith("__Host-", StringComparison.Ordinal)
                && cookie.Value is { Secure: true, HttpOnly: true, Domain.Length: 0 }, cookie.Value.ToString()));
    }

    private static async Task<VisitedPage> PostAsync(TestUser user, VisitedPage form, params (string Name, string Value)[] fields)
    {
        var action = form.Address.AbsolutePath;
        var sent = form.Document.QuerySelectorAll($"form[action='{action}'] input[type=hidden]")
            .ToDictionary(field => field.GetAttribute("name")!, field => field.GetAttribute("value") ?? "");
        foreach (var (name, value) in fields)
        {
            sent[name] = value;
        }

        using var content = new FormUrlEncodedContent(sent);
        return await user.Browser.OnceAsync(HttpMethod.Post, new Uri(action, UriKind.Relative), content, Forge);
    }

    private static void Forge(HttpRequestMessage request)
    {
        request.Headers.Host = "evil.example:8443";
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("X-Forwarded-Proto", "http");
        request.Headers.Add("X-Forwarded-Prefix", "/evil");
        request.Headers.Add("X-Original-URL", "/evil");
        request.Headers.Add("Forwarded", "host=evil.example;proto=http");
    }
}
