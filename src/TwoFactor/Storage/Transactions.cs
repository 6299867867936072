namespace TwoFactor.Storage;

using Microsoft.EntityFrameworkCore;

/// <summary>A story's transaction: it commits whatever the answer is, and an exception rolls back.</summary>
public static class Transactions
{
    /// <summary>Runs <paramref name="story"/> in one BEGIN IMMEDIATE transaction, saves what it added, commits, and only then hands its answer on.</summary>
    /// <remarks>The rows that an earlier story of the same context left tracked are forgotten first: no tracked entity decides.</remarks>
    public static async Task<T> InTransactionAsync<T>(this TwoFactorDb database, Func<Task<T>> story, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(story);
        database.ChangeTracker.Clear();
        var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await using (transaction)
        {
            var answer = await story();
            await database.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return answer;
        }
    }

    /// <summary>The same, for a story that may find in its middle that nothing of it may stand.</summary>
    /// <param name="keep">Whether the answer commits; otherwise everything rolls back.</param>
    public static async Task<T> InTransactionAsync<T>(
        this TwoFactorDb database, Func<Task<T>> story, Func<T, bool> keep, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(keep);
        database.ChangeTracker.Clear();
        var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await using (transaction)
        {
            var answer = await story();
            if (keep(answer))
            {
                await database.SaveChangesAsync(cancellation);
                await transaction.CommitAsync(cancellation);
            }

            return answer;
        }
    }
}
