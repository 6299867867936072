namespace TwoFactor.Tests.Sessions;

using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>What makes a browser a known one: a token for each person, renewed by each full sign-in.</summary>
public sealed class KnownBrowserTests : IDisposable
{
    private const string Name = "TwoFactor-Device";

    private readonly App app = App.WithMail();

    /// <summary>Each way to a full sign-in, and the mailed link, which makes a browser a known one as well.</summary>
    public static TheoryData<string> Ways { get; } = ["code", "recovery code", "ticket", "link"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Each_full_sign_in_renews_the_cookie_and_a_kept_copy_is_worth_nothing(string way)
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var ana = await TestUsers.InviteAsync(app, admin, "ana");
        await ana.SaveRecoveryCodesAsync();
        var kept = ana.Browser.Cookies[Name];
        Assert.True(await IsKnownAsync("ana", kept));

        ana.TakeNewBrowser();
        ana.Browser.Cookies[Name] = kept;
        await GoAsync(ana, way);

        Assert.NotEqual(kept, ana.Browser.Cookies[Name]);
        Assert.False(await IsKnownAsync("ana", kept));
        Assert.True(await IsKnownAsync("ana", ana.Browser.Cookies[Name]));
    }

    /// <summary>Ana and bob share a browser, where strangers make both wait in every other one.</summary>
    [Fact]
    public async Task A_shared_browser_knows_each_of_its_people_and_nobody_else()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var (ana, bob) = (await TestUsers.InviteAsync(app, admin, "ana"), await TestUsers.InviteAsync(app, admin, "bob"));
        ana.TakeNewBrowser();
        await ana.SignInAsync();
        var alone = ana.Browser.Cookies[Name];
        Assert.False(await IsKnownAsync("bob", alone));

        bob.TakeNewBrowser();
        bob.Browser.Cookies[Name] = alone;
        await bob.SignInAsync();
        var shared = bob.Browser.Cookies[Name];

        Assert.True(await IsKnownAsync("ana", shared));
        Assert.True(await IsKnownAsync("bob", shared));
        Assert.False(await IsKnownAsync("ada", shared));
        foreach (var user in new[] { ana, bob })
        {
            await MakeStrangersWaitAsync(user.UserName);
            user.TakeNewBrowser();
            Assert.Equal("/sign-in", (await user.EnterPasswordAsync()).Path);
            user.Browser.Cookies[Name] = shared;
            await user.SignInAsync();
            shared = user.Browser.Cookies[Name];
        }
    }

    /// <summary>A sign-in renews the token of one person alone: a thief cannot make the browsers of others unknown.</summary>
    [Fact]
    public async Task Whoever_signs_in_with_a_copy_takes_nothing_from_those_whose_cookie_it_was()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var ana = await TestUsers.InviteAsync(app, admin, "ana");
        var own = ana.Browser.Cookies[Name];
        var copy = own;
        foreach (var name in new[] { "m1", "m2", "m3", "m4", "m5", "m6" })
        {
            var thief = await TestUsers.InviteAsync(app, admin, name);
            thief.TakeNewBrowser();
            thief.Browser.Cookies[Name] = copy;
            await thief.SignInAsync();
            copy = thief.Browser.Cookies[Name];
        }

        Assert.True(await IsKnownAsync("ana", own));
        Assert.False(await IsKnownAsync("ana", copy));
        Assert.False(await IsKnownAsync("m1", copy));
        foreach (var name in new[] { "m2", "m3", "m4", "m5", "m6" })
        {
            Assert.True(await IsKnownAsync(name, copy));
        }
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData(".", 0)]
    [InlineData("....................", 0)]
    [InlineData("not a token", 0)]
    [InlineData("{0}", 1)]
    [InlineData("{0}.{1}", 2)]
    [InlineData("{0}..{1}", 2)]
    [InlineData("nonsense.{0}", 1)]
    [InlineData("{0},{1}", 0)]
    [InlineData("{0}.{0}.{0}.{0}.{0}.{0}.{1}.{1}.{1}", DeviceTokens.Most)]
    public void A_cookie_is_read_part_by_part_and_no_further_than_its_limit(string? form, int count)
    {
        var (first, second) = (Token.New().Reveal(), Token.New().Reveal());
        var text = form?.Replace("{0}", first, StringComparison.Ordinal).Replace("{1}", second, StringComparison.Ordinal);

        Assert.Equal(count, DeviceTokens.Parse(text)?.Values.Count ?? 0);
    }

    public void Dispose() => app.Dispose();

    private async Task GoAsync(TestUser user, string way)
    {
        switch (way)
        {
            case "code":
                await user.SignInAsync();
                break;
            case "recovery code":
                Assert.Equal("/account", (await user.RecoverAsync(user.RecoveryCodes[0])).Path);
                break;
            case "ticket":
                var ticket = await app.ResetByConsoleAsync(user.UserName);
                await user.ConfirmAsync(await user.EnterTicketAsync(ticket));
                break;
            default:
                await app.AskForLinkAsync(user.UserName);
                var form = await user.Browser.GetAsync((await app.LinksAsync())[^1].Link);
                var chosen = ForgottenPasswordActions.NewPassword;
                var done = await user.Browser.SubmitAsync(form, ("new-password", chosen), ("new-password-again", chosen));
                Assert.Equal("/sign-in", done.Path);
                break;
        }
    }

    /// <summary>Whether a wrong password is charged to a browser of its own.</summary>
    private async Task<bool> IsKnownAsync(string name, string? cookie)
    {
        using var visitor = app.Visitor();
        visitor.Cookies[Name] = cookie;
        var before = await StrangersAsync(name);
        await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", name), ("password", "not the right password"));
        return await StrangersAsync(name) == before;
    }

    private async Task<int> StrangersAsync(string name) => (await app.QueryAsync<int>(
        $"""
         SELECT fails AS Value FROM password_guard
          WHERE account_id={await app.IdAsync(name)} AND device_id={Guid.Empty}
         """)).SingleOrDefault();

    private async Task MakeStrangersWaitAsync(string name)
    {
        using var visitor = app.Visitor();
        for (var count = 0; count < 12; count++)
        {
            await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", name), ("password", "not the right password"));
        }
    }
}
