namespace TwoFactor.Tests.Pages;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What a forger sends: another host, no form token, another place to go, too much, twice.</summary>
public sealed class ForgeryTests : IDisposable
{
    private readonly App app = new();

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task A_browser_that_keeps_no_cookie_is_told_so_at_every_link()
    {
        using var visitor = app.Visitor();
        foreach (var path in new[] { "/invitation", "/not-me", "/reset-password", "/confirm-mail" })
        {
            Assert.Contains("Your browser did not keep our cookie", (await visitor.GetAsync(path)).Words, StringComparison.Ordinal);
            Assert.Contains("This link is not complete.", (await visitor.GetAsync(path + "/nonsense")).Words, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/account")]
    [InlineData("/account?handler=Nonsense")]
    [InlineData("/admin")]
    [InlineData("/sign-in/help")]
    [InlineData("/enroll/manual-key")]
    public async Task A_post_that_no_form_sends_is_told_so_and_is_no_fault_of_ours(string path)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var form = await ada.Browser.GetAsync("/sign-out");
        using var content = new FormUrlEncodedContent(
            [new("form-token", form.Document.QuerySelector("main [name='form-token']")!.GetAttribute("value")!)]);

        var answer = await ada.Browser.OnceAsync(HttpMethod.Post, new Uri(path, UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Contains("This page does not answer that", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_and_redirects_follow_the_public_address_and_never_the_request()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var form = await admin.Browser.GetAsync("/admin/accounts/new");
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["form-token"] = TokenOf(form),
            ["username"] = "ursula",
            ["email"] = "ursula@acme.example",
        });
        var answer = await admin.Browser.OnceAsync(HttpMethod.Post, new Uri("/admin/accounts/new", UriKind.Relative), content, Forge);
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.DoesNotContain("evil", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var message = await (await app.MailboxAsync()).TakeAsync("ursula@acme.example", "invited");
        Assert.All(message.Links, link => Assert.Equal("localhost", link.Host));
        Assert.DoesNotContain("evil", message.Text + message.Html, StringComparison.Ordinal);

        static void Forge(HttpRequestMessage request)
        {
            request.Headers.Host = "evil.example";
            request.Headers.Add("X-Forwarded-Host", "evil.example");
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Forwarded-For", "203.0.113.1");
            request.Headers.Add("Forwarded", "host=evil.example;proto=https");
        }
    }

    [Theory]
    [InlineData("/account?from=here", "/account?from=here")]
    [InlineData("//evil.example", "/account")]
    [InlineData("/\\evil.example", "/account")]
    [InlineData("https://evil.example/", "/account")]
    [InlineData("javascript:alert(1)", "/account")]
    [InlineData("/%0d%0aSet-Cookie:x=1", "/%0D%0ASet-Cookie:x=1")]
    [InlineData("evil", "/account")]
    public async Task A_sign_in_goes_back_to_this_server_only(string wanted, string then)
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await admin.SignOutAsync();
        var form = await admin.Browser.GetAsync($"/sign-in?returnUrl={Uri.EscapeDataString(wanted)}");
        Assert.DoesNotContain(
            form.Document.QuerySelectorAll("input[type=hidden]"), field => field.GetAttribute("name") is not "form-token");
        var code = await admin.Browser.SubmitAsync(form, ("username", "ada"), ("password", admin.Password));
        var home = await admin.Browser.SubmitAsync(code, ("code", admin.Code()));
        Assert.Equal(then, home.Path, ignoreCase: true);
    }

    [Fact]
    public async Task Name_and_destination_outlive_a_sign_in_that_took_too_long()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await admin.SignOutAsync();
        var form = await admin.Browser.GetAsync("/sign-in?returnUrl=%2Fadmin%2Faudit");
        var code = await admin.Browser.SubmitAsync(form, ("username", "Ada"), ("password", admin.Password));
        app.Time.Advance(TimeSpan.FromMinutes(5));
        var late = await admin.Browser.SubmitAsync(code, ("code", admin.Code()));
        Assert.Contains("This sign-in took too long", late.Words, StringComparison.Ordinal);
        var again = await admin.Browser.GetAsync("/sign-in");
        Assert.Equal("Ada", again.Field("username")?.GetAttribute("value"));
        var second = await admin.Browser.SubmitAsync(again, ("password", admin.Password));
        Assert.Equal("/admin/audit", (await admin.Browser.SubmitAsync(second, ("code", admin.Code()))).Path);
    }

    [Fact]
    public async Task A_post_without_its_form_token_shows_the_form_anew_and_charges_nothing()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula");
        await user.SignOutAsync();
        await user.EnterPasswordAsync();
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'"))[0];
        var stranger = TokenOf(await app.Visitor().GetAsync("/sign-in"));
        await admin.Browser.GetAsync("/account");
        var before = await DumpAsync();
        foreach (var (who, path, field) in new[]
        {
            (user, "/sign-in", "username"), (user, "/sign-in/code", "code"), (user, "/sign-in/code?handler=NotYou", "code"),
            (admin, $"/admin/accounts/{id}/reset", "code"), (admin, $"/admin/accounts/{id}?handler=Disable", "reason"),
            (admin, "/admin/accounts/new", "username"), (admin, "/sign-out", "form-token"),
            (admin, "/account?handler=EndOthers", "form-token"),
        })
        {
            foreach (var token in new[] { null, stranger, "nonsense" })
            {
                using var content = new FormUrlEncodedContent(
                    new Dictionary<string, string?>
                    {
                        ["form-token"] = token,
                        ["code"] = who.Code(),
                        ["username"] = "ada",
                        ["reason"] = "x",
                        ["password"] = "y"
                    }
                        .Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)));
                var answer = await who.Browser.OnceAsync(HttpMethod.Post, new Uri(path, UriKind.Relative), content);
                Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{path}: {answer.Status}");
                Assert.Contains(
                    "This page was open too long, or in another tab. Nothing was changed.", answer.Words, StringComparison.Ordinal);
                Assert.NotNull(answer.Document.QuerySelector($"[name={field}]"));
            }
        }

