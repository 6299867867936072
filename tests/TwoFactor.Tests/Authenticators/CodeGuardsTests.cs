namespace TwoFactor.Tests.Authenticators;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Each condition of each statement by itself: whatever a read before it said, the statement alone must refuse, and change nothing.
/// </summary>
public sealed class CodeGuardsTests
{
    private static readonly TimeStep Step = new(1_000);

    private const HeldBy Liftable = HeldBy.Reset | HeldBy.Frozen;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What somebody else may have written since it was looked at.</summary>
    public static TheoryData<string> Meanwhile => ["epoch=2", "closed=1", "held=1", "held=2", "held=4", "wait_until=99999999999"];

    [Theory]
    [MemberData(nameof(Meanwhile))]
    [InlineData("last_step=1000")]
    [InlineData("last_step=1001")]
    [InlineData("rev=rev+1")]
    public async Task A_code_is_accepted_only_by_a_guard_that_is_open_now(string meanwhile)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        await testHost.ArrangeAsync("UPDATE code_guard SET epoch=1, last_step=999, fails=3");
        var rev = (await testHost.GuardAsync(ana.Id)).Rev;

        Assert.False(await UnlessAsync(
            testHost, ana, meanwhile, (guards, work) => guards.AcceptAsync(work, ana.Id, Epoch.First, rev, Step, HeldBy.None)));
        Assert.True(await testHost.RunAsync<CodeGuards, bool>(
            TestHost.Stranger, (guards, work) => guards.AcceptAsync(work, ana.Id, Epoch.First, rev, Step, HeldBy.None)));

