namespace TwoFactor.Tests.Mail;

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>How many transactions have begun and not ended.</summary>
internal sealed class OpenTransactions : DbTransactionInterceptor
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public override ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref count);
        return ValueTask.FromResult(result);
    }

    /// <summary>A story's transaction was begun by the writer.</summary>
    public override ValueTask<DbTransaction> TransactionUsedAsync(
        DbConnection connection, TransactionEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref count);
        return ValueTask.FromResult(result);
    }

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Interlocked.Decrement(ref count);
        return Task.CompletedTask;
    }

    public override Task TransactionRolledBackAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Interlocked.Decrement(ref count);
        return Task.CompletedTask;
    }
}
