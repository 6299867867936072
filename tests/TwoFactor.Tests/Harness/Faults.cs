namespace TwoFactor.Tests.Harness;

using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>Sees every call to the database and makes the n-th one fail, before or after it was carried out.</summary>
public sealed class Faults : DbCommandInterceptor, IDbTransactionInterceptor
{
    private readonly ConcurrentQueue<string> calls = new();
    private Func<string, Exception> fault = call => new InjectedFault(call);
    private int failing;
    private bool after;
    private int count;

    /// <summary>The calls since it was armed.</summary>
    public IReadOnlyCollection<string> Calls => calls;

    /// <summary>Counts from now on.</summary>
    /// <param name="call">The one that fails, from 1; 0: none.</param>
    /// <param name="carriedOut">It is carried out, and its answer is lost.</param>
    /// <param name="with">What the database says; otherwise an <see cref="InjectedFault"/>.</param>
    public void Arm(int call = 0, bool carriedOut = false, Func<string, Exception>? with = null)
    {
        (failing, after, fault) = (call, carriedOut, with ?? (failed => new InjectedFault(failed)));
        count = 0;
        calls.Clear();
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken =
            default) =>
        Before(command, result);

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) =>
            After(result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        Before(command, result);

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) => After(result);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) =>
        Before(command, result);

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default) =>
            After(result);

    public async ValueTask<DbTransaction> TransactionUsedAsync(
        DbConnection connection, TransactionEventData eventData, DbTransaction result, CancellationToken cancellationToken = default) =>
        await After(await Before("BEGIN IMMEDIATE", result));

    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default) =>
        Before("BEGIN", result);

    public ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default) =>
            After(result);

    public ValueTask<InterceptionResult> CreatingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken =
            default) =>
        Before("SAVEPOINT", result);

    public ValueTask<InterceptionResult> ReleasingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken =
            default) =>
        Before("RELEASE", result);

    public ValueTask<InterceptionResult> RollingBackToSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken =
            default) =>
        Before("ROLLBACK TO", result);

    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken =
            default) =>
        Before("COMMIT", result);

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) => After(0).AsTask();

    private ValueTask<T> Before<T>(DbCommand command, T result) => Before(command.CommandText, result);

    private ValueTask<T> Before<T>(string call, T result)
    {
        calls.Enqueue(call);
        return ++count == failing && !after ? throw fault(call) : ValueTask.FromResult(result);
    }

    private ValueTask<T> After<T>(T result) => count == failing && after ? throw fault("carried out") : ValueTask.FromResult(result);
}

/// <summary>The database did not answer, because the test wants to know what then stands in it.</summary>
public sealed class InjectedFault(string call) : InvalidOperationException($"Injected at: {call}");
