namespace TwoFactor.Audit.Alarms;

using TwoFactor.Storage;
using TwoFactor.Storage.Schema;

/// <summary>
/// Compares the schema for the server itself. While it is foreign nothing can be written, so the event follows once it is right again.
/// </summary>
public sealed class SchemaAlarm(UnitOfWork unitOfWork, TwoFactorDb database, SchemaCheck check, SchemaWatch watch, AuditLog log)
{
    public async Task CheckAsync(CancellationToken cancellation)
    {
        if ((await check.FindAsync(database, cancellation)).Count > 0 || watch.Unrecorded == 0)
        {
            return;
        }

        await unitOfWork.RunAsync(
            Actor.Server,
            Locks.None,
            work =>
            {
                var differences = watch.Unrecorded;
                log.Record(work, AuditKinds.AlarmSchema, null, differences);
                work.AfterCommit(watch.MarkRecorded);
                return Task.FromResult(new Committed<int>(differences));
            },
            cancellation);
    }
}
