namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What lists read of an account follows its guard in the same transaction, and costs a statement only where it changed.</summary>
/// <remarks>That no copy is ever stale, <see cref="ListCopies"/> checks at the end of every story of every class.</remarks>
public sealed class AccountListStateTests : IAsyncLifetime
{
    private static readonly TimeSpan TwoDays = TimeSpan.FromDays(2);

    private const string Copy = "UPDATE account SET held=";

    private readonly Faults calls = new();
    private TestHost testHost = null!;
    private Colleague ana = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync(calls);
        ana = await testHost.AddAsync();
    }

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task A_right_code_writes_the_account_only_where_it_ends_a_wait()
    {
        Assert.Empty(await CopiesAsync(AcceptAsync));

        await testHost.FailAsync(ana, 9);
        testHost.GoOn();
        Assert.Empty(await CopiesAsync(AcceptAsync));

        await testHost.FailAsync(ana, 9);
        Assert.Single(await CopiesAsync(() => testHost.FailAsync(ana, 1)));
        Assert.NotEqual(UnixTime.Unset, (await testHost.AccountAsync("ana")).WaitUntil);
        testHost.GoOn(2);
        Assert.Single(await CopiesAsync(AcceptAsync));
        Assert.Equal(UnixTime.Unset, (await testHost.AccountAsync("ana")).WaitUntil);
    }

    [Fact]
    public async Task A_raised_epoch_alone_writes_no_account_that_has_no_invitation()
    {
        Assert.Empty(await CopiesAsync(() => RaiseAsync(ana.Id)));

        var (bo, _) = await testHost.InviteAsync("bo");
        Assert.NotNull((await testHost.AccountAsync("bo")).InvitedUntil);
        Assert.Single(await CopiesAsync(() => RaiseAsync(bo)));
        Assert.Null((await testHost.AccountAsync("bo")).InvitedUntil);
        Assert.NotNull((await testHost.AccountAsync("bo")).InvitedAt);
    }

    /// <summary>The later of two is what is listed; when its row is gone the other one is, and then none.</summary>
    [Fact]
    public async Task Invitations_beside_each_other_are_listed_until_the_last_one_is_swept()
    {
        var (bo, _) = await testHost.InviteAsync("bo");
        var first = (await testHost.AccountAsync("bo")).InvitedUntil!.Value;
        testHost.Time.Advance(TimeSpan.FromDays(2));
        await testHost.RunAsync<Tickets, bool>(Actor.Server, async (tickets, work) =>
        {
            await tickets.InviteAsync(work, bo, Epoch.First, resends: 0);
            return true;
        });
        Assert.Equal(first + TwoDays, (await testHost.AccountAsync("bo")).InvitedUntil);
        Assert.Equal(testHost.Now - TwoDays, (await testHost.AccountAsync("bo")).InvitedAt);

        var kept = testHost.Limits<TicketLimits>().KeptDays;
        testHost.Time.SetUtcNow(first.ToDateTimeOffset().AddDays(kept + 1));
        await SweepAsync();
        Assert.Equal(first + TwoDays, (await testHost.AccountAsync("bo")).InvitedUntil);
        testHost.Time.Advance(TimeSpan.FromDays(2));
        await SweepAsync();
        Assert.Null((await testHost.AccountAsync("bo")).InvitedUntil);
    }

    [Fact]
    public async Task An_invitation_is_issued_by_its_own_method_alone()
    {
        await testHost.RunAsync<Tickets, bool>(Actor.Server, (tickets, work) =>
        {
            Assert.Throws<ArgumentException>(() => tickets.Issue(work, TicketKinds.Invitation, ana.Id, Epoch.First));
            return Task.FromResult(true);
        });
    }

    private Task AcceptAsync() => testHost.SignInAsync(ana, ana.Phone.Code());

    private Task SweepAsync() => testHost.RunAsync<TicketSweep, int>(Actor.Server, (noun, work) => noun.SweepAsync(work));

    private Task RaiseAsync(Guid account) => testHost.ChangeAsync<CodeGuards, bool>(account, async (guards, work) =>
    {
        await guards.RaiseEpochAsync(work, account);
        return true;
    });

    private async Task<List<string>> CopiesAsync(Func<Task> act)
    {
        calls.Arm();
        await act();
        return [.. calls.Calls.Where(call => call.Contains(Copy, StringComparison.Ordinal))];
    }
}
