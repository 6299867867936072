namespace TwoFactor.Tests.Authenticators.Counts;

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Counts;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The database lets no wrong code be written down, as on a full disk: guesses are not free for that.</summary>
public sealed class WrongCodesTests : IAsyncLifetime
{
    private readonly Refusing refusing = new();
    private TestHost testHost = null!;
    private Colleague ana = null!;
    private Token pending = null!;

    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync(refusing);
        ana = await testHost.AddAsync();
        pending = await testHost.EnterPasswordAsync(ana.UserName);
        refusing.IsOn = true;
    }

    public async ValueTask DisposeAsync() => await testHost.DisposeAsync();

    [Fact]
    public async Task After_ten_that_were_not_written_no_code_is_compared_until_one_is()
    {
        await GuessAsync(WrongCodes.Most);

        // Nobody learns that this one is right.
        await Assert.ThrowsAsync<SqliteException>(() => testHost.EnterCodeAsync(pending, ana.Phone.Code()));
        Assert.Equal(0, (await testHost.GuardAsync(ana.Id)).Fails);

        refusing.IsOn = false;
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

    /// <summary>Carries the charge of a wrong code out, and then says that it could not.</summary>
    private sealed class Refusing : DbCommandInterceptor
    {
        public bool IsOn { get; set; }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) =>
            IsOn && command.CommandText.Contains("SET fails=fails+1", StringComparison.Ordinal)
                ? throw new SqliteException("refused", SQLitePCL.raw.SQLITE_CONSTRAINT)
                : ValueTask.FromResult(result);
    }
}
