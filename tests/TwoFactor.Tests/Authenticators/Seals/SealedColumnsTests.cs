namespace TwoFactor.Tests.Authenticators.Seals;

using TwoFactor.Administration;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Somebody writes to the database file: each column that decides, by another value and by an older one. The account is refused on every
/// pathway that decides by it, the alarm is raised, and <c>audit verify</c> names account and part.
/// </summary>
public sealed class SealedColumnsTests : IAsyncLifetime
{
    /// <summary>Whose value names another row: no honest change alters it.</summary>
    private static readonly string[] Names = ["id", "account_id", "set_id", "hash"];

    private TestHost testHost = null!;
    private Colleague ada = null!;
    private SealedAccount account = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Tables =>
        [.. ColumnClasses.Deciding.Select(column => column.Table).Distinct(StringComparer.Ordinal)];

    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync();
        ada = await testHost.FirstAdminAsync();
        account = await SealedAccount.MakeAsync(testHost, ada);
    }

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Another_value_is_refused_and_named(string table)
    {
        foreach (var (_, column, part) in Of(table))
        {
            var honest = await account.ReadAsync(table, column);
            testHost.GoOn();
            var pending = await testHost.EnterPasswordAsync(account.Owner.UserName);

            await account.WriteAsync(table, column, SealedAccount.Another(column, honest));

            Assert.True((await account.MisfitsAsync()).Count > 0, $"{table}.{column} is not sealed");
            await AssertRefusedAsync($"{table}.{column}", part, pending);
            var named = await account.VerifyAsync();
            Assert.True(named.Count > 0, $"{table}.{column} is not named");
            Assert.True(
                column is "id" or "account_id" || named[0].Parts.Contains(part), $"{table}.{column}: {string.Join(", ", named[0].Parts)}");
            Assert.True(await account.IsKnownAlteredAsync(), $"{table}.{column} raises no alarm");
            await account.WriteAsync(table, column, honest);
            Assert.Empty(await account.MisfitsAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task An_older_value_that_is_put_back_with_its_seal_is_refused_and_named(string table)
    {
        foreach (var (_, column, part) in Of(table).Where(column => IsChangedHonestly(column.Table, column.Column)))
        {
            var (older, seal) = (await account.ReadAsync(table, column), await account.GuardAsync());
            var newer = SealedAccount.Another(column, older);
            await account.WriteHonestlyAsync(table, column, newer);
            var guard = await account.GuardAsync();
            Assert.Empty(await account.MisfitsAsync());

            await account.WriteAsync(table, column, older);
            Assert.Contains(part, await account.MisfitsAsync());
            await account.WriteGuardAsync(seal);

            Assert.Equal([SealedPart.Revision], await account.MisfitsAsync());
            Assert.Equal([SealedPart.Revision], await account.MisfitsAfterARestartAsync());
            Assert.Equal([SealedPart.Revision], Assert.Single(await account.VerifyAsync()).Parts);
            Assert.IsNotType<PasswordOutcome.Proven>(await testHost.TryPasswordAsync(account.Owner.UserName));
            Assert.IsNotType<SessionState.Live>(await testHost.LookAtSessionAsync(account.Owner.Session));

            await account.WriteAsync(table, column, newer);
            await account.WriteGuardAsync(guard);
            Assert.Empty(await account.MisfitsAsync());
            await account.WriteHonestlyAsync(table, column, older);
        }
    }

    private static IEnumerable<(string Table, string Column, SealedPart Part)> Of(string table) =>
        ColumnClasses.Deciding.Where(column => string.Equals(column.Table, table, StringComparison.Ordinal));

    private static bool IsChangedHonestly(string table, string column) => !Names.Contains(column, StringComparer.Ordinal)
        && !(table is "account_group" or "code_guard" && column is not ("held" or "closed" or "epoch" or "reset_at" or "frozen_at"))
        && column is not ("state" or "key_id");

    /// <summary>
    /// A session is checked with guard and person, a code with guard and factors, everything else with all of the account.
    /// </summary>
    private async Task AssertRefusedAsync(string column, SealedPart part, TwoFactor.Keys.Token pending)
    {
        Assert.False(
            await IsDoneAsync(async () => await testHost.TryPasswordAsync(account.Owner.UserName) is PasswordOutcome.Proven),
            $"{column}: the password opens");
        if (part is SealedPart.Guard or SealedPart.Person)
        {
            Assert.False(
                await testHost.LookAtSessionAsync(account.Owner.Session) is SessionState.Live, $"{column}: the session lives");
        }

        if (part is SealedPart.Guard or SealedPart.Factors)
        {
            var code = account.Owner.Phone.Code();
            Assert.False(
                await IsDoneAsync(async () => await testHost.EnterCodeAsync(pending, code) is SignInOutcome.SignedIn),
                $"{column}: a code opens");
        }

        var agent = await testHost.AgentAsync(ada);
        var refused = await testHost.AskAsync<AccountLockout, LockoutOutcome>(
            lockout => lockout.DisableAsync(agent, account.Owner.Id, "test", "000000", TestHost.Stranger, Cancellation));
        Assert.True(refused is LockoutOutcome.RankForbids or LockoutOutcome.NoSuchAccount, $"{column}: an agent acts");
    }

    /// <summary>A guard that is not there any more ends in a failure: nothing is opened.</summary>
    private static async Task<bool> IsDoneAsync(Func<Task<bool>> act)
    {
        try
        {
            return await act();
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
