namespace TwoFactor.Tests.Pages;

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Who asks, as the audit has it: a configured proxy is believed, and a header from anybody else changes nothing.</summary>
public sealed class ForwardedClientTests
{
    private const string Proxy = "10.0.0.1";
    private const string Stranger = "203.0.113.5";
    private const string Claimed = "198.51.100.9";

    private static readonly (string Name, string Value)[] Headers =
        [("X-Forwarded-For", Claimed), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"),
            ("Forwarded", $"for={Claimed};host=evil.example")];

    [Theory]
    [InlineData(Proxy, Claimed, Claimed)]
    [InlineData(Proxy, "192.0.2.1, 198.51.100.9", Claimed)]
    [InlineData(Proxy, "not an address", Proxy)]
    [InlineData("::ffff:10.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData(Stranger, Claimed, Stranger)]
    [InlineData(Stranger, "not an address", Stranger)]
    [InlineData(Stranger, "10.0.0.1", Stranger)]
    [InlineData("2001:db8::5", Claimed, "2001:db8::5")]
    public async Task The_audit_has_the_address_of_whoever_asks(string peer, string forwardedFor, string recorded)
    {
        using var app = From(peer, ("Proxies:Known:0", Proxy));

        await FailAsync(app, ("X-Forwarded-For", forwardedFor));

        Assert.Equal(IPAddress.Parse(recorded).GetAddressBytes(), await AddressAsync(app));
    }

    [Fact]
    public async Task A_stranger_s_headers_change_nothing_of_the_sign_in()
    {
        using var app = From(Stranger, ("Proxies:Known:0", Proxy));
        using var plain = app.Visitor();
        using var forger = app.Visitor();

        var honest = await plain.OnceAsync(HttpMethod.Get, SignIn);
        var forged = await forger.OnceAsync(HttpMethod.Get, SignIn, adjust: Add(Headers));

        Assert.Equal(WithoutToken(honest), WithoutToken(forged));
        Assert.Equal(
            honest.Headers.Where(header => header.Key != "Set-Cookie").Select(header => $"{header.Key}: {string.Join(',', header.Value)}"),
            forged.Headers.Where(header => header.Key != "Set-Cookie").Select(header => $"{header.Key}: {string.Join(',', header.Value)}"));
        var away = await forger.OnceAsync(HttpMethod.Get, new Uri("/account", UriKind.Relative), adjust: Add(Headers));
        Assert.Equal("/sign-in?returnUrl=%2Faccount", away.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Scheme_and_host_come_from_PublicUrl_also_behind_a_proxy()
    {
        using var app = From(Proxy, ("Proxies:Known:0", Proxy));
        using var visitor = app.Visitor();

        var page = await visitor.OnceAsync(HttpMethod.Get, SignIn, adjust: Add(Headers));

        Assert.DoesNotContain("evil.example", page.Html, StringComparison.Ordinal);
        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task An_unknown_proxy_is_told_once_in_the_log_and_to_admins_for_a_day()
    {
        using var app = From(Stranger);
        var admin = await TestUser.FirstAdminAsync(app);
        const string banner = $"Requests from {Stranger} claim to speak for others, and are not believed.";
        Assert.DoesNotContain(banner, (await admin.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);

        using var visitor = app.Visitor();
        foreach (var header in Headers[..3])
        {
            await visitor.OnceAsync(HttpMethod.Get, SignIn, adjust: Add(header));
        }

        Assert.Contains(banner, (await admin.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);
        Assert.Contains(
            $"add {Stranger} to the setting Proxies:Known", (await admin.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);
        Assert.DoesNotContain("speak for others", (await admin.Browser.GetAsync("/account")).Words, StringComparison.Ordinal);
        Assert.Single(app.Log.All, line => line.Contains($"{Stranger} sends X-Forwarded headers", StringComparison.Ordinal));
        app.Time.Advance(TimeSpan.FromHours(24));
        await admin.SignInAsync();
        Assert.DoesNotContain(banner, (await admin.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_that_are_answered_in_a_second_round_take_no_client_for_a_proxy()
    {
        using var app = From(Proxy, ("Proxies:Known:0", Proxy));
        using var visitor = app.Visitor();

        Assert.Equal(
            HttpStatusCode.NotFound,
            (await visitor.OnceAsync(HttpMethod.Get, new Uri("/nope", UriKind.Relative), adjust: Add(Headers))).Status);

        Assert.DoesNotContain(app.Log.All, line => line.Contains("X-Forwarded", StringComparison.Ordinal));
    }

    [Fact]
    [Slow]
    public async Task The_built_program_believes_its_proxy_over_a_real_connection()
    {
        await using var server = await ServerProcess.StartNewAsync(("Proxies:Known:0", "127.0.0.1"));
        using var visitor = server.Visitor();

        await FailAsync(visitor, ("X-Forwarded-For", Claimed));

        var address = await DatabaseFile.AskAsync(
            server.DatabaseFile, $"SELECT hex(address) FROM audit_event WHERE kind='{AuditKinds.PasswordUnknown}'");
        Assert.Equal(Convert.ToHexString(IPAddress.Parse(Claimed).GetAddressBytes()), address);
    }

    private static Uri SignIn { get; } = new("/sign-in", UriKind.Relative);

    /// <summary>The program as somebody at this address reaches it: there is no socket here.</summary>
    private static App From(string peer, params (string Name, string Value)[] settings) => new(settings)
    {
        Adjust = services => services.AddSingleton<IStartupFilter>(new Connected(IPAddress.Parse(peer))),
    };

    private static Task FailAsync(App app, params (string Name, string Value)[] headers) => FailAsync(app.Visitor(), headers);

    private static async Task FailAsync(Visitor visitor, params (string Name, string Value)[] headers)
    {
        var form = await visitor.GetAsync("/sign-in");
        var token = form.Document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent(
            [KeyValuePair.Create(
                "username", "nobody"), KeyValuePair.Create("password", "not a password"), KeyValuePair.Create("form-token", token)]);
        var refused = await visitor.OnceAsync(HttpMethod.Post, SignIn, content, Add(headers));
        Assert.Contains("Check your username and password", refused.Words, StringComparison.Ordinal);
    }

    private static async Task<byte[]> AddressAsync(App app) =>
        Assert.Single(await app.QueryAsync<byte[]>($"SELECT address AS Value FROM audit_event WHERE kind={AuditKinds.PasswordUnknown}"));

    private static Action<HttpRequestMessage> Add(params (string Name, string Value)[] headers) => request =>
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    };

    private static string WithoutToken(VisitedPage page)
    {
        foreach (var token in page.Document.QuerySelectorAll("input[name=form-token]"))
        {
            token.Remove();
        }

        return page.Document.DocumentElement.OuterHtml;
    }

    private sealed class Connected(IPAddress peer) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Connection.RemoteIpAddress = peer;
                return rest(context);
            });
            next(app);
        };
    }
}
