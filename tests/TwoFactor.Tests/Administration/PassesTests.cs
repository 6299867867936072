namespace TwoFactor.Tests.Administration;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>The phone is at home: one sign-in, within a day, and nothing else.</summary>
public sealed class PassesTests : IAsyncLifetime, IDisposable
{
    private readonly App app = App.WithMail();
    private TestUser ada = null!;
    private TestUser user = null!;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        user = await TestUsers.InviteAsync(app, ada, "ursula");
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task It_is_mailed_works_once_and_its_owner_hears_of_both()
    {
        var pass = await MailedAsync();
        Assert.Equal("/account", (await RecoverAsync(user, pass)).Path);
        var mailbox = await app.MailboxAsync();
        Assert.Contains("works as before", (await mailbox.TakeAsync(user.Mail, "gave you a pass")).Text, StringComparison.Ordinal);
        Assert.Contains("It does not work again.", (await mailbox.TakeAsync(user.Mail, "pass was used")).Text, StringComparison.Ordinal);

        var again = await RecoverAsync(user, pass);
        Assert.Contains("That pass was already used", again.Words, StringComparison.Ordinal);
        Assert.Equal(0, (await app.GuardAsync(await IdAsync())).RecoveryFails);
        await user.SignInAsync();
    }

    [Fact]
    public async Task It_proves_nothing_makes_no_browser_known_and_is_no_full_sign_in()
    {
        await app.ArrangeAsync($"UPDATE account SET untrusted_since=1, reverified_at=NULL WHERE user_name='ursula'");
        var handed = await app.HelpAsync(ada, user, "pass", "badge", "hand-over");
        await RecoverAsync(user, handed.WordsOf(".key"));
        Assert.Equal("/account", (await user.Browser.GetAsync("/account")).Path);
        foreach (var address in new[]
        {
            "/account/password", "/account/recovery-codes", "/account/authenticators?handler=Add", "/account/profile"
        })
        {
            var led = await HelpDeskActions.ForceAsync(user, address, ("email", "new@acme.example"));
            Assert.True(led.Path.StartsWith("/proof?for=", StringComparison.Ordinal), $"{address} leads to {led.Path}");
        }

        Assert.Null(user.Browser.Cookies["TwoFactor-Device"]);
        Assert.Null((await app.QueryAsync<long?>($"SELECT reverified_at AS Value FROM account WHERE user_name='ursula'"))[0]);
    }

    [Theory]
    [InlineData("a day")]
    [InlineData("another epoch")]
    [InlineData("a newer pass")]
    [InlineData("not me")]
    public async Task What_ends_it(string how)
    {
        var pass = await MailedAsync();
        switch (how)
        {
            case "a day":
                app.Time.Advance(TimeSpan.FromHours(24));
                break;
            case "another epoch":
                var ana = await IdAsync();
                await app.AskAsync(services => services.GetRequiredService<TwoFactorDb>().InStoryAsync(
                    async work =>
                    {
                        await services.GetRequiredService<CodeGuards>().RaiseEpochAsync(work, ana);
                        services.GetRequiredService<AuditLog>().Record(work, AuditKinds.PasswordSet, ana);
                        return true;
                    },
                    TestContext.Current.CancellationToken));
                break;
            case "a newer pass":
                await MailedAsync();
                break;
            default:
                var message = await (await app.MailboxAsync()).TakeAsync(user.Mail, "gave you a pass");
                await user.Browser.PressAsync(await user.Browser.GetAsync(message.Link("/not-me/")), "Stop it");
                await app.ArrangeAsync($"UPDATE code_guard SET held=0 WHERE account_id={await IdAsync()}");
                break;
        }

        var answer = await RecoverAsync(user, pass);
        Assert.Contains("That pass works no longer", answer.Words, StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync(AuditKinds.PassUsed, await IdAsync()));
    }

    [Fact]
    public async Task While_the_guard_is_closed_none_is_given_and_none_works()
    {
        var pass = await MailedAsync();
        await app.ArrangeAsync($"UPDATE code_guard SET closed=1 WHERE account_id={await IdAsync()}");
        Assert.Contains(
            "A pass cannot help; a reset can.",
            (await ada.Browser.GetAsync($"/admin/accounts/{await IdAsync()}/pass")).Words,
            StringComparison.Ordinal);
        var answer = await RecoverAsync(user, pass);
        Assert.Contains("A pass cannot help now.", answer.Words, StringComparison.Ordinal);
        await app.ArrangeAsync($"UPDATE code_guard SET closed=0 WHERE account_id={await IdAsync()}");
        Assert.Equal("/account", (await RecoverAsync(user, pass)).Path);
    }

