namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Wrong codes: what is counted, for how long the guard waits, and when it closes.</summary>
public sealed class CodeGuardTests
{
    private const long Days30 = 30L * 86_400;

    /// <summary>Each failure is read from the database before the next; the password is right every time.</summary>
    [Fact]
    public async Task A_right_password_never_clears_the_count()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();

        for (var fails = 1; fails <= 9; fails++)
        {
            var pending = await testHost.EnterPasswordAsync(ana.UserName);
            Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await testHost.EnterCodeAsync(pending, ana.Phone.WrongCode())));

            var guard = await testHost.GuardAsync(ana.Id);
            Assert.Equal(
                (fails, fails, testHost.Now, UnixTime.Unset, false),
                (guard.Fails, guard.Fails30, guard.Fails30From, guard.WaitUntil, guard.Closed));
            Assert.Equal(fails, (await testHost.EventsAsync(AuditKinds.CodeWrong, ana.Id)).Count);
        }
    }

    [Fact]
    public async Task Waits_begin_at_the_tenth_wrong_code_double_to_an_hour_and_end_in_a_closed_guard_at_fifty()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var waits = new List<double>();

        for (var fails = 1; fails <= 50; fails++)
        {
            var guard = await FailAsync(testHost, ana);
            Assert.Equal(fails, guard.Fails);
            Assert.Equal(fails == 50, guard.Closed);
            waits.Add(guard.WaitUntil == UnixTime.Unset ? 0 : (guard.WaitUntil - testHost.Now).TotalSeconds);
        }

        Assert.Equal([.. Enumerable.Repeat(0d, 9), 30, 60, 120, 240, 480, 960, 1920, .. Enumerable.Repeat(3600d, 34)], waits);
        Assert.Equal(40, (await testHost.EventsAsync(AuditKinds.GuardWaiting, ana.Id)).Count);
        Assert.Single(await testHost.EventsAsync(AuditKinds.GuardClosed, ana.Id));
        testHost.Time.Advance(TimeSpan.FromDays(60));
        Assert.IsType<CodeVerdict.Closed>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.Code())));
        Assert.IsType<CodeVerdict.Closed>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.WrongCode())));
        Assert.Equal(50, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    /// <summary>
    /// To the second; a try while waiting lengthens nothing, counts nothing, and is no way to learn whether the code is right.
    /// </summary>
    [Fact]
    public async Task A_wait_lasts_exactly_as_long_as_it_says()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        await testHost.FailAsync(ana, 9);
        var tenth = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.WrongCode())));
        var until = testHost.Time.GetUtcNow().AddSeconds(30);
        Assert.Equal(until, tenth.StartedWait);

        testHost.Time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(new CodeVerdict.Waiting(until), CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.Code())));
        Assert.Equal(new CodeVerdict.Waiting(until), CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.WrongCode())));
        Assert.Equal(10, (await testHost.GuardAsync(ana.Id)).Fails);

        testHost.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code()));
        var guard = await testHost.GuardAsync(ana.Id);
        Assert.Equal((0, UnixTime.Unset, 10), (guard.Fails, guard.WaitUntil, guard.Fails30));
    }

    [Fact]
    public async Task A_hundred_wrong_codes_in_thirty_days_close_the_guard_whatever_lay_between()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();

        for (var block = 0; block < 11; block++)
        {
            await testHost.FailAsync(ana, 9);
            testHost.GoOn();
            Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code()));
            testHost.Time.Advance(TimeSpan.FromDays(2));
        }

        var before = await testHost.GuardAsync(ana.Id);
        Assert.Equal((0, 99, false), (before.Fails, before.Fails30, before.Closed));
        var hundredth = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.WrongCode())));
        Assert.True(hundredth.ClosedGuard);
        Assert.IsType<CodeVerdict.Closed>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.Code())));
    }

    [Theory]
    [InlineData(Days30 - 1, 100, true)]
    [InlineData(Days30, 1, false)]
    public async Task The_thirty_days_begin_with_the_first_wrong_code(long later, int count, bool closed)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var first = (await FailAsync(testHost, ana)).Fails30From;
        await testHost.TamperAsync("UPDATE code_guard SET fails30=99, fails=1 WHERE fails=1");
        testHost.Time.Advance(TimeSpan.FromSeconds(later));

        var guard = await FailAsync(testHost, ana);

        Assert.Equal((count, closed), (guard.Fails30, guard.Closed));
        Assert.Equal(closed ? first : testHost.Now, guard.Fails30From);
    }

    [Fact]
    public async Task Unlocking_ends_a_wait_once_a_day_and_changes_no_count()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ada = await testHost.FirstAdminAsync();
        var ana = await testHost.AddAsync();
        Assert.IsType<LockoutOutcome.NotWaiting>(await UnlockAsync(testHost, ada, ana));
        await testHost.FailAsync(ana, 12);

        Assert.IsType<LockoutOutcome.Done>(await UnlockAsync(testHost, ada, ana));

        var guard = await testHost.GuardAsync(ana.Id);
        Assert.Equal((12, 12, UnixTime.Unset), (guard.Fails, guard.Fails30, guard.WaitUntil));
        var at = testHost.Time.GetUtcNow();
        Assert.Equal(TimeSpan.FromSeconds(240), (await FailAsync(testHost, ana)).WaitUntil - testHost.Now);
        Assert.Equal(new LockoutOutcome.UnlockedAlready(at), await UnlockAsync(testHost, ada, ana));
        Assert.IsType<CodeVerdict.Waiting>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.Code())));

        await testHost.TamperAsync("UPDATE code_guard SET wait_until=$w WHERE wait_until>0", ("$w", testHost.Now.Seconds + (2 * 86_400)));
        testHost.Time.Advance(TimeSpan.FromSeconds(86_399));
        Assert.IsType<LockoutOutcome.UnlockedAlready>(await UnlockAsync(testHost, null, ana));
        testHost.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<LockoutOutcome.Done>(await UnlockAsync(testHost, null, ana));
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code()));
        Assert.Equal(2, (await testHost.EventsAsync(AuditKinds.AccountUnlocked, ana.Id)).Count);
    }

    [Fact]
    public async Task Unlocking_cannot_open_a_closed_guard()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        await testHost.FailAsync(ana, 50);

        Assert.IsType<LockoutOutcome.GuardClosed>(await UnlockAsync(testHost, null, ana));

        Assert.True((await testHost.GuardAsync(ana.Id)).Closed);
        Assert.IsType<SessionState.Live>(await testHost.LookAtSessionAsync((await testHost.AddAsync("zoe")).Session));
    }

    private static async Task<CodeGuard> FailAsync(TestHost testHost, Colleague who)
    {
        await testHost.FailAsync(who, 1);
        return await testHost.GuardAsync(who.Id);
    }

    private static async Task<LockoutOutcome> UnlockAsync(TestHost testHost, Colleague? agent, Colleague target)
    {
        var by = agent is null ? null : await testHost.AgentAsync(agent);
        return await testHost.AskAsync<AccountLockout, LockoutOutcome>(accountLockout =>
            accountLockout.UnlockAsync(
                by, target.Id, "asked by phone", agent is null ? Actor.Console : TestHost.Stranger, TestContext.Current.CancellationToken));
    }
}
