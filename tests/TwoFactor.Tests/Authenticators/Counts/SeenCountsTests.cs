namespace TwoFactor.Tests.Authenticators.Counts;

using TwoFactor.Administration;
using TwoFactor.Administration.Altered;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Counts;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Somebody writes to the database and sets back what a guard counts: nobody wins a guess by that, also not by a restart.
/// </summary>
public sealed class SeenCountsTests : IAsyncLifetime
{
    private TestHost testHost = null!;
    private Colleague ada = null!;
    private Colleague ana = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync();
        ada = await testHost.FirstAdminAsync();
        ana = await testHost.AddAsync();
    }

    public async ValueTask DisposeAsync() => await testHost.DisposeAsync();

    [Theory]
    [InlineData("fails=0")]
    [InlineData("fails30=0")]
    [InlineData("fails30=fails30-1")]
    [InlineData("fails30_from=0")]
    [InlineData("fails=0, fails30=0, fails30_from=0, wait_until=0")]
    [InlineData("fails30_from=fails30_from+60, fails30=1")]
    public async Task What_was_counted_holds_and_the_admins_are_told(string setBack)
    {
        await testHost.FailAsync(ana, 5);
        var before = await testHost.GuardAsync(ana.Id);
        Assert.Equal(1, await TamperAsync(setBack));

        await testHost.FailAsync(ana, 1);

        var after = await testHost.GuardAsync(ana.Id);
        Assert.Equal((before.Fails + 1, before.Fails30 + 1), (after.Fails, after.Fails30));
        Assert.True(after.Fails30From >= before.Fails30From);
        await AssertAlarmAsync();
    }

    [Fact]
    public async Task A_wait_that_was_taken_away_goes_on()
    {
        await testHost.FailAsync(ana, 10);
        var until = (await testHost.GuardAsync(ana.Id)).WaitUntil;
        Assert.True(until > testHost.Now);
        await TamperAsync("wait_until=0");

        var verdict = CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.Code()));

        Assert.Equal(new CodeVerdict.Waiting(until.ToDateTimeOffset()), verdict);
        await AssertAlarmAsync();
    }

    [Fact]
    public async Task A_used_code_that_was_made_unused_is_still_used()
    {
        var code = ana.Phone.Code();
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, code));
        await TamperAsync("last_step=0");

        Assert.IsType<CodeVerdict.Spent>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, code)));

        await AssertAlarmAsync();
        testHost.GoOn();
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code()));
    }

    /// <summary>Before each guess: as whoever knows the password and writes to the file would.</summary>
    [Fact]
    public async Task Who_sets_everything_back_before_each_guess_has_as_many_as_anybody()
    {
        for (var guess = 0; guess < 70; guess++)
        {
            await TamperAsync("fails=0, fails30=0, fails30_from=0, wait_until=0");
            await testHost.SignInAsync(ana, ana.Phone.WrongCode());
            testHost.Time.Advance(TimeSpan.FromHours(1));
        }

        var guard = await testHost.GuardAsync(ana.Id);
        Assert.True(guard.Closed);
        Assert.Equal(
            testHost.Limits<CodeLimits>().ClosedAfterConsecutive, (await testHost.EventsAsync(AuditKinds.CodeWrong, ana.Id)).Count);
    }

    /// <summary>A right code in between clears only what it may clear.</summary>
    [Fact]
    public async Task A_right_code_does_not_let_a_count_of_the_period_be_set_back()
    {
        await testHost.FailAsync(ana, 5);
        await TamperAsync("fails30=0");
        testHost.GoOn();
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code()));

        await testHost.FailAsync(ana, 1);

        var guard = await testHost.GuardAsync(ana.Id);
        Assert.Equal((1, 6), (guard.Fails, guard.Fails30));
    }

    [Fact]
    public async Task After_a_restart_the_events_say_how_many_there_were()
    {
        await testHost.FailAsync(ana, 7);
        await TamperAsync("fails=0, fails30=0, fails30_from=0");
        await testHost.RestartAsync();

        await testHost.FailAsync(ana, 1);

        Assert.Equal(8, (await testHost.GuardAsync(ana.Id)).Fails30);
        await AssertAlarmAsync();
    }

    [Fact]
    public async Task An_event_that_somebody_planted_does_not_say_it()
    {
        await testHost.FailAsync(ana, 7);
        await TamperAsync("fails=0, fails30=0, fails30_from=0");
        await testHost.TamperAsync(
            "INSERT INTO audit_event (id, kind, at, account_id, actor_kind, browser, platform, tag) SELECT 'F' || substr(id, 2), "
                + "'enrollment.confirmed', at + 9, account_id, actor_kind, browser, platform, tag FROM audit_event WHERE kind='code.wrong' "
                + "ORDER BY place DESC LIMIT 1");
        await testHost.RestartAsync();

        await testHost.FailAsync(ana, 1);

        Assert.Equal(8, (await testHost.GuardAsync(ana.Id)).Fails30);
    }

    [Fact]
    public async Task After_a_restart_the_mark_says_it_where_the_events_were_deleted()
    {
        await testHost.FailAsync(ana, MarkedCounts.From + 2);
        await WriteMarkAsync();
        await TamperAsync("fails=0, fails30=0, fails30_from=0, wait_until=0");
        await testHost.TamperAsync("DELETE FROM audit_event WHERE kind IN ('code.wrong', 'guard.waiting')");
        await testHost.RestartAsync();
        testHost.Time.Advance(TimeSpan.FromHours(2));

        await testHost.FailAsync(ana, 1);

        Assert.Equal(MarkedCounts.From + 3, (await testHost.GuardAsync(ana.Id)).Fails30);
        await AssertAlarmAsync();
    }

    [Fact]
    public async Task A_mark_is_no_longer_due_once_it_says_what_was_counted()
    {
        await WriteMarkAsync();
        await testHost.FailAsync(ana, MarkedCounts.From - 1);
        Assert.False(await IsMarkDueAsync());

        await testHost.FailAsync(ana, 1);

        Assert.True(await IsMarkDueAsync());
        Assert.False(await IsMarkDueAsync());
    }

    [Fact]
    public async Task An_unlock_by_another_process_ends_a_wait_without_an_alarm()
    {
        await testHost.FailAsync(ana, 12);
        Assert.IsType<LockoutOutcome.Done>(await testHost.AskBesideAsync<AccountLockout, LockoutOutcome>(
            accountLockout => accountLockout.UnlockAsync(null, ana.Id, "asked by phone", Actor.Console, Cancellation)));

        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code()));

        await RaiseAlarmsAsync();
        Assert.Empty(await testHost.EventsAsync(AuditKinds.AlarmAltered, ana.Id));
    }

    /// <summary>The events say what was counted then; settings of now have no part in it.</summary>
    [Fact]
    public async Task A_longer_period_accuses_nobody()
    {
        await testHost.FailAsync(ana, 2);
        testHost.Time.Advance(TimeSpan.FromDays(40));
        await testHost.FailAsync(ana, 1);
        Assert.Equal(1, (await testHost.GuardAsync(ana.Id)).Fails30);

        await testHost.RestartAsync(new KeyValuePair<string, string?>("Limits:Codes:PeriodDays", "90"));

        Assert.Equal(90, testHost.Limits<CodeLimits>().PeriodDays);
        Assert.Empty(await testHost.AskAsync<GuardHistory, IReadOnlyList<Guid>>(history => history.FindAlteredAsync(Cancellation)));
    }

    /// <summary>What is remembered is compared without asking the database.</summary>
    [Fact]
    public async Task A_right_code_after_wrong_ones_costs_no_statement_more()
    {
        var statements = new QueryPlans();
        await using var other = await TestHost.PrepareAsync(statements);
        var bo = await other.AddAsync("bo");
        var costs = new List<int>();
        foreach (var wrong in new[] { 0, 0, 3 })
        {
            await other.FailAsync(bo, wrong);
            other.GoOn(2);
            var pending = await other.EnterPasswordAsync(bo.UserName);
            statements.Forget();
            Assert.IsType<SignInOutcome.SignedIn>(await other.EnterCodeAsync(pending, bo.Phone.Code()));
            costs.Add(statements.All.Count());
        }

        Assert.Equal(costs[1], costs[2]);
    }

    private Task<int> TamperAsync(string setBack) =>
        testHost.TamperAsync($"UPDATE code_guard SET {setBack} WHERE account_id='{ana.Id}' COLLATE NOCASE");

    private async Task AssertAlarmAsync()
    {
        var before = await MailsAsync();
        await RaiseAlarmsAsync();
        Assert.Equal(before + 1, await MailsAsync());
        Assert.Equal(AlteredAccounts.Counts, Assert.Single(await testHost.EventsAsync(AuditKinds.AlarmAltered, ana.Id)).Detail);
        Assert.Empty(
            await testHost.AskAsync<AccountSeals, IReadOnlyList<SealedPart>>(seals => seals.FindMisfitsAsync(ana.Id, Cancellation)));
    }

    private async Task<int> MailsAsync() => (await testHost.RowsAsync<OutboxMessage>()).Count(mail => mail.AccountId == ada.Id);

    private Task<bool> RaiseAlarmsAsync() => testHost.AskAsync<AlteredAccountAlarms, bool>(async alarms =>
    {
        await alarms.RaiseAsync(Actor.Server, Cancellation);
        return true;
    });

    private Task<bool> WriteMarkAsync() => testHost.AskAsync<HighWater, bool>(
        mark => testHost.AskAsync<TwoFactorDb, bool>(database => mark.WriteAsync(database, Cancellation)));

    private Task<bool> IsMarkDueAsync() => testHost.AskAsync<HighWater, bool>(
        mark => testHost.AskAsync<TwoFactorDb, bool>(database => mark.WriteIfDueAsync(database, Cancellation)));
}