        Assert.Equal(before, await DumpAsync());
    }

    [Fact]
    public async Task Every_answer_carries_the_headers_and_every_refusal_has_a_page()
    {
        var cases = new (string Path, HttpMethod Method, HttpContent? Content, int Status)[]
        {
            ("/sign-in", HttpMethod.Get, null, 200), ("/nope", HttpMethod.Get, null, 404), ("/error", HttpMethod.Get, null, 404),
            ("/sign-in/index", HttpMethod.Get, null, 404),
            ("/sign-in", HttpMethod.Put, null, 405), ("/sign-in", HttpMethod.Delete, null, 405), ("/nope", HttpMethod.Trace, null, 405),
            ("/sign-in?returnUrl=%2Fa&returnUrl=%2Fb", HttpMethod.Get, null, 400),
            ("/sign-in", HttpMethod.Post, new StringContent("code=1&code=2", null, "application/x-www-form-urlencoded"), 400),
            ("/sign-in", HttpMethod.Post, new StringContent("code", null, "multipart/form-data"), 400),
            ("/css/site.css", HttpMethod.Get, null, 200), ("/favicon.svg", HttpMethod.Get, null, 200),
            ("/health/live", HttpMethod.Get, null, 200),
        };
        using var visitor = app.Visitor();
        foreach (var (path, method, content, status) in cases)
        {
            var answer = await visitor.OnceAsync(method, new Uri(path, UriKind.Relative), content);
            Assert.True((int)answer.Status == status, $"{method} {path}: {answer.Status}");
            AssertHeaders(answer, isAsset: path.Contains('.', StringComparison.Ordinal));
            if (status >= 400)
            {
                Assert.False(string.IsNullOrWhiteSpace(answer.Heading), $"{method} {path} has no page.");
                Assert.Equal("/", answer.Document.QuerySelector("main a.button")?.GetAttribute("href"));
            }
        }
    }

    [Fact]
    public async Task Over_https_cookies_belong_to_this_host_alone()
    {
        using var secure = new App(("TwoFactor:PublicUrl", "https://sso.acme.example"));
        _ = secure.Server;
        using var visitor = secure.Visitor();
        var token = new Uri(
            (await File.ReadAllTextAsync(Path.Combine(secure.DataDirectory, "setup-link"), TestContext.Current.CancellationToken)).Trim());
        Assert.Equal("https://sso.acme.example", token.GetLeftPart(UriPartial.Authority));
        var answer = await visitor.OnceAsync(HttpMethod.Get, new Uri(token.AbsolutePath, UriKind.Relative));
        Assert.Equal("max-age=63072000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        Assert.NotEmpty(cookies);
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-TwoFactor-", cookie, StringComparison.Ordinal);
            Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    internal static void AssertHeaders(VisitedPage answer, bool isAsset)
    {
        string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
        Assert.Equal(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'", Header(
                "Content-Security-Policy"));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.Contains("camera=()", Header("Permissions-Policy"), StringComparison.Ordinal);
        Assert.Equal("", Header("Server"));
        Assert.Equal(isAsset ? "public, max-age=3600" : "no-store", Header("Cache-Control"));
    }

    private static string TokenOf(VisitedPage page) => page.Document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!;

    private Task<string> DumpAsync() => app.AskAsync(services => DatabaseDump.OfAsync(services.GetRequiredService<TwoFactorDb>()));
}
