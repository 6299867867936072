namespace TwoFactor.Tests.Keys;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// A ring that vanishes under a running server: nobody's fault who signs in, so nobody is charged, and who is signed in stays so.
/// </summary>
public sealed class VanishingRingTests
{
    [Theory]
    [InlineData("secrets", "away")]
    [InlineData("secrets/key-*.xml", "away.xml")]
    public async Task While_the_ring_is_away_no_code_is_judged_and_nobody_is_charged(string what, string away)
    {
        await using var app = new App { KeepsHouse = true };
        var ada = await TestUser.FirstAdminAsync(app);
        await AssertReadyAsync(app, HttpStatusCode.OK);
        var keys = Path.Combine(app.DataDirectory, "keys");
        var (there, gone) = (Directory.GetFileSystemEntries(keys, what).Single(), Path.Combine(app.DataDirectory, away));

        Directory.Move(there, gone);
        await WaitUntilAsync(app, HttpStatusCode.ServiceUnavailable);
        foreach (var code in new[] { ada.Code(), ada.WrongCode() })
        {
            var stranger = new TestUser(app, "ada", ada.Mail);
            var page = await stranger.EnterPasswordAsync();
            Assert.Equal("/sign-in/code", page.Path);
            var answer = await stranger.Browser.SubmitAsync(page, ("code", code));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
            Assert.Contains("Your code was not checked and nothing was counted", answer.Words, StringComparison.Ordinal);
        }

        Assert.Equal(0, Assert.Single(await app.QueryAsync<long>($"SELECT fails AS Value FROM code_guard")));
        Assert.Equal(0, Assert.Single(await app.QueryAsync<long>($"SELECT fails30 AS Value FROM code_guard")));
        Assert.Equal(0, Assert.Single(
            await app.QueryAsync<long>($"SELECT COALESCE(MAX(tries), 0) AS Value FROM pending_sign_in WHERE used_at IS NULL")));
        Assert.Equal("/account", (await ada.Browser.GetAsync("/account")).Path);
        Assert.Equal(
            1, Assert.Single(await app.QueryAsync<long>($"SELECT COUNT(*) AS Value FROM audit_event WHERE kind = 'keys.inconsistent'")));

        Directory.Move(gone, there);
        await WaitUntilAsync(app, HttpStatusCode.OK);
        ada.TakeNewBrowser();
        Assert.Equal("/account", (await ada.SignInAsync()).Path);
    }

    [Fact]
    public async Task While_the_ring_is_away_what_would_have_to_be_told_by_mail_does_not_happen()
    {
        await using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        await ada.ProveAsync(app);
        var form = await ada.Browser.GetAsync("/account/password");
        var hash = await app.QueryAsync<string>($"SELECT password_hash AS Value FROM account");
        Directory.Move(Path.Combine(app.DataDirectory, "keys", "secrets"), Path.Combine(app.DataDirectory, "away"));
        await app.AskAsync(services => services.GetRequiredService<KeyRingHealth>()
            .CheckAsync(services.GetRequiredService<TwoFactorDb>(), TestContext.Current.CancellationToken));

        var answers = new List<VisitedPage> { await ada.ChangePasswordAsync(form, "a sentence that is new") };
        foreach (var name in new[] { "ada", "nobody" })
        {
            using var visitor = app.Visitor();
            answers.Add(await visitor.SubmitAsync(await visitor.GetAsync("/forgot-password"), ("username", name)));
        }

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status));
        Assert.All(
            answers, answer => Assert.Contains("We cannot do this just now Nothing was changed.", answer.Words, StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.Equal(60, answer.Headers.RetryAfter?.Delta?.TotalSeconds));
        Assert.Equal(hash, await app.QueryAsync<string>($"SELECT password_hash AS Value FROM account"));
        Assert.Equal(0, Assert.Single(await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM ticket WHERE kind='password-link'")));
    }

    /// <summary>A minute passes, and the server looks at its ring.</summary>
    private static async Task WaitUntilAsync(App app, HttpStatusCode status)
    {
        app.Time.Advance(TimeSpan.FromMinutes(1));
        using var watcher = app.Visitor();
        await Eventually.GetAsync(
            async () => (await watcher.GetAsync("/health/ready")).Status == status
                ? "so"
                : null, () => $"/health/ready never answered {status}.");
        Assert.Equal(HttpStatusCode.OK, (await watcher.GetAsync("/health/live")).Status);
    }

    private static async Task AssertReadyAsync(App app, HttpStatusCode status)
    {
        using var watcher = app.Visitor();
        Assert.Equal(status, (await watcher.GetAsync("/health/ready")).Status);
    }
}
