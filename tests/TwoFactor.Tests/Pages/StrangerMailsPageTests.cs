namespace TwoFactor.Tests.Pages;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// What strangers may ask to be mailed, seen from the page: the answer never changes, and a known browser is not held back.
/// </summary>
public sealed class StrangerMailsPageTests : IDisposable
{
    private const string Flooder = "203.0.113.5";
    private const string Elsewhere = "198.51.100.9";

    private readonly App app = new(
        ("Smtp:Host", "localhost"), ("Limits:Network:NetworkMails", "2"), ("Limits:Network:MailsAMinute", "3"))
    {
        Adjust = services =>
        {
            Peers.Allow(services);
            App.LetFilesTake(services);
        },
    };

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task A_network_that_asked_too_often_is_answered_alike_and_mails_nobody()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        await TestUsers.InviteAsync(app, ada, "ana");
        await TestUsers.InviteAsync(app, ada, "bea");
        app.Time.Advance(TimeSpan.FromDays(2));

        // Names that nobody has count like others.
        var first = await AskAsync(Flooder, "nobody");
        Assert.Equal(first, await AskAsync(Flooder, "nobody either"));
        Assert.Equal(first, await AskAsync("203.0.113.99", "ana"));
        Assert.Empty(await app.LinksAsync());
        Assert.Equal(first, await AskAsync(Elsewhere, "ana"));
        Assert.Single(await app.LinksAsync());

        app.Time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(Flooder, "bea");
        Assert.Equal(2, (await app.LinksAsync()).Count);
    }

    [Fact]
    public async Task When_all_places_are_taken_a_known_browser_is_still_mailed()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var people = new List<TestUser>();
        foreach (var name in new[] { "ana", "bea", "cas", "dan" })
        {
            people.Add(await TestUsers.InviteAsync(app, ada, name));
        }

        app.Time.Advance(TimeSpan.FromDays(2));
        for (var number = 0; number < 3; number++)
        {
            await AskAsync($"192.0.{number}.1", people[number].UserName);
        }

        await AskAsync("192.0.9.1", "dan");
        Assert.Equal(3, (await app.LinksAsync()).Count);

        using var known = app.VisitorFrom(Flooder);
        known.Cookies.CopyFrom(people[3].Browser.Cookies);
        known.Cookies["TwoFactor-Session"] = null;
        await AskAsync(known, "dan");
        Assert.Equal("dan@acme.example", (await app.LinksAsync())[^1].To);

        // The mark of another account's browser is none here.
        await AskAsync(known, "ana");
        Assert.Equal(4, (await app.LinksAsync()).Count);
    }

    private async Task<string> AskAsync(string address, string name)
    {
        using var visitor = app.VisitorFrom(address);
        return await AskAsync(visitor, name);
    }

    private static async Task<string> AskAsync(Visitor visitor, string name)
    {
        var answer = await visitor.SubmitAsync(await visitor.GetAsync("/forgot-password"), ("username", name));
        Assert.Equal("/forgot-password?sent=yes", answer.Path);
        return answer.Words;
    }
}
