namespace TwoFactor.Tests.Pages;

using System.Net;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// The strangers of a network post so many forms a minute, whatever the page. Whoever shows something of ours is no stranger, and whom a
/// proxy speaks for is who is counted.
/// </summary>
public sealed class StrangerPostsTests : IDisposable
{
    private const string Flooder = "203.0.113.5";
    private const string Neighbour = "203.0.113.77";
    private const string Elsewhere = "203.0.114.5";
    private const string Proxy = "10.0.0.1";

    private readonly List<App> apps = [];
    private readonly List<Visitor> visitors = [];

    public void Dispose()
    {
        visitors.ForEach(visitor => visitor.Dispose());
        apps.ForEach(app => app.Dispose());
    }

    [Fact]
    public async Task The_sixty_first_form_of_a_minute_is_told_how_long_to_wait()
    {
        var app = Start();
        var flooder = From(app, Flooder);
        for (var posted = 0; posted < 60; posted++)
        {
            Assert.Equal(HttpStatusCode.OK, (await SignInAsync(flooder)).Status);
        }

        var refused = await SignInAsync(flooder);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal("5", Assert.Single(refused.Headers.GetValues("Retry-After")));
        Assert.Equal("Too many requests", refused.Heading);
        Assert.Contains("Wait 5 seconds", refused.Words, StringComparison.Ordinal);
        ForgeryTests.AssertHeaders(refused, isAsset: false);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SignInAsync(From(app, Neighbour))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(From(app, Elsewhere))).Status);
        Assert.Equal(HttpStatusCode.OK, (await flooder.GetAsync("/sign-in")).Status);
        Assert.DoesNotContain(app.Log.All, line => line.Contains("429", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:aaaa::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("203.0.113.5", "::ffff:203.0.113.99", true)]
    public async Task Networks_are_counted_and_not_addresses(string one, string other, bool isSame)
    {
        var app = Start(("Limits:Network:StrangerPosts", "1"));
        await SignInAsync(From(app, one));

        Assert.Equal(
            isSame ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK, (await SignInAsync(From(app, other))).Status);
    }

    [Fact]
    public async Task Every_page_counts()
    {
        var app = Start(("Limits:Network:StrangerPosts", "1"));
        await SignInAsync(From(app, Flooder));
        var paths = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Split('{')[0].TrimEnd('/'))
            .Distinct(StringComparer.Ordinal).ToList();
        Assert.True(paths.Count > 30);

        foreach (var path in paths)
        {
            var answer = await PostAsync(From(app, Flooder), path);
            Assert.True(answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.NotFound, $"{path}: {answer.Status}");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(From(app, Flooder), "/forgot-password")).Status);
    }

    [Fact]
    public async Task Who_shows_something_of_ours_is_no_stranger_and_who_only_claims_it_is()
    {
        var app = Start(("Limits:Network:StrangerPosts", "1"), ("Smtp:Host", "localhost"));
        var ada = await TestUser.FirstAdminAsync(app);
        var ivy = await TestUsers.InviteAsync(app, ada, "ivy", accept: false);
        await TestUsers.InviteAsync(app, ada, "fred");
        var bea = await TestUsers.InviteAsync(app, ada, "bea");
        var cas = await TestUsers.InviteAsync(app, ada, "cas");
        await app.AskForLinkAsync("fred");
        await cas.SignOutAsync();
        var half = await cas.EnterPasswordAsync();
        await bea.SignOutAsync();
        await SignInAsync(From(app, Flooder));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SignInAsync(From(app, Flooder))).Status);

        // A session, and the one that it becomes at the proof.
        var session = With(app, ada);
        Assert.Equal("/proof?for=password", (await session.GetAsync("/account/password")).Path);
        var proven = await session.SubmitAsync(await session.GetAsync("/account/password"), ("code", ada.Code()));
        Assert.Equal("/account/password", proven.Path);

        // A sign-in whose password was proven.
        var code = await With(app, cas).SubmitAsync(half, ("code", cas.Code()));
        Assert.Equal("/account", code.Path);

        // A browser that is known to the account of the form, and not for another one.
        var known = With(app, bea);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SignInAsync(known, "ada")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(known, "bea")).Status);

        // Links, until they are used.
        var message = await (await app.MailboxAsync()).TakeAsync(ivy.Mail, "invit");
        var invited = From(app, Flooder);
        var picture = await invited.SubmitAsync(
            await invited.GetAsync(message.Link("/invitation/")), ("new-password", ivy.Password), ("new-password-again", ivy.Password));
        Assert.Equal("/enroll", picture.Path);
        var linked = From(app, Flooder);
        var form = await linked.GetAsync((await app.LinksAsync())[^1].Link);
        const string password = ForgottenPasswordActions.NewPassword;
        Assert.Equal(
            "/sign-in",
            (await linked.SubmitAsync(form, ("new-password", password), ("new-password-again", password))).Path);

        const string address = "ada@new.example";
        await session.SubmitAsync(await session.GetAsync("/account/profile"), ("email", address), ("second-email", ""));
        var confirmation = (await (await app.MailboxAsync()).AllAsync()).Last(mail => mail.To == address);
        var owner = From(app, Flooder);
        var confirmed = await owner.SubmitAsync(await owner.GetAsync(confirmation.Link("/confirm-mail/")));
        Assert.Equal(HttpStatusCode.OK, confirmed.Status);

        string[] cookies = ["Session", "SignIn", "Invitation", "PasswordLink", "Setup", "Ticket", "NotMe", "ConfirmMail", "Device"];
        foreach (var cookie in cookies)
        {
            var liar = From(app, Flooder);
            await liar.GetAsync("/sign-in");
            liar.Cookies[$"TwoFactor-{cookie}"] = TwoFactor.Keys.Token.New().Reveal();
            Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(liar, "/sign-in", ("username", "bea"))).Status);
        }
    }

    [Fact]
    public async Task Whom_a_known_proxy_speaks_for_is_counted_and_the_header_of_anybody_else_changes_nothing()
    {
        var app = Start(("Limits:Network:StrangerPosts", "1"), ("Proxies:Known:0", Proxy));

        Assert.Equal(HttpStatusCode.OK, (await ThroughAsync(app, Proxy, Flooder)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await ThroughAsync(app, Proxy, Neighbour)).Status);
        Assert.Equal(HttpStatusCode.OK, (await ThroughAsync(app, Proxy, Elsewhere)).Status);
        Assert.Equal(HttpStatusCode.OK, (await ThroughAsync(app, "198.51.100.1", "192.0.2.1")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await ThroughAsync(app, "198.51.100.1", "192.0.3.1")).Status);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("192.168.7.8")]
    [InlineData("172.16.0.9")]
    [InlineData("::1")]
    [InlineData("fd00::7")]
    public async Task A_local_proxy_that_nobody_named_has_a_larger_number_for_all_who_come_through_it(string proxy)
    {
        var app = Start(("Limits:Network:StrangerPosts", "1"), ("Limits:Network:UnnamedProxyPosts", "3"));

        for (var posted = 0; posted < 3; posted++)
        {
            Assert.Equal(HttpStatusCode.OK, (await ThroughAsync(app, proxy, $"198.51.{posted}.1")).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await ThroughAsync(app, proxy, "192.0.2.1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(From(app, proxy))).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SignInAsync(From(app, proxy))).Status);
    }

    private App Start(params (string Name, string Value)[] settings)
    {
        var app = new App(settings)
        {
            Adjust = services =>
            {
                Peers.Allow(services);
                App.LetFilesTake(services);
            },
        };
        apps.Add(app);
        return app;
    }

    private Visitor From(App app, string address)
    {
        var visitor = app.VisitorFrom(address);
        visitors.Add(visitor);
        return visitor;
    }

    /// <summary>The browser of somebody, at the address of the flood.</summary>
    private Visitor With(App app, TestUser user)
    {
        var visitor = From(app, Flooder);
        visitor.Cookies.CopyFrom(user.Browser.Cookies);
        return visitor;
    }

    private async Task<VisitedPage> ThroughAsync(App app, string proxy, string client)
    {
        var visitor = From(app, proxy);
        var form = await visitor.GetAsync("/sign-in");
        return await PostAsync(
            visitor, "/sign-in", request => request.Headers.Add("X-Forwarded-For", client), [("username", "nobody"), Token(form)]);
    }

    private static async Task<VisitedPage> SignInAsync(Visitor visitor, string name = "nobody") => await visitor.SubmitOnceAsync(
        await visitor.GetAsync("/sign-in"), null, ("username", name), ("password", "not the right password"));

    private static Task<VisitedPage> PostAsync(Visitor visitor, string path, params (string Name, string Value)[] fields) =>
        PostAsync(visitor, path, null, fields);

    private static async Task<VisitedPage> PostAsync(
        Visitor visitor, string path, Action<HttpRequestMessage>? adjust, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await visitor.OnceAsync(HttpMethod.Post, new Uri(path, UriKind.Relative), content, adjust);
    }

    private static (string Name, string Value) Token(VisitedPage form) =>
        ("form-token", form.Document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!);
}
