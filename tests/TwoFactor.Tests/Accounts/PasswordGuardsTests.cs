namespace TwoFactor.Tests.Accounts;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

public sealed class PasswordGuardsTests : IAsyncDisposable
{
    private static readonly Guid Strangers = Guid.Empty;

    private readonly AccountsDatabase database = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2025, 11, 24, 10, 0, 0, TimeSpan.Zero));
    private readonly Guid account;

    public PasswordGuardsTests() => account = database.NewAccount();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Ten_are_free_and_then_each_doubles_the_wait_up_to_five_minutes()
    {
        for (var number = 1; number < 10; number++)
        {
            Assert.True(await ChargeAsync(Strangers));
            Assert.Equal((number, 0), await ReadAsync(Strangers));
        }

        foreach (var wait in new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300 })
        {
            Assert.True(await ChargeAsync(Strangers));
            Assert.Equal(wait, (await ReadAsync(Strangers)).Wait);
            time.Advance(TimeSpan.FromSeconds(wait - 1));
            Assert.False(await ChargeAsync(Strangers));
            Assert.False(await AdmitAsync(Strangers));
            Assert.Equal(1, (await ReadAsync(Strangers)).Wait);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((21, 0), await ReadAsync(Strangers));
    }

    [Fact]
    public async Task Tries_while_waiting_lengthen_nothing()
    {
        await FailAsync(Strangers, 14);
        var before = await ReadAsync(Strangers);
        Assert.Equal((14, 16), before);

        for (var number = 0; number < 50; number++)
        {
            Assert.False(await ChargeAsync(Strangers));
        }

        Assert.Equal(before, await ReadAsync(Strangers));
    }

    [Fact]
    public async Task A_right_password_ends_the_row_of_failures_but_never_a_wait()
    {
        Assert.True(await AdmitAsync(Strangers));
        await FailAsync(Strangers, 9);
        Assert.True(await AdmitAsync(Strangers));
        Assert.Equal((0, 0), await ReadAsync(Strangers));

        await FailAsync(Strangers, 12);
        Assert.False(await AdmitAsync(Strangers));
        Assert.Equal((12, 4), await ReadAsync(Strangers));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.True(await AdmitAsync(Strangers));
        Assert.Equal((0, 0), await ReadAsync(Strangers));
    }

    [Fact]
    public async Task After_300_failures_of_strangers_the_owners_browser_signs_in_at_once()
    {
        var owners = Guid.NewGuid();
        await FailAsync(Strangers, 100);
        for (var number = 0; number < 200; number++)
        {
            time.Advance(TimeSpan.FromMinutes(5));
            Assert.False(await ChargeAsync(Strangers));
        }

        Assert.Equal(100, (await ReadAsync(Strangers)).Fails);
        Assert.False(await AdmitAsync(Strangers));
        Assert.True(await AdmitAsync(owners));
    }

    [Fact]
    public async Task Each_browser_and_each_account_has_its_own_budget()
    {
        var another = database.NewAccount();
        var (laptop, phone) = (Guid.NewGuid(), Guid.NewGuid());
        await FailAsync(laptop, 10);

        Assert.False(await AdmitAsync(laptop));
        Assert.True(await AdmitAsync(phone));
        Assert.True(await AdmitAsync(Strangers));
        Assert.True(await InStoryAsync((guards, work) => guards.AdmitAsync(work, another, laptop)));
        Assert.Equal((10, 1), await ReadAsync(laptop));
    }

    [Fact]
    public async Task Of_50_wrong_passwords_at_once_exactly_the_free_ones_are_charged()
    {
        var charged = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => ChargeAsync(Strangers), Cancellation)));

        Assert.Equal(10, charged.Count(was => was));
        Assert.Equal((10, 1), await ReadAsync(Strangers));
    }

    [Fact]
    public async Task None_of_50_at_once_is_lost()
    {
        var limits = new PasswordLimits { FreeFailures = 100 };

        var charged = await Task.WhenAll(Enumerable.Range(0, 50)
            .Select(_ => Task.Run(() => ChargeAsync(Strangers, limits), Cancellation)));

        Assert.All(charged, Assert.True);
        Assert.Equal((50, 0), await ReadAsync(Strangers));
    }

    /// <summary>Where strangers are switched off, nothing more is counted or admitted; a known browser only waits.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_many_at_once_strangers_are_charged_to_the_last_number_and_known_browsers_for_all(bool isKnown)
    {
        var limits = new PasswordLimits { FreeFailures = 100, SwitchedOffAfter = 20 };
        var device = isKnown ? Guid.NewGuid() : Strangers;

        var charged = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => Task.Run(() => ChargeAsync(device, limits), Cancellation)));

        Assert.Equal(isKnown ? 50 : 20, charged.Count(was => was));
        time.Advance(TimeSpan.FromDays(365));
        Assert.Equal(isKnown, await InStoryAsync((guards, work) => guards.AdmitAsync(work, account, device), limits));
        Assert.Equal(!isKnown, await InStoryAsync((guards, work) => guards.SwitchOnAsync(work, account), limits));
        Assert.True(await InStoryAsync((guards, work) => guards.AdmitAsync(work, account, device), limits));
        Assert.False(await InStoryAsync((guards, work) => guards.SwitchOnAsync(work, account), limits));
    }

    [Fact]
    public async Task The_numbers_are_those_of_the_limits()
    {
        var limits = new PasswordLimits { FreeFailures = 1, FirstWaitSeconds = 7, LongestWaitSeconds = 60 };
        foreach (var wait in new[] { 7, 14, 28, 56, 60, 60 })
        {
            Assert.True(await ChargeAsync(Strangers, limits));
            Assert.Equal(wait, (await ReadAsync(Strangers)).Wait);
            time.Advance(TimeSpan.FromSeconds(wait));
        }
    }

    [Fact]
    public async Task The_transaction_is_the_callers()
    {
        await using var context = database.Open(time);
        var guards = new PasswordGuards(new PasswordLimits());
        await context.InStoryAsync(work => guards.ChargeAsync(work, account, Strangers), keep: _ => false, Cancellation);

        Assert.Empty(await context.Set<PasswordGuard>().ToListAsync(Cancellation));
    }

    private async Task FailAsync(Guid device, int times)
    {
        await using var context = database.Open(time);
        var guards = new PasswordGuards(new PasswordLimits());
        for (var number = 0; number < times; number++)
        {
            var (_, wait) = await ReadAsync(context, device);
            time.Advance(TimeSpan.FromSeconds(wait));
            Assert.NotNull(await context.InStoryAsync(work => guards.ChargeAsync(work, account, device), Cancellation));
        }
    }

    private Task<bool> ChargeAsync(Guid device, PasswordLimits? limits = null) =>
        InStoryAsync(async (guards, work) => await guards.ChargeAsync(work, account, device) is not null, limits);

    private Task<bool> AdmitAsync(Guid device) => InStoryAsync((guards, work) => guards.AdmitAsync(work, account, device));

    private async Task<bool> InStoryAsync(Func<PasswordGuards, Work, Task<bool>> story, PasswordLimits? limits = null)
    {
        await using var context = database.Open(time);
        var guards = new PasswordGuards(limits ?? new PasswordLimits());
        return await context.InStoryAsync(work => story(guards, work), Cancellation);
    }

    private async Task<(int Fails, long Wait)> ReadAsync(Guid device)
    {
        await using var context = database.Open(time);
        return await ReadAsync(context, device);
    }

    /// <summary>Failures, and the seconds still to wait.</summary>
    private async Task<(int Fails, long Wait)> ReadAsync(TwoFactorDb context, Guid device)
    {
        var row = await context.Set<PasswordGuard>().AsNoTracking()
            .SingleOrDefaultAsync(guard => guard.AccountId == account && guard.DeviceId == device, Cancellation);
        return row is null ? (0, 0) : (row.Fails, Math.Max(0, row.WaitUntil.Seconds - time.Now().Seconds));
    }
}
