namespace TwoFactor.Authenticators;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>
/// Detects a wrong clock. If the phones of several people are all slow, or all fast, the fault is the server's clock, or a time source that
/// all of them follow.
/// </summary>
public sealed class ClockAlarm(
    UnitOfWork unitOfWork, TwoFactorDb database, AuditLog audit, CodeLimits limits, TimeProvider time, ILogger<ClockAlarm> log)
{
    /// <summary>
    /// Checks the wrong codes of the last minutes, and records one alarm when enough accounts agree. While they agree, and for the same
    /// number of minutes after that, there is no second alarm.
    /// </summary>
    /// <returns>Whether an alarm began.</returns>
    public async Task<bool> CheckAsync(CancellationToken cancellation)
    {
        var since = time.Now() - limits.ClockAlarmTime;
        var sides = await database.Database.SqlQuery<Side>(
            $"""
            SELECT SUM(number > 0) > 0 AS "IsAhead", COUNT(DISTINCT account_id) AS "Accounts" FROM audit_event
            WHERE kind = 'code.wrong' AND number <> 0 AND at > {since} GROUP BY number > 0
            """).ToListAsync(cancellation);
        if (sides.MaxBy(side => side.Accounts) is not { } most || most.Accounts < limits.ClockAlarmAccounts)
        {
            return false;
        }

        var number = most.IsAhead ? most.Accounts : -most.Accounts;
        var isNew = (await unitOfWork.RunAsync(Actor.Server, Locks.None, work => RaiseAsync(work, number), cancellation)).Value;
        if (isNew)
        {
            log.ClocksDisagree(most.Accounts, most.IsAhead ? "new" : "old");
        }

        return isNew;
    }

    private async Task<Committed<bool>> RaiseAsync(Work work, long number)
    {
        var until = work.Now + limits.ClockAlarmTime;
        var isNew = await work.ExecuteAsync(
            $"""
             UPDATE instance SET clock_alarm = {number}, clock_alarm_until = {until}
              WHERE id = 1 AND (clock_alarm_until <= {work.Now} OR clock_alarm * {number} < 0)
             """) == 1;
        if (isNew)
        {
            audit.Record(work, AuditKinds.AlarmClock, null, number);
        }
        else
        {
            await work.ExecuteAsync($"UPDATE instance SET clock_alarm_until = {until} WHERE id = 1");
        }

        return new Committed<bool>(isNew);
    }

    /// <param name="IsAhead">The phones are fast.</param>
    private sealed record Side(bool IsAhead, int Accounts);
}
