namespace TwoFactor.Authenticators.Recovery;

using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Sets of recovery codes. A set is shown to one session for a while, and becomes valid when the owner says that it is saved.
/// </summary>
public sealed class RecoverySets(
    TwoFactorDb database, SecretsRing ring, KeyRingHealth health, AuditLog audit, TimeProvider time)
{
    internal const string Purpose = "TwoFactor.RecoverySet";

    private UnixTime Now => time.Now();

    /// <summary>The codes that wait to be saved, for the session that asked for them. Changes nothing.</summary>
    public async Task<PendingRecoverySet> FindPendingAsync(Guid account, Epoch epoch, Guid session, CancellationToken cancellation)
    {
        var now = Now;
        var set = await database.Set<RecoverySet>().AsNoTracking().SingleOrDefaultAsync(
            row => row.AccountId == account
                && row.State == RecoverySetStates.Pending
                && row.SessionId == session
                && row.Epoch == epoch
                && row.ExpiresAt > now, cancellation);
        if (set is null)
        {
            return new PendingRecoverySet.None();
        }

        return ring.Unprotect(
            new ProtectedPayload(set.Ciphertext!, set.KeyId ?? Guid.Empty),
            health.Current.Readable,
            Purpose,
            Row(set)) switch
        {
            Unprotected.Plain plain => new PendingRecoverySet.Shown(
                set.Id,
                [.. Encoding.ASCII.GetString(plain.Bytes).Split('\n').Select(text => RecoveryCode.Parse(text)!)],
                set.ExpiresAt.ToDateTimeOffset()),
            Unprotected.KeyMissing => new PendingRecoverySet.KeyMissing(),
            _ => new PendingRecoverySet.None(),
        };
    }

    /// <summary>
    /// "I have saved these codes": they are valid from now on, all older ones are not, and the text that was shown is erased. Runs in the
    /// caller's story.
    /// </summary>
    /// <returns>False when there is nothing to save any more; the caller must roll back.</returns>
    public async Task<bool> SaveAsync(Work work, Guid account, Epoch epoch, Guid session, Guid set)
    {
        ArgumentNullException.ThrowIfNull(work);
        work.Revisions.NoteChange(account);
        await work.ExecuteAsync($"DELETE FROM recovery_set WHERE account_id={account} AND state='active'");
        var saved = await work.ExecuteAsync(
            $"""
             UPDATE recovery_set SET state='active', saved_at={work.Now}, ciphertext=NULL, key_id=NULL
              WHERE id={set} AND account_id={account} AND session_id={session} AND epoch={epoch}
                AND state='pending' AND expires_at>{work.Now}
             """) == 1;
        if (saved)
        {
            var codes = await work.Rows.Set<StoredRecoveryCode>().CountAsync(code => code.SetId == set, CancellationToken.None);
            await AccountListState.CopyRecoveryAsync(work, account, codes);
            audit.Record(work, AuditKinds.RecoveryCodesSaved, account);
        }

        return saved;
    }

    /// <summary>Deletes all recovery codes of an account, in the caller's story, after an enrollment by ticket.</summary>
    public async Task WipeAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        work.Revisions.NoteChange(account);
        await work.ExecuteAsync($"DELETE FROM recovery_set WHERE account_id={account}");
        await AccountListState.CopyRecoveryAsync(work, account, 0);
    }

    /// <summary>Erases pending sets whose time is over.</summary>
    /// <returns>How many. If it is a full batch, there may be more.</returns>
    public Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync(
            $"""
             DELETE FROM recovery_set WHERE id IN
              (SELECT id FROM recovery_set WHERE state='pending' AND expires_at<={work.Now} LIMIT {Work.Batch})
             """);
    }

    /// <summary>What the ciphertext is bound to.</summary>
    internal static string[] Row(RecoverySet set) =>
    [
        set.AccountId.ToString("N"), set.Id.ToString("N"), set.SessionId.ToString("N"), set.Epoch.ToString(),
        set.ExpiresAt.Seconds.ToString(CultureInfo.InvariantCulture),
    ];
}
