namespace TwoFactor.Audit.Retention;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>The result of the server's last walk over the chain, and its time.</summary>
/// <param name="Verdict">Null before the first walk.</param>
public sealed record ChainState(AuditVerdict? Verdict, DateTimeOffset At);

/// <summary>Remembers the last walk, for pages. A singleton.</summary>
public sealed class ChainWatch(AuditLimits limits, TimeProvider time)
{
    private volatile ChainState current = new(null, DateTimeOffset.MinValue);

    public ChainState Current => current;

    /// <summary>Whether the last walk is at least <see cref="AuditLimits.CheckHours"/> ago.</summary>
    public bool IsDue => current.Verdict is null || time.GetUtcNow() - current.At >= TimeSpan.FromHours(limits.CheckHours);

    internal void Set(AuditVerdict verdict) => current = new ChainState(verdict, time.GetUtcNow());
}

/// <summary>Walks the chain for the server itself, and raises the alarm once for each place at which it breaks.</summary>
public sealed class ChainCheck(
    UnitOfWork unitOfWork, AuditVerification verification, ChainWatch watch, AuditLog log, ILogger<ChainCheck> logger)
{
    public async Task<AuditVerdict> RunAsync(CancellationToken cancellation)
    {
        var before = watch.Current.Verdict;
        var verdict = await verification.VerifyAsync(cancellation);
        watch.Set(verdict);
        if (verdict is AuditVerdict.Broken broken && !broken.Equals(before))
        {
            Audit.Log.ChainBroken(logger, broken.Number, broken.Event, broken.What);
            await unitOfWork.RunAsync(
                Actor.Server, Locks.None, work => AlarmAsync(work, broken, wasWhole: before is AuditVerdict.Intact), cancellation);
        }

        return verdict;
    }

    /// <summary>Records the alarm, unless the newest one says the same: after a restart the server finds the same break again.</summary>
    private async Task<Committed<bool>> AlarmAsync(Work work, AuditVerdict.Broken broken, bool wasWhole)
    {
        var newest = await work.Rows.Set<AuditEvent>().AsNoTracking().Where(row => row.Kind == AuditKinds.AlarmChainBroken)
            .OrderByDescending(row => row.At).ThenByDescending(row => row.Place).FirstOrDefaultAsync();
        var isNew = wasWhole || newest is null || newest.Number != broken.Number;
        if (isNew)
        {
            log.Record(work, AuditKinds.AlarmChainBroken, null, broken.Number);
        }

        return new Committed<bool>(isNew);
    }
}
