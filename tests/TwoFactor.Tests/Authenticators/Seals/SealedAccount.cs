namespace TwoFactor.Tests.Authenticators.Seals;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit.Marks;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>An account that has a row in every table that its seal covers, and somebody who writes to them past the program.</summary>
internal sealed class SealedAccount(TestHost testHost, Colleague owner)
{
    private readonly List<(string Table, long Row)> rows = [];

    public Colleague Owner => owner;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SealedAccount> MakeAsync(TestHost testHost, Colleague agent)
    {
        var ana = await testHost.AddAsync();
        var account = new SealedAccount(testHost, ana);
        await testHost.SetGroupsAsync(ana.Id, "Sales");
        var me = await testHost.AgentAsync(ana);
        Assert.True(await testHost.AskAsync<NewRecoverySets, bool>(
            sets => sets.MakeAsync(ana.Id, me.Epoch, me.Session, TestHost.Stranger, Cancellation)));
        var pending = (await testHost.RowsAsync<RecoverySet>()).Single(set => set.AccountId == ana.Id);
        var session = await testHost.AskAsync<RecoverySaving, Token?>(
            saving => saving.SaveAsync(me, pending.Id, TestHost.Stranger, Cancellation));
        account = new SealedAccount(testHost, ana with { Session = session! });
        await account.HonestlyAsync(async (services, work) =>
        {
            var guard = await services.GetRequiredService<CodeGuards>().ReadAsync(ana.Id, Cancellation);
            var form = new HelpForm(HelpKind.Reset, ana.Id, guard.Epoch, null, null, null, null, null);
            services.GetRequiredService<HelpRequests>().Add(work, form, agent.Id, "badge", "lost", notBefore: null, isDone: false);
            await work.SaveAsync();
        });
        foreach (var (table, column) in new[]
            {
                ("account", "id"), ("code_guard", "account_id"), ("account_group", "account_id"), ("authenticator", "account_id"),
                ("recovery_set", "account_id"), ("recovery_code", "account_id"), ("help_request", "account_id"),
            })
        {
            account.rows.Add((table, (long)(await account.AskAsync(
                $"SELECT rowid FROM {table} WHERE {column}='{ana.Id.ToString().ToUpperInvariant()}' LIMIT 1"))!));
        }

        return account;
    }

    /// <summary>Changes the account in a story, as the program does: it is opened, and an event carries the revision.</summary>
    public Task<bool> HonestlyAsync(Func<IServiceProvider, Work, Task> change) =>
        testHost.ChangeAsync<IServiceProvider, bool>(owner.Id, async (services, work) =>
        {
            await change(services, work);
            work.Revisions.NoteChange(owner.Id);
            return true;
        });

    public async Task<object?> ReadAsync(string table, string column) =>
        await AskAsync($"SELECT \"{column}\" FROM {table} WHERE rowid={RowOf(table)}");

    /// <summary>Writes a value past the program, and past all constraints.</summary>
    public async Task WriteAsync(string table, string column, object? value)
    {
        await testHost.TamperAsync("SELECT 1");
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are those of the model.
        command.CommandText = $"UPDATE {table} SET \"{column}\"=$value WHERE rowid={RowOf(table)}";
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$value", value ?? DBNull.Value);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
    }

    /// <summary>The same change, in a story of the program.</summary>
    public Task<bool> WriteHonestlyAsync(string table, string column, object? value) => HonestlyAsync((_, work) =>
        work.ExecuteAsync(System.Runtime.CompilerServices.FormattableStringFactory.Create(
            $"UPDATE {table} SET \"{column}\"={{0}} WHERE rowid={RowOf(table)}", value)));

    /// <summary>What the seal covers of the guard's own row.</summary>
    public async Task<IReadOnlyList<(string Column, object? Value)>> GuardAsync()
    {
        var columns = new List<(string, object?)>();
        foreach (var (_, column, _) in ColumnClasses.Deciding.Where(column => column.Table is "code_guard"))
        {
            columns.Add((column, await ReadAsync("code_guard", column)));
        }

        return columns;
    }

    public async Task WriteGuardAsync(IReadOnlyList<(string Column, object? Value)> columns)
    {
        foreach (var (column, value) in columns)
        {
            await WriteAsync("code_guard", column, value);
        }
    }

    /// <summary>Another value of the same kind.</summary>
    public static object Another(string column, object? value) => (column, value) switch
    {
        ("role", _) => "admin",
        ("state", _) => "pending",
        ("kind", _) => "pass",
        (_, string text) when Guid.TryParse(text, out _) => Guid.NewGuid().ToString().ToUpperInvariant(),
        ("second_id", _) => Guid.NewGuid().ToString().ToUpperInvariant(),
        ("second_mail" or "former_mail" or "former_second_mail", _) => "thief@evil.example",
        (_, string text) => text + "x",
        (_, byte[] bytes) => bytes.Select(each => (byte)~each).ToArray(),
        (_, long number) => column is "held" or "closed" ? 1 - Math.Min(number, 1) : number + 1,
        _ => 1L,
    };

    public Task<IReadOnlyList<SealedPart>> MisfitsAsync() => testHost.AskAsync<IServiceProvider, IReadOnlyList<SealedPart>>(services =>
        services.GetRequiredService<AccountSeals>().FindMisfitsAsync(owner.Id, Cancellation));

    /// <summary>What a process finds that has just been started.</summary>
    public Task<IReadOnlyList<SealedPart>> MisfitsAfterARestartAsync() =>
        testHost.AskAsync<IServiceProvider, IReadOnlyList<SealedPart>>(services =>
        {
            var database = services.GetRequiredService<TwoFactorDb>();
            var seals = new AccountSeals(
                database, testHost.KeyedHasher, services.GetRequiredService<ISealedRequests>(), new SeenRevisions(new MarkedRevisions()),
                new AlteredAccounts());
            return seals.MisfitsAsync(database, owner.Id, Cancellation);
        });

    /// <summary>What <c>audit verify</c> says.</summary>
    public Task<IReadOnlyList<Misfit>> VerifyAsync() =>
        testHost.AskAsync<SealVerification, IReadOnlyList<Misfit>>(verification => verification.FindAsync(Cancellation));

    public Task<bool> IsKnownAlteredAsync() =>
        testHost.AskAsync<AlteredAccounts, bool>(altered => Task.FromResult(altered.Known.Count > 0));

    private long RowOf(string table) => rows.Single(row => string.Equals(row.Table, table, StringComparison.Ordinal)).Row;

    private async Task<object?> AskAsync(string query)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are those of the model.
        command.CommandText = query;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Cancellation) is var value and not DBNull ? value : null;
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection(
            $"Data Source={Path.Combine(testHost.DataDirectory, "twofactor.db")};Pooling=False;Foreign Keys=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA ignore_check_constraints=ON";
        await command.ExecuteNonQueryAsync(Cancellation);
        return connection;
    }
}
