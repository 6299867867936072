namespace TwoFactor.Tests.Hosting;

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TwoFactor.Administration.Banners;
using TwoFactor.Hosting.Pipeline;
using TwoFactor.Hosting.Startup;
using TwoFactor.Mail;
using Xunit;
using IPNetwork = System.Net.IPNetwork;

/// <summary>Whom a proxy speaks for, and which settings name one.</summary>
public sealed class KnownProxiesTests
{
    private const string Peer = "10.0.0.1";

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData(" 192.0.2.7 ", "192.0.2.7")]
    [InlineData("192.0.2.7:51234", "192.0.2.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("[2001:db8::7]", "2001:db8::7")]
    [InlineData("[2001:db8::7]:51234", "2001:db8::7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("[::ffff:192.0.2.7]:51234", "192.0.2.7")]
    [InlineData("198.51.100.9, 192.0.2.7", "192.0.2.7")]
    [InlineData("192.0.2.7, 10.0.0.2", "192.0.2.7")]
    [InlineData("192.0.2.7,10.0.0.2,::ffff:10.0.0.3", "192.0.2.7")]
    [InlineData("127.0.0.1, 192.0.2.7, 10.0.0.2", "192.0.2.7")]
    [InlineData("<script>, 192.0.2.7", "192.0.2.7")]
    [InlineData("10.0.0.9", "10.0.0.9")]
    [InlineData("10.0.0.9, 10.0.0.8", "10.0.0.9")]
    [InlineData("10.0.0.9, fd00::2", "10.0.0.9")]
    public async Task The_right_most_address_that_is_no_proxy_is_the_client(string forwardedFor, string client) =>
        Assert.Equal(IPAddress.Parse(client), await ClientAsync(Known("10.0.0.0/8", "fd00::2"), Peer, forwardedFor));

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("unknown")]
    [InlineData("_hidden")]
    [InlineData("192.0.2.7,")]
    [InlineData("192.0.2.7, unknown")]
    [InlineData("192.0.2.7, garbage, 10.0.0.2")]
    [InlineData("192.0.2.7:")]
    [InlineData(":51234")]
    [InlineData("192.0.2.7:http")]
    [InlineData("192.0.2.7:123456")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.007")]
    [InlineData("3221225991")]
    [InlineData("0xC0.0.2.7")]
    [InlineData("192.0.2.7/32")]
    [InlineData("[192.0.2.7")]
    [InlineData("[]")]
    [InlineData("[:")]
    [InlineData("fe80::1%eth0")]
    [InlineData("\"192.0.2.7\"")]
    [InlineData("for=192.0.2.7")]
    [InlineData("localhost")]
    public async Task Where_a_proxy_writes_what_is_no_address_the_peer_is_the_client(string forwardedFor) =>
        Assert.Equal(IPAddress.Parse(Peer), await ClientAsync(Known("10.0.0.0/8"), Peer, forwardedFor));

    [Theory]
    [InlineData("10.0.0.2")]
    [InlineData("192.0.2.1")]
    [InlineData("fd00::1")]
    public async Task Nobody_else_is_believed(string peer) =>
        Assert.Equal(IPAddress.Parse(peer), await ClientAsync(Known(Peer), peer, "198.51.100.9"));

    [Fact]
    public async Task A_socket_that_speaks_both_shows_an_IPv4_proxy_as_IPv6_and_it_is_known_all_the_same() =>
        Assert.Equal(IPAddress.Parse("198.51.100.9"), await ClientAsync(Known(Peer), $"::ffff:{Peer}", "198.51.100.9"));

    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7/32")]
    [InlineData("::ffff:10.0.0.7", "10.0.0.7/32")]
    [InlineData("fd00::7", "fd00::7/128")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("fd00::/8", "fd00::/8")]
    public void An_address_or_a_network_is_a_setting(string value, string network) =>
        Assert.Equal([IPNetwork.Parse(network)], Known(value).Networks);

    [Theory]
    [InlineData("proxy.acme.example")]
    [InlineData("10")]
    [InlineData("10.1")]
    [InlineData("10.0.0.7/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10/8")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("::ffff:10.0.0.0/104")]
    [InlineData("*")]
    public void What_is_neither_stops_the_server_with_its_name_and_what_would_be_right(string value) =>
        Assert.Equal(
            $"Proxies:Known:0 is '{value}'. It must be an address such as 10.0.0.7, or a network such as 10.0.0.0/8 with zeros after "
                + "its bits. Default: none: X-Forwarded headers are ignored.",
            Assert.Single(Assert.IsType<SettingsParseResult.Invalid>(Read(("Proxies:Known:0", value))).Refusals).ToString());

    [Theory]
    [InlineData("Proxies:Known")]
    [InlineData("Proxies:Knwon:0")]
    [InlineData("Proxies:0")]
    [InlineData("Proxies:Known:0:Address")]
    public void A_mistyped_name_is_refused_and_not_passed_over(string name)
    {
        var refusal = Assert.Single(Assert.IsType<SettingsParseResult.Invalid>(Read((name, "10.0.0.7"))).Refusals);

        Assert.Equal((name, "left out: proxies are Proxies:Known:0, Proxies:Known:1 and so on"), (refusal.Name, refusal.MustBe));
    }

    [Fact]
    public async Task Without_a_proxy_nobody_is_believed()
    {
        Assert.Equal(IPAddress.Parse(Peer), await ClientAsync(Known(), Peer, "198.51.100.9"));
        Assert.Null(await ClientAsync(Known(), null, "198.51.100.9"));
        Assert.Null(await ClientAsync(Known(Peer), null, "198.51.100.9"));
    }

    [Theory]
    [InlineData(Peer, true)]
    [InlineData("192.0.2.1", false)]
    [InlineData(null, false)]
    public async Task Of_nobody_else_any_such_header_is_left_for_what_stands_behind(string? peer, bool isLeft)
    {
        var context = Request(peer, "198.51.100.9");
        context.Request.Headers["x-forwarded-host"] = "app.acme.example";
        context.Request.Headers["X-Forwarded-Uri"] = "/reports";

        await PassAsync(Known(Peer), context);

        Assert.Equal(isLeft, context.Request.Headers.ContainsKey("X-Forwarded-Host"));
        Assert.Equal(isLeft, context.Request.Headers.ContainsKey("X-Forwarded-Uri"));
        Assert.Equal(("https", "sso.acme.example"), (context.Request.Scheme, context.Request.Host.Value));
    }

    /// <summary>Who asks, as what stands behind both of them sees it.</summary>
    private static async Task<IPAddress?> ClientAsync(KnownProxies known, string? peer, string forwardedFor)
    {
        var context = Request(peer, forwardedFor);
        await PassAsync(known, context);
        return context.Connection.RemoteIpAddress;
    }

    private static DefaultHttpContext Request(string? peer, string forwardedFor)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer) } };
        context.Request.Headers["X-Forwarded-For"] = forwardedFor;
        context.Request.Host = new HostString("evil.example");
        return context;
    }

    private static Task PassAsync(KnownProxies known, HttpContext context)
    {
        var options = new ForwardedHeadersOptions();
        known.Apply(options);
        var behind = new ForwardedHeadersMiddleware(_ => Task.CompletedTask, NullLoggerFactory.Instance, Options.Create(options));
        return new ProxyHeaders(
            behind.Invoke, new PublicUrl(new Uri("https://sso.acme.example")), known, new UnknownProxies(
                new BannerLimits(), TimeProvider.System), NullLogger<ProxyHeaders>.Instance).InvokeAsync(context);
    }

    private static KnownProxies Known(params string[] values) => Assert.IsType<SettingsParseResult.Valid>(
        Read([.. values.Select((value, index) => ($"Proxies:Known:{index}", value))])).Settings.Proxies;

    private static SettingsParseResult Read(params (string Name, string Value)[] settings) => Settings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
}
