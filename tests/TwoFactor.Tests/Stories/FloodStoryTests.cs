namespace TwoFactor.Tests.Stories;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// A stranger floods the built program with connections, passwords and requests for mails, from several networks: everybody who belongs
/// here goes on, and neither memory nor log grows much.
/// </summary>
/// <remarks>
/// The flood takes the same processors as the server, so of the waits of each person the one in the middle counts: a queue that strangers
/// fill would make all of them long.
/// </remarks>
[Slow]
[Collection(RunsAlone.Name)]
public sealed class FloodStoryTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_a_stranger_floods_everybody_who_belongs_here_goes_on()
    {
        await using var server = ServerProcess.Alone();
        var usual = new TwoFactor.Administration.Network.NetworkLimits();
        server.Set(
            ("Limits:Network:StrangerPosts", $"{usual.StrangerPosts}"), ("Limits:Network:NetworkMails", $"{usual.NetworkMails}"),
            ("Limits:Network:Connections", $"{usual.Connections}"), ("Limits:Network:NetworkConnections", $"{usual.NetworkConnections}"));
        await server.StartAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        var invitations = new List<Uri>();
        foreach (var name in new[] { "ivy", "ida", "ilse", "ina" })
        {
            var added = await server.RunAsync(["account", "add", name, "--mail", $"{name}@acme.example", "--json"]);
            using var answer = System.Text.Json.JsonDocument.Parse(added.Output);
            invitations.Add(new Uri(answer.RootElement.GetProperty("link").GetString()!));
        }

        // The owner's own browser, at home in another network, knows the account; its session is over.
        using var owner = From(server, "127.0.1.1");
        owner.Cookies.CopyFrom(ada.Browser.Cookies);
        owner.Cookies["TwoFactor-Session"] = null;
        using var session = From(server, "127.0.1.2");
        session.Cookies.CopyFrom(ada.Browser.Cookies);
        await session.GetAsync("/admin/accounts");
        var (memory, log) = (await MemoryAsync(server), server.Log.Length);

        var began = Stopwatch.GetTimestamp();
        var waits = new Dictionary<string, List<TimeSpan>>(StringComparer.Ordinal);
        await using (var flood = new Flood(server.Address))
        {
            flood.OpenConnections("127.0.0", 2_500);
            flood.PostForms(["127.0.2", "127.0.3", "127.0.4"], ["ada", "ivy", "nobody", "ada@acme.example"]);
            await Eventually.GetAsync(
                () => Task.FromResult(flood.Refused > 100 ? "flooded" : null), () => $"{flood.Sent} sent, {flood.Refused} refused");
            for (var round = 0; round < invitations.Count || Stopwatch.GetElapsedTime(began) < Length; round++)
            {
                await TakeAsync(waits, "an owner in a known browser", "/sign-in/code", async () => await owner.SubmitAsync(
                    await owner.GetAsync("/sign-in"), ("username", "ada"), ("password", NewUser.Password)));
                await TakeAsync(waits, "an owner with a session", "/account", () => session.GetAsync("/account"));
                await TakeAsync(waits, "an admin", "/admin/accounts", () => session.GetAsync("/admin/accounts"));
                if (round < invitations.Count)
                {
                    using var invited = From(server, $"127.0.1.{round + 10}");
                    var form = await invited.GetAsync(invitations[round]);
                    await TakeAsync(waits, "somebody with an invitation", "/enroll", () => invited.SubmitAsync(
                        form, ("new-password", NewUser.Password), ("new-password-again", NewUser.Password)));
                }
            }

            var minutes = Math.Max(1, Stopwatch.GetElapsedTime(began) / TimeSpan.FromMinutes(1));
            var grown = (await MemoryAsync(server) - memory) / minutes;
            Assert.True(flood.Sent > 500, $"Only {flood.Sent} forms came: that is no flood.");
            Assert.InRange(grown, long.MinValue, 100L << 20);
            Assert.InRange((server.Log.Length - log) / minutes, 0, 1 << 20);
        }

        Assert.All(waits, wait => Assert.True(
            wait.Value.Order().ElementAt(wait.Value.Count / 2) < Second, $"{wait.Key} waited {string.Join(' ', wait.Value)}"));
        Assert.Equal(4, waits.Count);
        Assert.Equal(0, await server.StopAsync());
    }

    private static Visitor From(ServerProcess server, string address) =>
        new(Flood.HandlerFrom(IPAddress.Parse(address)), server.Address);

    private static async Task TakeAsync(
        Dictionary<string, List<TimeSpan>> waits, string who, string path, Func<Task<VisitedPage>> act)
    {
        var began = Stopwatch.GetTimestamp();
        var page = await act();
        var took = Stopwatch.GetElapsedTime(began);
        Assert.Equal((HttpStatusCode.OK, path), (page.Status, page.Path));
        waits.TryAdd(who, []);
        waits[who].Add(took);
    }

    private static async Task<long> MemoryAsync(ServerProcess server)
    {
        var status = await File.ReadAllLinesAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{server.Id}/status"), Cancellation);
        var resident = status.First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