        var guard = await testHost.GuardAsync(ana.Id);
        Assert.Equal((Step, 0, UnixTime.Unset), (guard.LastStep, guard.Fails, guard.WaitUntil));
    }

    [Theory]
    [MemberData(nameof(Meanwhile))]
    public async Task A_wrong_code_is_charged_only_to_a_guard_that_is_open_now(string meanwhile)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        await testHost.ArrangeAsync("UPDATE code_guard SET epoch=1, fails=3");
        var seen = await testHost.GuardAsync(ana.Id);

        Assert.False(await UnlessAsync(
            testHost,
            ana,
            meanwhile,
            async (guards, work) => await guards.ChargeAsync(work, seen, HeldBy.None) is not null));
        Assert.Equal(4, (await testHost.RunAsync<CodeGuards, Charged?>(
            TestHost.Stranger, (guards, work) => guards.ChargeAsync(work, seen, HeldBy.None)))?.Fails);
    }

    [Theory]
    [InlineData("epoch=2")]
    [InlineData("held=1")]
    [InlineData("held=3")]
    [InlineData("held=5")]
    public async Task A_new_authenticator_takes_over_only_what_its_ticket_may_lift(string meanwhile)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        await testHost.ArrangeAsync("UPDATE code_guard SET epoch=1, held=6, closed=1, fails=50, fails30=60, fails30_from=5, "
            + "last_step=2000, wait_until=99999999999");

        Assert.False(await UnlessAsync(testHost, ana, meanwhile, (guards, work) =>
            guards.CompleteEnrollmentAsync(work, ana.Id, Epoch.First, Step, replacesAll: true, Liftable)));
        Assert.True(await AskAsync(testHost, ana.Id, (guards, work) =>
            guards.CompleteEnrollmentAsync(work, ana.Id, Epoch.First, Step, replacesAll: true, Liftable)));

        var guard = await testHost.GuardAsync(ana.Id);
        Assert.Equal(
            (new Epoch(2), HeldBy.None, false, 0, 0, UnixTime.Unset, Step, UnixTime.Unset),
            (guard.Epoch, guard.Held, guard.Closed, guard.Fails, guard.Fails30, guard.Fails30From, guard.LastStep, guard.WaitUntil));
    }

    [Fact]
    public async Task Holding_and_freezing_take_the_epoch_that_was_seen()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        await testHost.ArrangeAsync("UPDATE code_guard SET epoch=1");

        Assert.False(await UnlessAsync(testHost, ana, "epoch=2", (guards, work) => guards.HoldForResetAsync(work, ana.Id, Epoch.First)));
        Assert.False(await UnlessAsync(testHost, ana, "epoch=2", (guards, work) => guards.FreezeAsync(work, ana.Id, Epoch.First)));
        Assert.True(await AskAsync(testHost, ana.Id, (guards, work) => guards.HoldForResetAsync(work, ana.Id, Epoch.First)));
        Assert.True(await AskAsync(testHost, ana.Id, (guards, work) => guards.FreezeAsync(work, ana.Id, new Epoch(2))));
        Assert.False(await UnlessAsync(testHost, ana, "held=4", (guards, work) => guards.CancelResetAsync(work, ana.Id, new Epoch(3))));
        Assert.True(await AskAsync(testHost, ana.Id, (guards, work) => guards.CancelResetAsync(work, ana.Id, new Epoch(3))));
        Assert.Equal(HeldBy.Frozen, (await testHost.GuardAsync(ana.Id)).Held);
    }

    [Theory]
    [InlineData("closed=1")]
    [InlineData("wait_until=0")]
    [InlineData("unlocked_at=99999999999")]
    public async Task Unlocking_ends_a_wait_and_nothing_else(string meanwhile)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        await testHost.ArrangeAsync("UPDATE code_guard SET wait_until=99999999999, fails=12");

        Assert.False(await UnlessAsync(testHost, ana, meanwhile, (guards, work) => guards.UnlockAsync(work, ana.Id)));
        Assert.True(await AskAsync(testHost, ana.Id, (guards, work) => guards.UnlockAsync(work, ana.Id)));
        Assert.Equal((12, UnixTime.Unset, testHost.Now), ((await testHost.GuardAsync(
            ana.Id)).Fails, (await testHost.GuardAsync(ana.Id)).WaitUntil, (await testHost.GuardAsync(ana.Id)).UnlockedAt));
    }

    [Theory]
    [InlineData("tries=5")]
    [InlineData("used_at=1")]
    [InlineData("expires_at=1")]
    public async Task A_try_is_claimed_only_from_a_sign_in_that_is_open_now(string meanwhile)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var token = await testHost.EnterPasswordAsync(ana.UserName);
        var seen = (await testHost.AskAsync<PendingSignIns, PendingSignIn?>(pendings => pendings.FindAsync(token, Cancellation)))!;

        await testHost.TamperAsync($"UPDATE pending_sign_in SET {meanwhile}");
        Assert.Null(
            await testHost.RunAsync<PendingSignIns, int?>(TestHost.Stranger, (pendings, work) => pendings.ClaimTryAsync(work, seen)));

        await testHost.TamperAsync("UPDATE pending_sign_in SET tries=3, used_at=NULL, expires_at=99999999999");
        Assert.Equal(
            1, await testHost.RunAsync<PendingSignIns, int?>(TestHost.Stranger, (pendings, work) => pendings.ClaimTryAsync(work, seen)));
        Assert.True(await testHost.RunAsync<PendingSignIns, bool>(TestHost.Stranger, (pendings, work) => pendings.UseAsync(work, seen)));
        Assert.False(await testHost.RunAsync<PendingSignIns, bool>(TestHost.Stranger, (pendings, work) => pendings.UseAsync(work, seen)));
    }

    /// <summary>A change of what is sealed needs an event.</summary>
    private static Task<bool> AskAsync(TestHost testHost, Guid account, Func<CodeGuards, Work, Task<bool>> ask) =>
        testHost.RunAsync<IServiceProvider, bool>(TestHost.Stranger, async (services, work) =>
        {
            var answer = await ask(services.GetRequiredService<CodeGuards>(), work);
            if (answer)
            {
                services.GetRequiredService<AuditLog>().Record(work, AuditKinds.PasswordSet, account);
            }

            return answer;
        });

    /// <summary>Asks the statement while the row stands so, and puts it back after. The row must be as it was.</summary>
    private static async Task<bool> UnlessAsync(TestHost testHost, Colleague who, string meanwhile, Func<CodeGuards, Work, Task<bool>> ask)
    {
        var before = await testHost.GuardAsync(who.Id);
        var statement = $"UPDATE code_guard SET {meanwhile}";
        await (meanwhile.StartsWith("rev", StringComparison.Ordinal) ? testHost.TamperAsync(statement) : testHost.ArrangeAsync(statement));
        var changed = await testHost.GuardAsync(who.Id);
        var answer = await AskAsync(testHost, who.Id, ask);
        Assert.Equivalent(changed, await testHost.GuardAsync(who.Id), strict: true);
        await testHost.InStoryAsync<TwoFactorDb, bool>(async database =>
        {
            database.Update(before);
            await database.SaveChangesAsync(Cancellation);
            return true;
        });
        return answer;
    }
}
