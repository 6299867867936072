namespace TwoFactor.Tests.Administration;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Unlock, switch off, switch on: what each changes, and what it must never do.</summary>
public sealed class AccountLockoutTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private TestUser ada = null!;
    private TestUser ana = null!;
    private Guid id;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        ana = await TestUsers.InviteAsync(app, ada, "ana");
        id = await app.IdAsync("ana");
    }

    [Fact]
    public async Task Switched_off_nobody_signs_in_and_switched_on_the_same_phone_works_again()
    {
        var half = ana.Elsewhere(app);
        var form = await half.EnterPasswordAsync();
        var off = await ada.Browser.PressAsync(await DetailAsync(ada), "Switch off", ("reason", "On leave"), ("code", ada.Code()));
        Assert.Contains("Switched off. ana's sessions have ended.", off.Words, StringComparison.Ordinal);
        await ana.AssertSignedOutAsync();
        Assert.Contains("Start again", (await half.Browser.SubmitAsync(form, ("code", ana.Code()))).Words, StringComparison.Ordinal);
        Assert.Contains("Your account is switched off.", (await ana.EnterPasswordAsync()).Words, StringComparison.Ordinal);

        app.Time.Advance(TimeSpan.FromSeconds(30));
        var on = await ada.Browser.PressAsync(off, "Switch on", ("reason", "Back"), ("code", ada.Code()));

        Assert.Contains("Switched on. ana's authenticators work as before.", on.Words, StringComparison.Ordinal);
        await ana.AssertSignedOutAsync();
        Assert.Equal("/account", (await ana.SignInAsync()).Path);
        Assert.Equal(1, await app.CountAsync(AuditKinds.AccountDisabled, id));
        Assert.Equal(1, await app.CountAsync(AuditKinds.AccountEnabled, id));
    }

    [Fact]
    public async Task A_reason_is_asked_for()
    {
        var page = await DetailAsync(ada);
        await app.MailboxAsync();
        var before = await LinesAsync();

        var refused = await ada.Browser.PressAsync(page, "Switch off", ("reason", " "));

        Assert.Contains("Say why", refused.Words, StringComparison.Ordinal);
        Assert.NotNull(refused.Document.QuerySelector("#disable-reason-error"));
        Assert.Equal(before, await LinesAsync());
    }

    [Fact]
    public async Task A_reason_with_a_zero_in_it_makes_no_event_that_looks_forged()
    {
        var reason = "lost\0" + new string('€', 200);
        Assert.IsType<LockoutOutcome.Done>(
            await ActAsync(accountLockout => accountLockout.DisableAsync(null, id, reason, null, Actor.Console, Cancellation)));

        var verdict = await app.AskAsync(async services =>
        {
            await services.GetRequiredService<AuditSealer>().SealAsync(Cancellation);
            return await services.GetRequiredService<AuditVerification>().VerifyAsync(Cancellation);
        });

        Assert.IsType<AuditVerdict.Intact>(verdict);
        Assert.Equal(
            "lost " + new string('€', 200),
            Assert.Single(await app.QueryAsync<string>($"SELECT detail AS Value FROM audit_event WHERE kind='account.disabled'")));
    }

    [Theory]
    [InlineData("Disable")]
    [InlineData("Enable")]
    [InlineData("Unlock")]
    public async Task A_rank_that_is_not_below_is_refused_and_recorded(string handler)
    {
        var hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        await TestUsers.AddAsync(app, "alan", Role.Admin);
        await app.MailboxAsync();
        foreach (var (agent, target) in (IEnumerable<(TestUser, string)>)[(hugo, "hugo"), (hugo, "ada"), (ada, "alan"), (ada, "ada")])
        {
            var path = $"/admin/accounts/{await app.IdAsync(target)}?handler={handler}";
            var form = await DetailAsync(agent);
            form.Document.Forms.Single(found => found.QuerySelector("#disable-reason") is not null).SetAttribute("action", path);
            var before = await LinesAsync();

            var answer = await agent.Browser.PressAsync(form, "Switch off", ("reason", "Because"));

            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Contains($"Only somebody with a higher role can change {target}.", answer.Words, StringComparison.Ordinal);
            Assert.Contains(
                "kind='act.refused'", Assert.Single((await LinesAsync()).Except(before, StringComparer.Ordinal)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_last_admin_who_can_sign_in_stays()
    {
        await TestUsers.AddAsync(app, "alan", Role.Admin);
        var (first, second) = (await app.IdAsync("ada"), await app.IdAsync("alan"));
        await app.ResetByConsoleAsync("alan");

        Assert.IsType<LockoutOutcome.LastAdmin>(
            await ActAsync(accountLockout => accountLockout.DisableAsync(null, first, null, null, Actor.Console, Cancellation)));
        await ada.AssertSignedInAsync();
        Assert.IsType<LockoutOutcome.Done>(
            await ActAsync(accountLockout => accountLockout.DisableAsync(null, id, null, null, Actor.Console, Cancellation)));
        Assert.IsType<LockoutOutcome.Done>(
            await ActAsync(accountLockout => accountLockout.DisableAsync(null, second, null, null, Actor.Console, Cancellation)));
        Assert.IsType<LockoutOutcome.Unchanged>(
            await ActAsync(accountLockout => accountLockout.DisableAsync(null, second, null, null, Actor.Console, Cancellation)));
        Assert.IsType<LockoutOutcome.LastAdmin>(
            await ActAsync(accountLockout => accountLockout.DisableAsync(null, first, null, null, Actor.Console, Cancellation)));
    }

    [Fact]
    [Slow]
    public async Task Two_admins_who_are_switched_off_at_once_never_leave_none()
    {
        const int rounds = 100;
        await TestUsers.AddAsync(app, "alan", Role.Admin);
        Guid[] admins = [await app.IdAsync("ada"), await app.IdAsync("alan")];
        for (var round = 0; round < rounds; round++)
        {
            using var start = new Barrier(admins.Length);
            var outcomes = await Task.WhenAll(admins.Select(admin => Task.Run(
                () =>
                {
                    start.SignalAndWait(Cancellation);
                    return ActAsync(accountLockout => accountLockout.DisableAsync(null, admin, null, null, Actor.Console, Cancellation));
                },
                Cancellation)));

            Assert.Single(outcomes.OfType<LockoutOutcome.Done>());
            Assert.Single(outcomes.OfType<LockoutOutcome.LastAdmin>());
            var off = admins[Array.FindIndex(outcomes, outcome => outcome is LockoutOutcome.Done)];
            Assert.IsType<LockoutOutcome.Done>(
                await ActAsync(accountLockout => accountLockout.EnableAsync(null, off, null, null, Actor.Console, Cancellation)));
        }
    }

    [Fact]
    public async Task An_unlock_ends_a_wait_once_a_day_and_forgives_no_count()
    {
        await TypeWrongAsync(ana, 10);
        Assert.True((await app.GuardAsync(id)).WaitUntil > app.Time.Now());
        var unlocked = await ada.Browser.PressAsync(await DetailAsync(ada), "Unlock", ("reason", "Called"));
        Assert.Contains("ana can try again now.", unlocked.Words, StringComparison.Ordinal);
        Assert.Equal((10, UnixTime.Unset), ((await app.GuardAsync(id)).Fails, (await app.GuardAsync(id)).WaitUntil));

        await TypeWrongAsync(ana, 1);
        var again = await ada.Browser.PressAsync(await DetailAsync(ada), "Unlock", ("reason", "Called"));
        Assert.Contains("Unlocked already at", again.Words, StringComparison.Ordinal);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<LockoutOutcome.NotWaiting>(
            await ActAsync(accountLockout => accountLockout.UnlockAsync(null, id, null, Actor.Console, Cancellation)));
        ana.TakeNewBrowser();
        Assert.Equal("/account", (await ana.SignInAsync()).Path);
        Assert.Equal(1, await app.CountAsync(AuditKinds.AccountUnlocked, id));

        app.Time.Advance(TimeSpan.FromDays(1));
        await TypeWrongAsync(ana, 10);
        Assert.IsType<LockoutOutcome.Done>(
            await ActAsync(accountLockout => accountLockout.UnlockAsync(null, id, null, Actor.Console, Cancellation)));
    }

    [Fact]
    public async Task A_closed_guard_is_told_that_a_reset_can_help()
    {
        await ana.CloseGuardAsync(app, 50);
        ada.TakeNewBrowser();
        await ada.SignInAsync();
        var form = await DetailAsync(ada);
        form.Document.Forms.Single(found => found.QuerySelector("#disable-reason") is not null)
            .SetAttribute("action", $"/admin/accounts/{id}?handler=Unlock");

        var answer = await ada.Browser.PressAsync(form, "Switch off", ("reason", "Called"));

        Assert.Contains("ana's authenticator was switched off after many wrong codes.", answer.Words, StringComparison.Ordinal);
        Assert.Contains("Unlocking cannot help; a reset can.", answer.Words, StringComparison.Ordinal);
        Assert.True((await app.GuardAsync(id)).Closed);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private static async Task TypeWrongAsync(TestUser user, int codes)
    {
        for (var left = codes; left > 0; left -= 5)
        {
            user.TakeNewBrowser();
            var form = await user.EnterPasswordAsync();
            for (var n = 0; n < Math.Min(left, 5); n++)
            {
                await user.Browser.SubmitAsync(form, ("code", user.WrongCode()));
            }
        }
    }

    private Task<LockoutOutcome> ActAsync(Func<AccountLockout, Task<LockoutOutcome>> act) =>
        app.AskAsync(services => act(services.GetRequiredService<AccountLockout>()));

    private Task<VisitedPage> DetailAsync(TestUser agent) => agent.Browser.GetAsync($"/admin/accounts/{id}");

    private Task<string[]> LinesAsync() =>
        app.AskAsync(async services => (await DatabaseDump.OfAsync(services.GetRequiredService<TwoFactorDb>())).Split('\n'));
}
