namespace TwoFactor.Tests.Hosting;

using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Administration.Banners;
using TwoFactor.Administration.Network;
using TwoFactor.Hosting;
using TwoFactor.Hosting.Pipeline;
using Xunit;
using IPNetwork = System.Net.IPNetwork;

/// <summary>How many connections one address and one network may hold open.</summary>
public sealed class ConnectionCapsTests : IDisposable
{
    private const string Proxy = "10.0.0.1";

    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FakeTimeProvider time = new();
    private readonly UnknownProxies unknown;
    private readonly ConnectionDelegate accept;
    private int served;

    public ConnectionCapsTests()
    {
        unknown = new UnknownProxies(new BannerLimits(), time);
        var caps = new ConnectionCaps(new NetworkLimits(), new KnownProxies([IPNetwork.Parse("10.0.0.0/8")]), unknown);
        accept = caps.Watch(async _ =>
        {
            Interlocked.Increment(ref served);
            await closed.Task;
        });
    }

    public void Dispose() => closed.TrySetResult();

    [Theory]
    [InlineData("203.0.113.5", "203.0.113.5", 100)]
    [InlineData("::ffff:203.0.113.5", "203.0.113.5", 100)]
    [InlineData("127.0.0.1", "127.0.0.1", 100)]
    [InlineData("2001:db8::1", "2001:db8::1", 100)]
    public void One_address_has_a_hundred_and_everybody_else_goes_on(string one, string same, int most)
    {
        Assert.Equal(most, Open(one, 1000).Served);
        Assert.Equal(0, Open(same, 10).Served);
        Assert.Equal(10, Open("198.51.100.7", 10).Served);
    }

    [Theory]
    [InlineData("203.0.113.{0}", "203.0.113.250", "203.0.114.1")]
    [InlineData("2001:db8:1:2::{0}", "2001:db8:1:2:ffff::1", "2001:db8:1:3::1")]
    public void One_network_has_five_hundred(string pattern, string inside, string outside)
    {
        var all = Enumerable.Range(1, 10).Sum(
            number => Open(string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, number), 60).Served);

        Assert.Equal(500, all);
        Assert.Equal(0, Open(inside, 1).Served);
        Assert.Equal(1, Open(outside, 1).Served);
    }

    [Fact]
    public async Task A_refused_connection_is_closed_at_once_and_a_closed_one_frees_its_place()
    {
        var (_, running) = Open("203.0.113.5", 101);
        Assert.True(running[100].IsCompletedSuccessfully);
        Assert.All(running[..100], connection => Assert.False(connection.IsCompleted));

        closed.SetResult();
        await Task.WhenAll(running);

        served = 0;
        Assert.Equal(100, Open("203.0.113.5", 100).Served);
    }

    [Fact]
    public void A_named_proxy_has_no_such_limit() => Assert.Equal(3000, Open(Proxy, 3000).Served);

    [Theory]
    [InlineData("127.0.0.1", true, true)]
    [InlineData("192.168.3.4", true, true)]
    [InlineData("fd00::4", true, true)]
    [InlineData("192.168.3.4", false, false)]
    [InlineData("203.0.113.5", true, false)]
    [InlineData("2001:db8::1", true, false)]
    public void A_local_peer_that_speaks_for_others_is_taken_for_a_proxy_for_a_day(string peer, bool speaks, bool isTaken)
    {
        unknown.Note(IPAddress.Parse(peer), speaks);

        Assert.Equal(isTaken ? 600 : 100, Open(peer, 600).Served);
        time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(isTaken ? 100 : 0, Open(peer, 600).Served);
    }

    [Fact]
    public void Who_claims_to_be_many_proxies_fills_no_memory()
    {
        for (var number = 0; number < 1000; number++)
        {
            unknown.Note(new IPAddress([192, 168, (byte)(number >> 8), (byte)number]), speaksForOthers: true);
        }

        Assert.Equal(64, Enumerable.Range(0, 1000).Count(number =>
            unknown.IsLocalProxy(new IPAddress([192, 168, (byte)(number >> 8), (byte)number]))));
    }

    private (int Served, List<Task> Running) Open(string address, int count)
    {
        var before = served;
        var running = Enumerable.Range(0, count).Select(_ => accept(new DefaultConnectionContext
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40_000),
        })).ToList();
        return (served - before, running);
    }
}
