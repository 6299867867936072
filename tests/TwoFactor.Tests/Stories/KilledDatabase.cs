namespace TwoFactor.Tests.Stories;

using System.Globalization;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What stands in the database of a server that was killed.</summary>
internal sealed class KilledDatabase(string file)
{
    public async Task<long> NumberAsync(string query) =>
        Convert.ToInt64(await DatabaseFile.AskAsync(file, query), CultureInfo.InvariantCulture);

    /// <summary>A number of a person's guard.</summary>
    public Task<long> GuardAsync(string column, string userName) => NumberAsync(
        $"SELECT {column} FROM code_guard JOIN account ON account.id=code_guard.account_id WHERE user_name='{userName}'");

    public Task<long> EventsAsync(string kind, string userName) => NumberAsync(
        $"SELECT COUNT(*) FROM audit_event JOIN account ON account.id=audit_event.account_id WHERE kind='{kind}' AND "
            + $"user_name='{userName}'");

    public async Task AssertWholeAsync() => Assert.Equal("ok", await DatabaseFile.AskAsync(file, "PRAGMA integrity_check"));

    public Task ForgetSpentAndWrongCodesAsync() =>
        DatabaseFile.ExecuteAsync(file, "UPDATE code_guard SET last_step=0, fails=0, wait_until=0");
}
