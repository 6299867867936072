namespace TwoFactor.Tests.Pages;

using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A session that is over is over for whoever copied its cookie; and looking at a page does nothing.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly App app = new();

    public void Dispose() => app.Dispose();

    [Theory]
    [InlineData("sign-out")]
    [InlineData("another browser ends it")]
    [InlineData("reset")]
    [InlineData("disable")]
    [InlineData("disable and enable")]
    [InlineData("not me")]
    public async Task A_copied_session_cookie_ends_with_its_session(string how)
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula");
        using var thief = app.Visitor();
        thief.Cookies.CopyFrom(user.Browser.Cookies);
        Assert.Equal("/account", (await thief.GetAsync("/account")).Path);

        await EndAsync(how, admin, user);

        foreach (var path in new[] { "/account", "/sign-out", "/" })
        {
            var answer = await thief.OnceAsync(HttpMethod.Get, new Uri(path, UriKind.Relative), adjust: null);
            Assert.Equal(HttpStatusCode.Redirect, answer.Status);
            Assert.StartsWith("/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Looking_at_any_page_changes_nothing_and_head_answers_as_get_does()
    {
        var (admin, user, paths) = await PrepareAsync();
        var downloads = 0;
        foreach (var visitor in new[] { admin.Browser, user.Browser, app.Visitor() })
        {
            // Last-seen is written once a minute, by whatever is looked at first.
            await visitor.GetAsync("/account");
            var before = await StateAsync();
            foreach (var path in paths)
            {
                var address = new Uri(path, UriKind.Relative);
                var cookies = new CookieJar();
                cookies.CopyFrom(visitor.Cookies);
                var head = await visitor.OnceAsync(HttpMethod.Head, address);
                visitor.Cookies.CopyFrom(cookies);
                var get = await visitor.OnceAsync(HttpMethod.Get, address);

                Assert.True(head.Status == get.Status, $"HEAD {path}: {head.Status}, GET {get.Status}");
                Assert.Equal(Names(get), Names(head));
                Assert.Equal(get.Headers.Location, head.Headers.Location);
                downloads += get.ContentHeaders.ContentType?.MediaType == "text/csv" ? 1 : 0;
            }

            Assert.Equal(before, await StateAsync());
        }

        // A list that leaves is recorded, once for each GET; with HEAD nothing leaves.
        Assert.True(downloads > 0);
        Assert.Equal(
            [downloads], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM audit_event WHERE kind LIKE '%.exported'"));

        // And each link still opens what it opened before.
        Assert.Equal(
            "/invitation",
            (await app.Visitor().GetAsync(paths.Single(path => path.StartsWith("/invitation/", StringComparison.Ordinal)))).Path);
    }

    private async Task EndAsync(string how, TestUser admin, TestUser user)
    {
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'"))[0];
        switch (how)
        {
            case "sign-out":
                await user.SignOutAsync();
                break;
            case "another browser ends it":
                user.TakeNewBrowser();
                await user.SignInAsync();
                await user.Browser.PressAsync(await user.Browser.GetAsync("/account"), "End all others");
                break;
            case "reset":
                await ResetAsync(admin, id);
                break;
            case "not me":
                using (var mailReader = app.Visitor())
                {
                    var message = await (await app.MailboxAsync()).TakeAsync(user.Mail, "A new authenticator");
                    await mailReader.PressAsync(await mailReader.GetAsync(message.Link("/not-me/")), "Stop it");
                }

                break;
            default:
                await SwitchAsync(app, admin, id, "Switch off");
                if (how == "disable and enable")
                {
                    await SwitchAsync(app, admin, id, "Switch on");
                }

                break;
        }
    }

    private static async Task SwitchAsync(App app, TestUser admin, Guid id, string button)
    {
        var page = await admin.Browser.GetAsync($"/admin/accounts/{id}");
        var done = await admin.Browser.PressAsync(page, button, ("reason", "a test"), ("code", admin.Code()));
        app.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.NotEmpty(done.Redirects);
    }

    private static async Task ResetAsync(TestUser admin, Guid id)
    {
        var form = await admin.Browser.GetAsync($"/admin/accounts/{id}/reset");
        var done = await admin.Browser.SubmitAsync(
            form, ("verified", "call-back"), ("reason", "lost"), ("delivery", "mail"), ("code", admin.Code()));
        Assert.NotEmpty(done.Redirects);
    }

    /// <summary>Every address there is, and every link that was mailed or printed.</summary>
    private async Task<(TestUser Admin, TestUser User, IReadOnlyList<string> Paths)> PrepareAsync()
    {
        var setup = (await app.SetupLinkAsync()).AbsolutePath;
        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula");
        var held = await TestUsers.InviteAsync(app, admin, "herta");
        await TestUsers.InviteAsync(app, admin, "ivan", accept: false);
        var ids = await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name IN ('ursula', 'herta', 'ivan')");
        await ResetAsync(admin, (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='herta'"))[0]);
        var link = await app.AskAsync(async services => await services.GetRequiredService<PasswordLinks>().MakeAsync(
            (await app.QueryAsync<Guid>(
                $"SELECT id AS Value FROM account WHERE user_name='ursula'"))[0], Actor.Console, TestContext.Current.CancellationToken));
        var mailbox = await app.MailboxAsync();
        await mailbox.TakeAsync("ivan@acme.example", "invited");
        await mailbox.TakeAsync(held.Mail, "your ticket");
        var mailed = (await mailbox.AllAsync()).SelectMany(message => message.Links).Select(each => each.AbsolutePath)
            .Where(path => !path.StartsWith("/invitation/", StringComparison.Ordinal)).ToList();
        var invitation = (await mailbox.AllAsync()).Single(message => message.To == "ivan@acme.example").Link("/invitation/").AbsolutePath;
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace("/{token?}", "", StringComparison.Ordinal))
            .Distinct()
            .SelectMany(route => route.Contains("{id:guid}", StringComparison.Ordinal)
                ? ids.Select(id => route.Replace("{id:guid}", id.ToString(), StringComparison.Ordinal)) : [route]);
        return (admin, user, [.. routes, .. mailed, invitation, setup, $"/reset-password/{link!.Value.Token.Reveal()}"]);
    }

    /// <summary>All but the audit, which is sealed in its own time, and what leaves the outbox.</summary>
    private async Task<string> StateAsync()
    {
        var dump = await app.AskAsync(services => DatabaseDump.OfAsync(services.GetRequiredService<TwoFactorDb>()));
        var events = await app.QueryAsync<long>($"SELECT count(*) AS Value FROM audit_event WHERE kind NOT LIKE '%.exported'");
        return string.Join('\n', dump.Split('\n').Where(line => !line.StartsWith("audit_", StringComparison.Ordinal)))
            + events[0].ToString(CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Names(VisitedPage answer) =>
        answer.Headers.Select(header => header.Key).Order(StringComparer.Ordinal);
}