    [Fact]
    public async Task Another_persons_pass_opens_nothing_stays_unspent_and_is_charged()
    {
        var otto = await TestUsers.InviteAsync(app, ada, "otto");
        var pass = await MailedAsync();
        Assert.Contains("That recovery code did not work", (await RecoverAsync(otto, pass)).Words, StringComparison.Ordinal);
        Assert.Equal(1, (await app.GuardAsync(await app.IdAsync("otto"))).RecoveryFails);
        Assert.Equal("/account", (await RecoverAsync(user, pass)).Path);
    }

    [Fact]
    public async Task Fifty_at_once_open_one_session()
    {
        await using var testHost = await TestHost.PrepareAsync();
        await testHost.FirstAdminAsync();
        var ana = await testHost.AddAsync();
        var given = Assert.IsType<HelpOutcome.HandOverPass>(await testHost.AskAsync<Passes, HelpOutcome>(passes =>
            passes.GiveByConsoleAsync(ana.Id, "at home", TestContext.Current.CancellationToken)));
        var pendings = await testHost.PendingsAsync(ana, 50);
        var outcomes =
            await Task.WhenAll(pendings.Select(pending => Task.Run(() => testHost.AskAsync<RecoverySignIn, RecoveryOutcome>(signIn =>
                signIn.CompleteAsync(
                    pending, given.Pass.RevealInGroups(), null, null, TestHost.Stranger, TestContext.Current.CancellationToken)))));
        Assert.Single(outcomes.OfType<RecoveryOutcome.SignedIn>());
        Assert.Equal(
            49, outcomes.Count(outcome => outcome is RecoveryOutcome.Refused { Verdict: RecoveryVerdict.PassOver { WasUsed: true } }));
    }

    [Fact]
    public async Task The_rules_of_a_reset_hold_for_it()
    {
        var (bea, _, hugo) = await app.StaffAsync();
        Assert.Contains(
            "Only somebody with a higher role",
            (await hugo.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("bea")}/pass")).Words,
            StringComparison.Ordinal);
        Assert.Contains(
            "You cannot reset yourself.",
            (await bea.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("bea")}/pass")).Words,
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "hand-over", (await hugo.Browser.GetAsync($"/admin/accounts/{await IdAsync()}/pass")).Html, StringComparison.Ordinal);
        var request = await app.AskForSecondAsync(hugo, user, "pass");
        Assert.Equal(HeldBy.None, (await app.GuardAsync(await IdAsync())).Held);
        var shown = await app.ApproveAsync(ada, request);
        Assert.Contains("Pass for ursula", shown.Words, StringComparison.Ordinal);
        Assert.Equal("/account", (await RecoverAsync(user, shown.WordsOf(".key"))).Path);
    }

    [Fact]
    public async Task An_agents_pass_opens_no_page_of_administration()
    {
        var hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        var handed = await app.HelpAsync(ada, hugo, "pass", "badge", "hand-over");
        await RecoverAsync(hugo, handed.WordsOf(".key"));
        Assert.Equal("/account", (await hugo.Browser.GetAsync("/account")).Path);
        Assert.StartsWith("/proof?for=admin", (await hugo.Browser.GetAsync("/admin/accounts")).Path, StringComparison.Ordinal);
    }

    private async Task<string> MailedAsync()
    {
        Assert.Contains("ursula's pass is on its way by mail.", (await app.HelpAsync(ada, user, "pass")).Words, StringComparison.Ordinal);
        var message = await (await app.MailboxAsync()).TakeAsync(user.Mail, "your pass");
        return message.Text.Split('\n').Select(line => line.Trim())
            .First(line => line.StartsWith("Your pass:", StringComparison.Ordinal))["Your pass:".Length..].Trim();
    }

    private static Task<VisitedPage> RecoverAsync(TestUser who, string pass)
    {
        who.TakeNewBrowser();
        return who.RecoverAsync(pass);
    }

    private Task<Guid> IdAsync() => app.IdAsync("ursula");
}
