namespace TwoFactor.Tests.Authenticators;

using Microsoft.Data.Sqlite;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Somebody planted something in the database that lets no wrong code be written down: guesses are not free for that.</summary>
public sealed class WrongCodesTests : IAsyncLifetime
{
    private TestHost testHost = null!;
    private Colleague ana = null!;
    private Token pending = null!;

    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync();
        ana = await testHost.AddAsync();
        pending = await testHost.EnterPasswordAsync(ana.UserName);
        await testHost.TamperAsync(
            "CREATE TRIGGER planted BEFORE UPDATE ON code_guard WHEN new.fails > old.fails BEGIN SELECT RAISE(ABORT, 'planted'); END");
    }

    public async ValueTask DisposeAsync()
    {
        await testHost.TamperAsync("DROP TRIGGER IF EXISTS planted");
        await testHost.DisposeAsync();
    }

    [Fact]
    public async Task After_ten_that_were_not_written_no_code_is_compared_until_one_is()
    {
        await GuessAsync(WrongCodes.Most);

        // Nobody learns that this one is right.
        await Assert.ThrowsAsync<SqliteException>(() => testHost.EnterCodeAsync(pending, ana.Phone.Code()));
        Assert.Equal(0, (await testHost.GuardAsync(ana.Id)).Fails);

        await testHost.TamperAsync("DROP TRIGGER planted");
        var unseen = CodeVerdictTests.Verdict(await testHost.EnterCodeAsync(pending, ana.Phone.Code()));
        Assert.Equal(new CodeVerdict.Busy(IsCharged: true), unseen);
        Assert.Equal(1, (await testHost.GuardAsync(ana.Id)).Fails);
        Assert.Single(await testHost.EventsAsync(AuditKinds.CodeWrong, ana.Id));

        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(pending, ana.Phone.Code()));
    }

    [Fact]
    public async Task A_right_code_before_the_tenth_is_accepted_and_forgets_them()
    {
        await GuessAsync(WrongCodes.Most - 1);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(pending, ana.Phone.Code()));

        testHost.GoOn(60);
        pending = await testHost.EnterPasswordAsync(ana.UserName);
        await GuessAsync(WrongCodes.Most - 1);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(pending, ana.Phone.Code()));
    }

    [Fact]
    public async Task They_are_counted_for_each_account_alone()
    {
        await GuessAsync(WrongCodes.Most);
        var bo = await testHost.AddAsync("bo");

        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(bo, bo.Phone.Code()));
    }

    private async Task GuessAsync(int times)
    {
        for (var guess = 0; guess < times; guess++)
        {
            await Assert.ThrowsAsync<SqliteException>(() => testHost.EnterCodeAsync(pending, ana.Phone.WrongCode()));
        }
    }
}
