namespace TwoFactor.Storage;

using Microsoft.EntityFrameworkCore.Infrastructure;

/// <summary>The former way to <see cref="UnitOfWork"/>, for callers that were not moved yet. It goes with the last of them.</summary>
public static class Transactions
{
    /// <summary>Runs <paramref name="story"/> in one transaction, saves what it added, commits, and only then hands its answer on.</summary>
    /// <remarks>The rows that an earlier story of the same context left tracked are forgotten first: no tracked entity decides.</remarks>
    public static Task<T> InTransactionAsync<T>(this TwoFactorDb database, Func<Task<T>> story, CancellationToken cancellation) =>
        database.InTransactionAsync(story, static _ => true, cancellation);

    /// <summary>The same, for a story that may find in its middle that nothing of it may stand.</summary>
    /// <param name="keep">Whether the answer commits; otherwise everything rolls back.</param>
    public static async Task<T> InTransactionAsync<T>(
        this TwoFactorDb database, Func<Task<T>> story, Func<T, bool> keep, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(keep);
        var outcome = await database.GetService<UnitOfWork>().RunAsync(
            Actor.Server,
            Locks.None,
            async _ =>
            {
                var answer = await story();
                return new Answer<T>(answer, keep(answer));
            },
            // These stories were not written to be run again.
            reruns: 0,
            cancellation);
        return outcome.Value;
    }

    private sealed record Answer<T>(T Value, bool Commits) : IOutcome;
}
