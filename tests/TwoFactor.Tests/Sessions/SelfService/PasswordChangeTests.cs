namespace TwoFactor.Tests.Sessions.SelfService;

using System.Net;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>A new password takes the current one, beside the proof; its tries are counted and limited like those of a sign-in.</summary>
public sealed class PasswordChangeTests : IAsyncLifetime, IDisposable
{
    private const string NewPassword = "eleven quiet lighthouses";

    private readonly App app = new();
    private TestUser ana = null!;

    public async ValueTask InitializeAsync()
    {
        ana = await TestUser.FirstAdminAsync(app, "ana");
        await ana.SaveRecoveryCodesAsync();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("not the right password")]
    [InlineData(NewPassword)]
    [InlineData(TestUser.GoodPassword + " ")]
    public async Task Whoever_does_not_know_the_current_one_changes_nothing(string current)
    {
        await ana.ProveAsync(app);
        var session = ana.Browser.Cookies["TwoFactor-Session"];

        var answer = await ChangeAsync(current);

        Assert.Equal("/account/password", answer.Path);
        Assert.Contains("Check your current password", answer.Words, StringComparison.Ordinal);
        Assert.Equal(session, ana.Browser.Cookies["TwoFactor-Session"]);
        Assert.Equal(1, await FailsAsync());
        Assert.Equal("/sign-in/code", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);
    }

    /// <summary>It is refused before anything reads it, so it is no try either.</summary>
    [Fact]
    public async Task A_current_password_that_is_no_text_changes_nothing()
    {
        await ana.ProveAsync(app);
        var session = ana.Browser.Cookies["TwoFactor-Session"];

        Assert.Equal(HttpStatusCode.BadRequest, (await ChangeAsync("\uFFFE")).Status);

        Assert.Equal(session, ana.Browser.Cookies["TwoFactor-Session"]);
        Assert.Equal("/sign-in/code", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);
    }

    /// <summary>With a recovery code as the proof it is no different.</summary>
    [Fact]
    public async Task After_a_recovery_code_too()
    {
        ana.TakeNewBrowser();
        await ana.RecoverAsync(ana.RecoveryCodes[0]);

        Assert.Contains("Check your current password", (await ChangeAsync("not the right password")).Words, StringComparison.Ordinal);
        Assert.Equal("/account", (await ChangeAsync(ana.Password)).Path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_ten_wrong_ones_the_right_one_waits_too(bool inKnownBrowser)
    {
        if (!inKnownBrowser)
        {
            ana.Browser.Cookies["TwoFactor-Device"] = null;
        }

        await ana.ProveAsync(app);
        for (var count = 0; count < 10; count++)
        {
            await ChangeAsync("not the right password");
        }

        Assert.Contains("Check your current password", (await ChangeAsync(ana.Password)).Words, StringComparison.Ordinal);
        Assert.Equal(10, await FailsAsync());
        app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("/account", (await ChangeAsync(ana.Password)).Path);
        Assert.Equal(0, await FailsAsync());
    }

    /// <summary>Strangers guess until the password no longer works for them: the owner who is signed in changes it all the same.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Strangers_make_no_owner_wait(bool inKnownBrowser)
    {
        if (!inKnownBrowser)
        {
            ana.Browser.Cookies["TwoFactor-Device"] = null;
        }

        await ana.Elsewhere(app).EnterPasswordAsync("not the right password");
        await app.ArrangeAsync($"UPDATE password_guard SET fails=100, wait_until=99999999999 WHERE device_id={Guid.Empty}");
        Assert.Equal("/sign-in", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);
        await ana.ProveAsync(app);

        Assert.Equal("/account", (await ChangeAsync(ana.Password)).Path);
    }

    /// <summary>What is wrong with the new one is said before anything is counted.</summary>
    [Theory]
    [InlineData("short", "short")]
    [InlineData("unbelievable", "unbelievable")]
    [InlineData(NewPassword, "another one")]
    public async Task A_new_one_that_is_refused_counts_no_try(string chosen, string again)
    {
        await ana.ProveAsync(app);
        var form = await ana.Browser.GetAsync("/account/password");

        var answer = await ana.Browser.SubmitAsync(
            form, ("current-password", "not the right password"), ("new-password", chosen), ("new-password-again", again));

        Assert.Contains("Choose another password", answer.Words, StringComparison.Ordinal);
        Assert.Equal(0, await FailsAsync());
    }

    private async Task<VisitedPage> ChangeAsync(string current) =>
        await ana.ChangePasswordAsync(await ana.Browser.GetAsync("/account/password"), NewPassword, current);

    private async Task<int> FailsAsync() =>
        (await app.QueryAsync<int>($"SELECT fails AS Value FROM password_guard WHERE device_id<>{Guid.Empty} AND fails>0")).Sum();
}
