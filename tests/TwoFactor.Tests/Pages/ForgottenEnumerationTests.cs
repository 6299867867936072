namespace TwoFactor.Tests.Pages;

using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Whoever asks for a new password learns nothing of the name that they typed: neither from the answer nor from the work behind it.
/// </summary>
public sealed partial class ForgottenEnumerationTests : IDisposable
{
    private readonly Faults calls = new();
    private readonly App app;

    public ForgottenEnumerationTests() =>
        app = App.WithMail(services => services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(calls)));

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task Every_name_gets_the_same_answer_after_the_same_work()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await TestUsers.InviteAsync(app, admin, "limited");
        await TestUsers.InviteAsync(app, admin, "disabled");
        await TestUsers.InviteAsync(app, admin, "invited", accept: false);
        await TestUsers.InviteAsync(app, admin, "tired", accept: false);
        await TestUsers.InviteAsync(app, admin, "enrolled");
        var disabled = await app.IdAsync("disabled");
        await app.AskAsync(services => services.GetRequiredService<AccountLockout>()
            .DisableAsync(null, disabled, null, null, Actor.Console, TestContext.Current.CancellationToken));
        for (var asked = 0; asked < 4; asked++)
        {
            await app.AskForLinkAsync("limited");
            await app.AskForLinkAsync("tired");
        }

        var answers = new Dictionary<string, Answer>(StringComparer.Ordinal);
        foreach (var name in new[]
        {
            "enrolled", "enrolled@acme.example", "nobody", "nobody@acme.example", "another", "no such @ name", new string(
                'x', 5000), "limited", "disabled", "tired", "invited",
        })
        {
            answers[name] = await AskAsync(name);
        }

        Assert.All(answers, answer => Assert.Equal(answers["nobody"] with { Writes = 0 }, answer.Value with { Writes = 0 }));
        Assert.Equal((1, 1, 1), (answers["nobody"].Begins, answers["nobody"].Commits, answers["nobody"].Messages));
        Assert.All(answers, answer => Assert.Equal(5, answer.Value.Writes));
        Assert.Contains("If that account exists, a mail is on its way.", answers["nobody"].Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_thrown_away_never_leaves_and_unknown_names_are_counted()
    {
        await TestUser.FirstAdminAsync(app);
        var before = (await (await app.MailboxAsync()).AllAsync()).Count;
        for (var asked = 0; asked < 5; asked++)
        {
            await app.AskForLinkAsync($"nobody{asked}");
        }

        Assert.Empty(await app.QueryAsync<string>($"SELECT kind AS Value FROM outbox_message"));
        Assert.Equal(before, (await (await app.MailboxAsync()).AllAsync()).Count);
        Assert.Equal(
            [1], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM audit_event WHERE kind={AuditKinds.PasswordLinkUnknown}"));
        Assert.Equal([4], await app.QueryAsync<int>($"SELECT n AS Value FROM audit_tally WHERE kind={AuditKinds.PasswordLinkUnknown}"));
    }

    /// <summary>A stranger asks in a new browser: the answer, the page that it leads to, and the calls to the database between.</summary>
    private async Task<Answer> AskAsync(string name)
    {
        using var browser = app.Visitor();
        var form = await browser.GetAsync("/forgot-password");
        calls.Arm();
        var answer = await browser.SubmitOnceAsync(form, null, ("username", name));
        var made = calls.Calls.ToList();
        var page = await browser.GetAsync(answer.Headers.Location!);
        var headers = string.Join('\n', answer.Headers.Concat(page.Headers).Select(header => header.Key).Order(StringComparer.Ordinal));
        return new Answer(
            $"{answer.Status} {answer.Headers.Location} {answer.Html} {page.Status} {page.Html}",
            headers,
            made.Count(call => call == "BEGIN IMMEDIATE"),
            made.Count(call => call == "COMMIT"),
            made.Sum(call => Mail().Count(call)),
            made.Sum(call => Write().Count(call)));
    }

    [GeneratedRegex("""INSERT INTO "outbox_message" """, RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mail();

    [GeneratedRegex(
        "^(INSERT INTO|UPDATE|DELETE FROM) ", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Write();

    private sealed record Answer(string Html, string Headers, int Begins, int Commits, int Messages, int Writes);
}
