namespace TwoFactor.Authenticators;

using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Authenticators.Counts;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The guard after a wrong code was charged.</summary>
/// <param name="Count">Wrong codes in the running period.</param>
/// <param name="Since">When that began.</param>
public sealed record Charged(int Fails, int Count, UnixTime Since, UnixTime WaitUntil, bool Closed);

/// <summary>The statements on the guard's row. The row count of each is its answer.</summary>
/// <remarks>
/// One that changes what is sealed first looks whether all of the account is right, and changes nothing if it is not.
/// </remarks>
public sealed class CodeGuards(
    TwoFactorDb database, CodeLimits limits, AccountSeals seals, CountsCheck counts, GuardWrites writes)
{
    /// <summary>The guard of an account that the story has locked. It stays as it is until the story ends.</summary>
    /// <exception cref="InvalidOperationException">The story did not name it among its locks.</exception>
    /// <remarks>
    /// If it counts less than this process has seen, somebody set it back: then what was seen holds, and an alarm is raised.
    /// </remarks>
    public async Task<CodeGuard> OfAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!work.Locks.Holds(account))
        {
            throw new InvalidOperationException("A story must lock the guards that it decides by.");
        }

        var guard = await ReadAsync(work, account);
        return await counts.HoldAsync(work, guard) ? await ReadAsync(work, account) : guard;
    }

    /// <summary>Lets a story change what is sealed of an account. Returns false if somebody changed it in the database.</summary>
    public async Task<bool> OpenAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.Revisions.IsOpen(account)
            || await seals.OpenAsync(
                work,
                await ReadAsync(work, account));
    }

    /// <summary>Does the work of <see cref="OpenAsync"/> for a story that has no answer for an altered account.</summary>
    /// <exception cref="AlteredAccountException">Somebody changed the account in the database.</exception>
    public async Task RequireOpenAsync(Work work, Guid account)
    {
        if (!await OpenAsync(work, account))
        {
            throw new AlteredAccountException();
        }
    }

    public Task<CodeGuard> ReadAsync(Guid account, CancellationToken cancellation) =>
        database.Set<CodeGuard>().AsNoTracking().SingleAsync(guard => guard.AccountId == account, cancellation);

    /// <summary>Accepts a time step, once: the step must be above the last one accepted.</summary>
    /// <param name="allow">The held bit that this pathway may lift.</param>
    /// <param name="rev">The revision under which the factors were found right: what was judged is what is spent.</param>
    internal async Task<bool> AcceptAsync(Work work, Guid account, Epoch epoch, long rev, TimeStep step, HeldBy allow) =>
        await writes.WriteAsync(
            work,
            $"""
             UPDATE code_guard SET last_step={step}, fails=0, wait_until=0
              WHERE account_id={account} AND epoch={epoch} AND rev={rev} AND closed=0 AND (held & ~{(long)allow})=0
                AND wait_until<={work.Now} AND last_step<{step}
             """,
            Lowers.FailsAndWait) is not null;

    /// <summary>Charges a wrong code. Returns null when the guard was not open, so that it was no guess.</summary>
    /// <param name="before">The guard as the story has read it. If this code closes the guard, that is a change of what is sealed.</param>
    internal async Task<Charged?> ChargeAsync(Work work, CodeGuard before, HeldBy allow)
    {
        var (account, epoch, now) = (before.AccountId, before.Epoch, work.Now);
        await counts.HoldFirstAsync(work, before);
        var since = now - limits.Period;
        var free = limits.FreeWrongCodes;
        var charged = await writes.WriteAsync(
            work,
            $"""
             UPDATE code_guard SET fails=fails+1,
              fails30=CASE WHEN fails30_from<={since} THEN 1 ELSE fails30+1 END,
              fails30_from=CASE WHEN fails30_from<={since} THEN {now} ELSE fails30_from END,
              wait_until=CASE WHEN fails+1<{free} THEN 0
                              WHEN fails+1-{free}>={limits.Doublings} THEN {now}+{limits.LongestWaitSeconds}
                              ELSE {now}+{limits.FirstWaitSeconds}*(1<<(fails+1-{free})) END,
              closed=CASE WHEN fails+1>={limits.ClosedAfterConsecutive}
                            OR (fails30_from>{since} AND fails30+1>={limits.ClosedAfterInPeriod}) THEN 1 ELSE closed END
              WHERE account_id={account} AND epoch={epoch} AND closed=0 AND (held & ~{(long)allow})=0 AND wait_until<={now}
             """,
            Lowers.Nothing);
        if (charged is { Closed: true } && await seals.OpenAsync(work, before))
        {
            work.Revisions.NoteChange(account);
        }

        return charged is null ? null : new Charged(
            charged.Fails, charged.Fails30, charged.Fails30From, charged.WaitUntil, charged.Closed);
    }

    /// <summary>Takes the row's lock without changing it. Guards are locked by ascending account id.</summary>
    public static Task LockAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync($"UPDATE code_guard SET epoch=epoch WHERE account_id={account}");
    }

    /// <summary>
    /// Updates the guard for a confirmed authenticator: marks its step as used, lifts the holds that its ticket lifts, ends a wait, and
    /// raises the epoch.
    /// </summary>
    /// <param name="replacesAll">Whether it replaces all others. Then a closed guard opens and all counts are cleared: guesses at the old
    /// secrets say nothing about the new one.</param>
    /// <param name="lifts">The held bits that the ticket lifts; none for a proof in a session.</param>
    internal Task<bool> CompleteEnrollmentAsync(Work work, Guid account, Epoch epoch, TimeStep step, bool replacesAll, HeldBy lifts)
    {
        var (all, liftable) = (replacesAll ? 1 : 0, (long)lifts);
        return ChangeAsync(
            work,
            account,
            $"""
             UPDATE code_guard SET last_step=CASE WHEN {all}=1 OR last_step<{step} THEN {step} ELSE last_step END,
              epoch=epoch+1, fails=0, wait_until=0,
              fails30=CASE WHEN {all}=1 THEN 0 ELSE fails30 END, fails30_from=CASE WHEN {all}=1 THEN 0 ELSE fails30_from END,
              closed=CASE WHEN {all}=1 THEN 0 ELSE closed END,
              held=held & ~{liftable}, reset_at=NULL, frozen_at=NULL
              WHERE account_id={account} AND epoch={epoch} AND (held & ~{liftable})=0 AND (closed=0 OR {all}=1)
             """,
            replacesAll ? Lowers.Everything : Lowers.FailsAndWait);
    }

    /// <summary>Updates the guard for an imported authenticator, as <see cref="CompleteEnrollmentAsync"/> does.</summary>
    /// <remarks>No step is used, because its first code comes with its first sign-in.</remarks>
    internal Task<bool> ActivateImportedAsync(Work work, Guid account, Epoch epoch) =>
        CompleteEnrollmentAsync(work, account, epoch, default, replacesAll: true, HeldBy.Reset | HeldBy.Frozen);

    /// <summary>Raises the epoch for a change by the owner, unless the guard is closed or held: everything of the old epoch ends.</summary>
    internal Task<bool> RaiseEpochIfOpenAsync(Work work, Guid account, Epoch epoch) => ChangeAsync(
        work,
        account,
        $"UPDATE code_guard SET epoch=epoch+1 WHERE account_id={account} AND epoch={epoch} AND closed=0 AND held=0");

    /// <summary>Holds the account for a reset. Of two approvals of the same epoch only one succeeds, because it raises the epoch.</summary>
    internal Task<bool> HoldForResetAsync(Work work, Guid account, Epoch epoch) => ChangeAsync(
        work,
        account,
        $"UPDATE code_guard SET held=held | 2, epoch=epoch+1, reset_at={work.Now} WHERE account_id={account} AND epoch={epoch}");

    /// <summary>Ends an open reset. The account is as it was before, including a freeze.</summary>
    public Task<bool> CancelResetAsync(Work work, Guid account, Epoch epoch) => ChangeAsync(
        work,
        account,
        $"""
         UPDATE code_guard SET held=held & ~2, epoch=epoch+1, reset_at=NULL
          WHERE account_id={account} AND epoch={epoch} AND (held & 2)=2
         """);

    internal Task<bool> FreezeAsync(Work work, Guid account, Epoch epoch) => ChangeAsync(
        work,
        account,
        $"UPDATE code_guard SET held=held | 4, epoch=epoch+1, frozen_at={work.Now} WHERE account_id={account} AND epoch={epoch}");

    /// <summary>Ends a wait, once in <see cref="CodeLimits.UnlockPauseHours"/>. The counts stay, and a closed guard stays closed.</summary>
    public async Task<bool> UnlockAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = work.Now;
        var before = now - limits.UnlockPause;
        return await writes.WriteAsync(
            work,
            $"""
             UPDATE code_guard SET wait_until=0, unlocked_at={now}
              WHERE account_id={account} AND closed=0 AND wait_until>{now} AND unlocked_at<={before}
             """,
            Lowers.Wait) is not null;
    }

    /// <summary>Disables an account, unless it is the last admin who can sign in.</summary>
    public async Task<bool> DisableAsync(Work work, Guid account)
    {
        await UsableAdmin.LockAsync(work);
        return await ChangeAsync(
            work,
            account,
            FormattableStringFactory.Create(
                "UPDATE code_guard SET held=held | 1, epoch=epoch+1 WHERE account_id={0} AND (held & 1)=0"
                + " AND ((SELECT role FROM account WHERE id={0})<>'admin' OR " + UsableAdmin.ThereIsAnother + ")",
                account));
    }

    /// <summary>Locks the guard for a pass. Returns false while the account is held or the guard closed: then no pass is given.</summary>
    public static async Task<bool> LockForPassAsync(Work work, Guid account, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(work);
        return await work.ExecuteAsync(
            $"UPDATE code_guard SET epoch=epoch WHERE account_id={account} AND epoch={epoch} AND closed=0 AND held=0") == 1;
    }

    public Task<bool> EnableAsync(Work work, Guid account) => ChangeAsync(
        work, account, $"UPDATE code_guard SET held=held & ~1, epoch=epoch+1 WHERE account_id={account} AND (held & 1)=1");

    /// <summary>Raises the epoch for a change that a closed guard does not forbid: a new password, saved recovery codes.</summary>
    public Task<bool> RaiseEpochIfNotHeldAsync(Work work, Guid account, Epoch epoch) => ChangeAsync(
        work, account, $"UPDATE code_guard SET epoch=epoch+1 WHERE account_id={account} AND epoch={epoch} AND held=0");

    /// <summary>Ends everything of the present epoch: sessions, pending sign-ins, tickets.</summary>
    /// <exception cref="AlteredAccountException">Somebody changed the account in the database.</exception>
    public async Task RaiseEpochAsync(Work work, Guid account)
    {
        await RequireOpenAsync(work, account);
        await ChangeAsync(work, account, $"UPDATE code_guard SET epoch=epoch+1 WHERE account_id={account}");
    }

    /// <summary>Runs a statement that changes what is sealed.</summary>
    /// <returns>False when it changed no row, or somebody changed the account in the database.</returns>
    private async Task<bool> ChangeAsync(Work work, Guid account, FormattableString update, Lowers lowers = Lowers.Nothing)
    {
        if (!await OpenAsync(work, account) || await writes.WriteAsync(work, update, lowers) is null)
        {
            return false;
        }

        work.Revisions.NoteChange(account);
        return true;
    }

    private static Task<CodeGuard> ReadAsync(Work work, Guid account) =>
        work.Rows.Set<CodeGuard>().AsNoTracking().SingleAsync(guard => guard.AccountId == account, CancellationToken.None);
}
