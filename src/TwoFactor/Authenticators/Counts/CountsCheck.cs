namespace TwoFactor.Authenticators.Counts;

using TwoFactor.Authenticators.Seals;
using TwoFactor.Storage;

/// <summary>
/// Holds the counts of a guard against whoever sets them back in the database: what this process has seen, what the mark says, and what
/// the events say of an account that it meets for the first time. Then an alarm is raised, and what is known is written again.
/// </summary>
public sealed class CountsCheck(SeenCounts seen, GuardHistory history, GuardWrites writes, AlteredAccounts altered, CodeLimits limits)
{
    /// <summary>Before anything is decided by a guard. Where the row is as it was, that costs no statement.</summary>
    /// <returns>Whether the row was written.</returns>
    internal async Task<bool> HoldAsync(Work work, CodeGuard row) =>
        seen.Of(row.AccountId, row.Epoch) is { } counts && await HoldAsync(work, row, counts);

    /// <summary>Before a wrong code is charged. Only the first one of an account since the start reads its events.</summary>
    internal async Task HoldFirstAsync(Work work, CodeGuard row)
    {
        if (!seen.Knows(row.AccountId) && await history.NewestAsync(work.Rows, row.AccountId) is var (count, since))
        {
            await HoldAsync(work, row, GuardCounts.OfPeriod(row.Epoch, count, since));
        }
    }

    /// <remarks>Outside this process only a command lowers a count: it ends a wait.</remarks>
    private async Task<bool> HoldAsync(Work work, CodeGuard row, GuardCounts known)
    {
        if (known.WaitUntil > row.WaitUntil && await history.WasUnlockedAsync(work.Rows, row.AccountId, known.At))
        {
            known = known with { WaitUntil = UnixTime.Unset };
        }

        if (!known.IsAbove(row, work.Now, limits.Period))
        {
            return false;
        }

        altered.NoteCounts(row.AccountId);
        var isRunning = known.Fails30From > work.Now - limits.Period ? 1 : 0;
        await writes.WriteAsync(
            work,
            $"""
             UPDATE code_guard SET last_step=MAX(last_step, {known.LastStep}), fails=MAX(fails, {known.Fails}),
              wait_until=MAX(wait_until, {known.WaitUntil}),
              fails30=CASE WHEN {isRunning}=1 THEN MAX(fails30, {known.Fails30}) ELSE fails30 END,
              fails30_from=CASE WHEN {isRunning}=1 THEN MAX(fails30_from, {known.Fails30From}) ELSE fails30_from END
              WHERE account_id={row.AccountId}
             """,
            Lowers.Nothing);
        return true;
    }
}
