namespace TwoFactor.Administration;

using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Audit.Retention;
using TwoFactor.Authenticators.Counts;
using TwoFactor.Storage;

/// <summary>The result of removing the oldest events.</summary>
/// <param name="Removed">How many events were removed.</param>
/// <param name="Last">The number of the last event that has ever been removed; 0 when none was.</param>
/// <param name="Broken">Why nothing was removed; null when nothing is wrong.</param>
public sealed record RetentionResult(long Removed, long Last, string? Broken);

/// <summary>
/// Removes events that have passed their retention time, so that the rest stays verifiable: the chain, and what it says about each guard.
/// </summary>
public sealed class AuditRetention(
    UnitOfWork unitOfWork,
    TwoFactorDb database,
    AuditVerification verification,
    AuditPruning pruning,
    GuardHistory guards,
    HighWater highWater,
    TimeProvider time,
    ILogger<AuditRetention> logger)
{
    /// <summary>
    /// The latest moment before which events may be removed: whoever asks, an admin who comes back from a long leave still finds what
    /// happened meanwhile.
    /// </summary>
    public DateTimeOffset Latest => time.GetUtcNow().AddDays(-AuditLimits.FewestKeptDays);

    /// <summary>
    /// Removes the events before a moment, in stories of a bounded size. A broken chain is evidence: then nothing is removed.
    /// </summary>
    public async Task<RetentionResult> PruneAsync(DateTimeOffset before, Actor by, CancellationToken cancellation)
    {
        if (await verification.VerifyAsync(cancellation) is not AuditVerdict.Intact(var events, _, var last))
        {
            return new RetentionResult(0, 0, "The chain is broken.");
        }

        if (!await guards.HasRightCheckpointsAsync(cancellation))
        {
            return new RetentionResult(0, last, "What the removed events said of the guards was changed.");
        }

        // The high-water mark must name an event that stays.
        await highWater.WriteAsync(database, cancellation);
        var removed = 0L;
        var oldest = UnixTime.Of(before);

        // The last event of the chain stays. What is sealed from now on stays too, or the removal would remove its own events.
        var end = last + events;
        while ((await unitOfWork.RunAsync(by, Locks.None, work => RemoveNextAsync(work, oldest, end), cancellation)).Value is { } prefix)
        {
            (removed, last) = (removed + prefix.Rows.Count, prefix.Last);
        }

        if (removed > 0)
        {
            logger.AuditPruned(removed, last);
        }

        return new RetentionResult(removed, last, null);
    }

    private async Task<Committed<AuditPrefix?>> RemoveNextAsync(Work work, UnixTime before, long end)
    {
        var prefix = await pruning.NextAsync(work, before, end);
        if (prefix is not null)
        {
            await pruning.RemoveAsync(work, prefix, await guards.RememberAsync(work, prefix));
        }

        return new Committed<AuditPrefix?>(prefix);
    }
}
