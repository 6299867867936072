namespace TwoFactor.Authenticators;

using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The guard after a wrong code was charged.</summary>
public sealed record Charged(int Fails, UnixTime WaitUntil, bool Closed);

/// <summary>The statements on the guard's row. The row count of each is its answer.</summary>
public sealed class CodeGuards(TwoFactorDb database, CodeLimits limits)
{
    /// <summary>Returns the row after the update, and whether the account's copies differ from it.</summary>
    private const string Returning = """
         RETURNING account_id AS AccountId, fails AS Fails, epoch AS Epoch, held AS Held, closed AS Closed, wait_until AS WaitUntil,
          EXISTS (SELECT 1 FROM account a WHERE a.id=code_guard.account_id AND (a.held<>code_guard.held OR a.closed<>code_guard.closed
           OR a.wait_until<>code_guard.wait_until OR a.invited_until IS NOT NULL)) AS IsListedOtherwise
        """;

    /// <summary>Adds the guard of a new account: epoch 1, nothing spent, nothing held.</summary>
    public static void Add(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        work.Add(new CodeGuard { AccountId = account, Epoch = Epoch.First });
    }

    /// <summary>The guard of an account that the story has locked. It stays as it is until the story ends.</summary>
    /// <exception cref="InvalidOperationException">The story did not name it among its locks.</exception>
    public Task<CodeGuard> OfAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.Locks.Holds(account)
            ? work.Rows.Set<CodeGuard>().AsNoTracking().SingleAsync(guard => guard.AccountId == account, CancellationToken.None)
            : throw new InvalidOperationException("A story must lock the guards that it decides by.");
    }

    public Task<CodeGuard> ReadAsync(Guid account, CancellationToken cancellation) =>
        database.Set<CodeGuard>().AsNoTracking().SingleAsync(guard => guard.AccountId == account, cancellation);

    /// <summary>Accepts a time step, once: the step must be above the last one accepted.</summary>
    /// <param name="allow">The held bit that this pathway may lift.</param>
    internal static async Task<bool> AcceptAsync(Work work, Guid account, Epoch epoch, TimeStep step, HeldBy allow) => await WriteAsync(
        work,
        $"""
         UPDATE code_guard SET last_step={step}, fails=0, wait_until=0
          WHERE account_id={account} AND epoch={epoch} AND closed=0 AND (held & ~{(long)allow})=0
            AND wait_until<={work.Now} AND last_step<{step}
         """) is not null;

    /// <summary>Charges a wrong code. Returns null when the guard was not open, so that it was no guess.</summary>
    internal async Task<Charged?> ChargeAsync(Work work, Guid account, Epoch epoch, HeldBy allow)
    {
        var now = work.Now;
        var before = now - limits.Period;
        var free = limits.FreeWrongCodes;
        var charged = await WriteAsync(
            work,
            $"""
             UPDATE code_guard SET fails=fails+1,
              fails30=CASE WHEN fails30_from<={before} THEN 1 ELSE fails30+1 END,
              fails30_from=CASE WHEN fails30_from<={before} THEN {now} ELSE fails30_from END,
              wait_until=CASE WHEN fails+1<{free} THEN 0
                              WHEN fails+1-{free}>={limits.Doublings} THEN {now}+{limits.LongestWaitSeconds}
                              ELSE {now}+{limits.FirstWaitSeconds}*(1<<(fails+1-{free})) END,
              closed=CASE WHEN fails+1>={limits.ClosedAfterConsecutive}
                            OR (fails30_from>{before} AND fails30+1>={limits.ClosedAfterInPeriod}) THEN 1 ELSE closed END
              WHERE account_id={account} AND epoch={epoch} AND closed=0 AND (held & ~{(long)allow})=0 AND wait_until<={now}
             """);
        return charged is null ? null : new Charged(charged.Fails, charged.WaitUntil, charged.Closed);
    }

    /// <summary>Locks the guard if a recovery code may be judged now, which is so even while the guard waits or is closed.</summary>
    internal static async Task<bool> LockForRecoveryAsync(Work work, Guid account, Epoch epoch, HeldBy allow) => await work.ExecuteAsync(
        $"""
         UPDATE code_guard SET epoch=epoch
          WHERE account_id={account} AND epoch={epoch} AND (held & ~{(long)allow})=0 AND recovery_until<={work.Now}
         """) == 1;

    /// <summary>Charges a wrong recovery code. The last free one starts a rest; after the rest, counting begins again.</summary>
    internal Task ChargeRecoveryAsync(Work work, Guid account)
    {
        var now = work.Now;
        var rested = now + limits.RecoveryRest;
        return work.ExecuteAsync(
            $"""
             UPDATE code_guard SET
              recovery_fails=CASE WHEN recovery_until>0 THEN 1 ELSE recovery_fails+1 END,
              recovery_until=CASE WHEN recovery_until=0 AND recovery_fails+1>={limits.FreeWrongRecoveryCodes} THEN {rested} ELSE 0 END
              WHERE account_id={account} AND recovery_until<={now}
             """);
    }

    internal static Task ClearRecoveryAsync(Work work, Guid account) =>
        work.ExecuteAsync($"UPDATE code_guard SET recovery_fails=0, recovery_until=0 WHERE account_id={account}");

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
    internal static async Task<bool> CompleteEnrollmentAsync(
        Work work, Guid account, Epoch epoch, TimeStep step, bool replacesAll, HeldBy lifts)
    {
        var (all, liftable) = (replacesAll ? 1 : 0, (long)lifts);
        return await WriteAsync(
            work,
            $"""
             UPDATE code_guard SET last_step=CASE WHEN {all}=1 OR last_step<{step} THEN {step} ELSE last_step END,
              epoch=epoch+1, fails=0, wait_until=0,
              fails30=CASE WHEN {all}=1 THEN 0 ELSE fails30 END, fails30_from=CASE WHEN {all}=1 THEN 0 ELSE fails30_from END,
              closed=CASE WHEN {all}=1 THEN 0 ELSE closed END,
              held=held & ~{liftable}, reset_at=NULL, frozen_at=NULL
              WHERE account_id={account} AND epoch={epoch} AND (held & ~{liftable})=0 AND (closed=0 OR {all}=1)
             """) is not null;
    }

    /// <summary>Updates the guard for an imported authenticator, as <see cref="CompleteEnrollmentAsync"/> does.</summary>
    /// <remarks>No step is used, because its first code comes with its first sign-in.</remarks>
    internal static Task<bool> ActivateImportedAsync(Work work, Guid account, Epoch epoch) =>
        CompleteEnrollmentAsync(work, account, epoch, default, replacesAll: true, HeldBy.Reset | HeldBy.Frozen);

    /// <summary>Raises the epoch for a change by the owner, unless the guard is closed or held: everything of the old epoch ends.</summary>
    internal static async Task<bool> RaiseEpochIfOpenAsync(Work work, Guid account, Epoch epoch) =>
        await WriteAsync(
            work,
            $"UPDATE code_guard SET epoch=epoch+1 WHERE account_id={account} AND epoch={epoch} AND closed=0 AND held=0") is not null;

    /// <summary>Holds the account for a reset. Of two approvals of the same epoch only one succeeds, because it raises the epoch.</summary>
    public async Task<bool> HoldForResetAsync(Work work, Guid account, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = work.Now;
        return await WriteAsync(
            work,
            $"""
             UPDATE code_guard SET held=held | 2, epoch=epoch+1, reset_at={now} WHERE account_id={account} AND epoch={epoch}
             """) is not null;
    }

    /// <summary>Ends an open reset. The account is as it was before, including a freeze.</summary>
    public async Task<bool> CancelResetAsync(Work work, Guid account, Epoch epoch) =>
        await WriteAsync(
            work,
            $"""
             UPDATE code_guard SET held=held & ~2, epoch=epoch+1, reset_at=NULL
              WHERE account_id={account} AND epoch={epoch} AND (held & 2)=2
             """) is not null;

    public async Task<bool> FreezeAsync(Work work, Guid account, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = work.Now;
        return await WriteAsync(
            work,
            $"""
             UPDATE code_guard SET held=held | 4, epoch=epoch+1, frozen_at={now} WHERE account_id={account} AND epoch={epoch}
             """) is not null;
    }

    /// <summary>Ends a wait, once in <see cref="CodeLimits.UnlockPauseHours"/>. The counts stay, and a closed guard stays closed.</summary>
    public async Task<bool> UnlockAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = work.Now;
        var before = now - limits.UnlockPause;
        return await WriteAsync(
            work,
            $"""
             UPDATE code_guard SET wait_until=0, unlocked_at={now}
              WHERE account_id={account} AND closed=0 AND wait_until>{now} AND unlocked_at<={before}
             """) is not null;
    }

    /// <summary>Takes the lock that keeps the last usable admin: every change that may remove an admin begins with it.</summary>
    public static Task LockAdminsAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync($"UPDATE instance SET admin_rev=admin_rev+1 WHERE id=1");
    }

    /// <summary>Disables an account, unless it is the last admin who can sign in.</summary>
    public async Task<bool> DisableAsync(Work work, Guid account)
    {
        await LockAdminsAsync(work);
        return await WriteAsync(
            work,
            FormattableStringFactory.Create(
                "UPDATE code_guard SET held=held | 1, epoch=epoch+1 WHERE account_id={0} AND (held & 1)=0"
                + " AND ((SELECT role FROM account WHERE id={0})<>'admin' OR " + UsableAdmin.ThereIsAnother + ")",
                account)) is not null;
    }

    /// <summary>Locks the guard for a pass. Returns false while the account is held or the guard closed: then no pass is given.</summary>
    public static async Task<bool> LockForPassAsync(Work work, Guid account, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(work);
        return await work.ExecuteAsync(
            $"UPDATE code_guard SET epoch=epoch WHERE account_id={account} AND epoch={epoch} AND closed=0 AND held=0") == 1;
    }

    public async Task<bool> EnableAsync(Work work, Guid account) =>
        await WriteAsync(
            work,
            $"UPDATE code_guard SET held=held & ~1, epoch=epoch+1 WHERE account_id={account} AND (held & 1)=1") is not null;

    /// <summary>Raises the epoch for a change that a closed guard does not forbid: a new password, saved recovery codes.</summary>
    public async Task<bool> RaiseEpochIfNotHeldAsync(Work work, Guid account, Epoch epoch) =>
        await WriteAsync(
            work,
            $"UPDATE code_guard SET epoch=epoch+1 WHERE account_id={account} AND epoch={epoch} AND held=0") is not null;

    /// <summary>Ends everything of the present epoch: sessions, pending sign-ins, tickets.</summary>
    public Task RaiseEpochAsync(Work work, Guid account) =>
        WriteAsync(work, $"UPDATE code_guard SET epoch=epoch+1 WHERE account_id={account}");

    /// <summary>Runs a statement that may change what lists show of a guard. Writes the account's copies only where they differ.</summary>
    /// <returns>Null when no row was changed.</returns>
    private static async Task<Row?> WriteAsync(Work work, FormattableString update)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (await work.OneAsync<Row>(FormattableStringFactory.Create(update.Format + Returning, update.GetArguments())) is not { } row)
        {
            return null;
        }

        if (row.IsListedOtherwise)
        {
            await AccountListState.CopyGuardAsync(work, row.AccountId, row.Epoch, row.Held, row.Closed, row.WaitUntil);
        }

        return row;
    }

    private sealed record Row(Guid AccountId, int Fails, Epoch Epoch, long Held, bool Closed, UnixTime WaitUntil, bool IsListedOtherwise);
}
