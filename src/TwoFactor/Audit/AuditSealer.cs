namespace TwoFactor.Audit;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The result of a run of the sealer.</summary>
/// <param name="Sealed">Events that got their place in the chain.</param>
/// <param name="Refused">Rows and tallies with a wrong tag.</param>
public sealed record Sealing(int Sealed, int Refused) : IOutcome
{
    public bool Commits => true;
}

/// <summary>
/// Gives the new events their place in the chain. The server runs it each second, and a command before it ends. The write lock keeps two
/// runs apart.
/// </summary>
public sealed class AuditSealer(
    UnitOfWork unitOfWork,
    TwoFactorDb database,
    KeyedHasher keyedHasher,
    AuditLog log,
    AuditLimits limits,
    TimeProvider time,
    ILogger<AuditSealer> logger)
{
    /// <summary>
    /// Seals all events that wait, in stories of at most <see cref="AuditLimits.SealBatch"/> events. Takes no lock when there is nothing to
    /// do.
    /// </summary>
    public async Task<Sealing> SealAsync(CancellationToken cancellation)
    {
        var total = new Sealing(0, 0);
        while (await IsWaitingAsync(cancellation))
        {
            var batch = await unitOfWork.RunAsync(Actor.Server, Locks.None, SealBatchAsync, cancellation);
            total = new Sealing(total.Sealed + batch.Sealed, total.Refused + batch.Refused);
        }

        return total;
    }

    /// <summary>Whether anything can be sealed now.</summary>
    public async Task<bool> IsWaitingAsync(CancellationToken cancellation) =>
        await Unsealed().AnyAsync(cancellation) || await FinishedTallies(time.Now()).AnyAsync(cancellation);

    private IQueryable<AuditEvent> Unsealed() =>
        database.Set<AuditEvent>().Where(row => row.Sequence == null && row.RefusedAt == null);

    private IQueryable<AuditTally> FinishedTallies(UnixTime now)
    {
        var minute = UnixMinute.Of(now);
        return database.Set<AuditTally>().Where(tally => tally.Minute < minute);
    }

    private async Task<Sealing> SealBatchAsync(Work work)
    {
        var head = await HeadAsync(work, logger);
        var forgedTallies = await TurnTalliesAsync(work);
        // Saved here, so that the events of the tallies are sealed in this batch and need no second one.
        await work.SaveAsync();
        var rows = await Unsealed().OrderBy(row => row.At).ThenBy(row => row.Place)
            .Take(limits.SealBatch).ToListAsync();
        var forged = rows.Where(row => !keyedHasher.HasRightTag(row)).ToList();
        foreach (var row in rows.Except(forged))
        {
            head.Sequence = checked(head.Sequence + 1);
            head.Mac = keyedHasher.Link(head.Mac, head.Sequence, row.ToCanonical());
            row.Seal(head.Sequence, head.Mac);
        }

        Refuse(work, forged, forgedTallies);
        return new Sealing(rows.Count - forged.Count, forged.Count + forgedTallies);
    }

    /// <summary>Reads the end of the chain, in the story that will move it.</summary>
    /// <remarks>
    /// A head that somebody set back, altered or removed does not stop the sealing, because a stop would help only the attacker: it goes on
    /// after the last sealed event.
    /// </remarks>
    private static async Task<AuditHead> HeadAsync(Work work, ILogger logger)
    {
        var head = await work.Rows.Set<AuditHead>().SingleOrDefaultAsync();
        if (head is null)
        {
            head = new AuditHead { Id = 1, Sequence = 0, Mac = [] };
            work.Add(head);
        }

        var last = await work.Rows.Set<AuditEvent>().AsNoTracking().Where(row => row.Sequence != null)
            .OrderByDescending(row => row.Sequence).FirstOrDefaultAsync();
        if (last is { Sequence: { } sequence, Mac: { } mac }
            && (sequence > head.Sequence || (sequence == head.Sequence && !KeyedHasher.FixedTimeEquals(mac, head.Mac))))
        {
            Log.HeadBehind(logger, head.Sequence, sequence);
            (head.Sequence, head.Mac) = (sequence, mac);
        }

        return head;
    }

    /// <summary>Turns the tallies of finished minutes into events. Returns how many had a wrong tag.</summary>
    private async Task<int> TurnTalliesAsync(Work work)
    {
        var tallies = await FinishedTallies(work.Now)
            .OrderBy(tally => tally.Minute).Take(limits.SealBatch).ToListAsync();
        var forged = 0;
        foreach (var tally in tallies)
        {
            var isOurs = KeyedHasher.FixedTimeEquals(tally.Tag, keyedHasher.TallyTag(tally.Kind, tally.AccountId, tally.Minute, tally.N));
            if (!isOurs)
            {
                forged++;
            }
            else if (tally.N > 0)
            {
                log.Record(work, tally);
            }

            work.Rows.Remove(tally);
        }

        return forged;
    }

    /// <summary>
    /// Records one alarm for the whole batch: somebody who writes to the database must not be able to fill the disk with alarms.
    /// </summary>
    private void Refuse(Work work, List<AuditEvent> forged, int forgedTallies)
    {
        foreach (var row in forged)
        {
            row.Refuse(work.Now);
        }

        if (forged.Count > 0)
        {
            Log.ForgedEvents(logger, forged.Count, forged[0].Place);
        }

        if (forgedTallies > 0)
        {
            Log.ForgedTallies(logger, forgedTallies);
        }

        if (forged.Count + forgedTallies > 0)
        {
            log.Record(work, AuditKinds.AlarmEventTag, account: null, forged.Count + forgedTallies);
        }
    }
}
