namespace TwoFactor.Tests.Administration.Importing;

using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Statements;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.Importing;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Imports of an admin that are longer than a batch, told to a host.</summary>
public abstract class LongImports : IAsyncLifetime
{
    protected const int Batch = ImportPreparation.BatchSize;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected Faults Statements { get; } = new();

    protected InBatch InBatch { get; } = new();

    protected TestHost TestHost { get; private set; } = null!;

    protected Colleague Ada { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        TestHost = await Harness.TestHost.PrepareAsync(Statements, InBatch);
        Ada = await TestHost.FirstAdminAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await TestHost.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static string[] People(int count, string prefix) =>
        ["user_name,mail", .. Enumerable.Range(1, count).Select(n => $"{prefix}{n},{prefix}{n}@acme.example")];

    protected static byte[] Bytes(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines));

    /// <summary>What a caller of progress does, between two batches.</summary>
    protected static T Wait<T>(Func<Task<T>> act) => Task.Run(act, Cancellation).GetAwaiter().GetResult();

    /// <summary>The most calls between a begin and its end.</summary>
    protected int LongestStory()
    {
        var (longest, length) = (0, 0);
        foreach (var call in Statements.Calls)
        {
            length = string.Equals(call, "BEGIN IMMEDIATE", StringComparison.Ordinal) ? 0 : length + 1;
            longest = string.Equals(call, "COMMIT", StringComparison.Ordinal) ? Math.Max(longest, length) : longest;
        }

        return longest;
    }

    protected async Task<CurrentSession> AgentAsync() => await TestHost.AgentAsync(Ada) with { ProvenAt = TestHost.Now };

    protected async Task<ImportResult> RunAsync(
        IEnumerable<string> lines, Action<int>? progress = null, CancellationToken? cancellation = null)
    {
        var agent = await AgentAsync();
        return await TestHost.AskAsync<PeopleImport, ImportResult>(import => import.ImportAsync(
            agent, Bytes(lines), null, Harness.TestHost.Stranger, progress, cancellation ?? Cancellation));
    }

    /// <summary>Stops an import when two of its batches are written.</summary>
    protected async Task<Guid> StopAsync(IEnumerable<string> lines)
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(
            lines, done => Wait(() => Task.FromResult(done == 2 * Batch && Cancel(stop))), stop.Token));
        return (await NewestAsync()).Id;
    }

    private static bool Cancel(CancellationTokenSource stop)
    {
        stop.Cancel();
        return true;
    }

    protected Task<bool> GoOnAsync() => TestHost.AskAsync<OpenImports, bool>(async open =>
    {
        await open.GoOnAsync(Cancellation);
        return true;
    });

    protected async Task<RunningImport> NewestAsync() =>
        (await TestHost.AskAsync<ImportRuns, RunningImport?>(runs => runs.NewestAsync(Cancellation)))!;

    protected async Task<EditOutcome> RenameAsync(string userName)
    {
        var id = (await TestHost.AccountAsync(userName)).Id;
        return await TestHost.AskAsync<AccountEdits, EditOutcome>(edits =>
            edits.SaveAsync(null, id, new AccountForm("Renamed", null, null), Actor.Console, Cancellation));
    }

    protected Task<EditOutcome> DemoteAsync(Guid admin) => TestHost.AskAsync<AccountEdits, EditOutcome>(edits =>
        edits.SaveAsync(null, admin, new AccountForm(null, null, Role.User), Actor.Console, Cancellation));

    /// <summary>Who there is, with all that an import changes.</summary>
    protected async Task<IReadOnlyList<string>> PeopleAsync()
    {
        var groups = (await TestHost.RowsAsync<AccountGroup>()).ToLookup(row => row.AccountId, row => row.Name);
        return
        [
            .. (await TestHost.RowsAsync<Account>()).OrderBy(account => account.UserName, StringComparer.Ordinal).Select(account =>
                $"{account.UserName} {account.Name} {account.Mail} {account.Role} {string.Join(';', groups[account.Id])}"),
        ];
    }

    /// <summary>No name stays claimed for somebody who is not there.</summary>
    protected async Task AssertOnlyNamesOfAccountsAsync()
    {
        var ids = (await TestHost.RowsAsync<Account>()).ConvertAll(account => account.Id);
        Assert.DoesNotContain(await TestHost.RowsAsync<ClaimedName>(), claim => !ids.Contains(claim.AccountId));
    }
}

/// <summary>Does something in the story of each batch.</summary>
public sealed class InBatch : DbCommandInterceptor
{
    public Action Does { get; set; } = () => { };

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (command?.CommandText.Contains("UPDATE import_batch SET is_written=1", StringComparison.Ordinal) is true)
        {
            Does();
        }

        return ValueTask.FromResult(result);
    }
}
