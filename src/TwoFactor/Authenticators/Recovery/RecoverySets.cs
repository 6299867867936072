namespace TwoFactor.Authenticators.Recovery;

using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>New sets of recovery codes: made by a post, shown to one session for a while, valid once they are said to be saved.</summary>
public sealed class RecoverySets(
    TwoFactorDb database,
    RecoveryCodes codes,
    AccountListState lists,
    SecretsRing ring,
    KeyRingHealth health,
    PasswordHasher hasher,
    PasswordLimits passwords,
    CodeLimits limits,
    AuditLog audit,
    TimeProvider time)
{
    private const string Purpose = "TwoFactor.RecoverySet";

    /// <summary>Whether the ring fits: without it nothing can be kept to be shown.</summary>
    public bool CanMake => health.Current.IsConsistent;

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Makes a set for a session to see. What was valid stays valid; an earlier pending set is forgotten.</summary>
    /// <returns>False: the queue for hashes is full, and nothing was made.</returns>
    /// <remarks>It opens a transaction of its own: call it after a story, never inside one.</remarks>
    public async Task<bool> MakeAsync(Guid account, long epoch, Guid session, Actor actor, CancellationToken cancellation)
    {
        health.RequireConsistent();
        var id = Guid.NewGuid();
        var salt = RandomNumberGenerator.GetBytes(PasswordHash.SaltSize);
        var made = Enumerable.Range(0, limits.RecoveryCodes).Select(_ => RecoveryCode.New()).ToList();
        var hashes = await hasher.DeriveAsync(
            [.. made.Select(code => codes.KeyedHash(id, code))], salt, passwords.MemoryKibibytes, passwords.Iterations, knownBrowser: true, cancellation);
        if (hashes is null)
        {
            return false;
        }

        return await database.InTransactionAsync(
            async () =>
            {
                await ForgetPendingAsync(account, cancellation);
                var text = string.Join('\n', made.Select(code => code.Reveal()));
                var (ciphertext, key) = ring.Protect(Encoding.ASCII.GetBytes(text), Purpose, Row(account, id, session));
                database.Add(new RecoverySet
                {
                    Id = id,
                    AccountId = account,
                    SessionId = session,
                    Epoch = epoch,
                    State = RecoverySetStates.Pending,
                    Salt = salt,
                    Seal = codes.SealOf(account, id, salt),
                    MemoryKibibytes = passwords.MemoryKibibytes,
                    Iterations = passwords.Iterations,
                    Ciphertext = ciphertext,
                    KeyId = key,
                    CreatedAt = Now,
                    ExpiresAt = Now + (limits.RecoveryShownMinutes * 60L),
                });
                database.AddRange(hashes.Select(hash => new StoredRecoveryCode { SetId = id, AccountId = account, Hash = hash }));
                audit.Record(AuditKinds.RecoveryCodesShown, account, actor);
                return true;
            },
            cancellation);
    }

    /// <summary>The codes that wait to be saved, for the session that asked for them. Changes nothing.</summary>
    public async Task<PendingRecoverySet> FindPendingAsync(Guid account, long epoch, Guid session, CancellationToken cancellation)
    {
        var now = Now;
        var set = await database.Set<RecoverySet>().AsNoTracking().SingleOrDefaultAsync(
            row => row.AccountId == account && row.State == RecoverySetStates.Pending && row.SessionId == session && row.Epoch == epoch && row.ExpiresAt > now, cancellation);
        if (set is null)
        {
            return new PendingRecoverySet.None();
        }

        return ring.Unprotect(new ProtectedPayload(set.Ciphertext!, set.KeyId ?? Guid.Empty), health.Current.Readable, Purpose, Row(account, set.Id, session)) switch
        {
            Unprotected.Plain plain => new PendingRecoverySet.Shown(
                set.Id,
                [.. Encoding.ASCII.GetString(plain.Bytes).Split('\n').Select(text => RecoveryCode.Parse(text)!)],
                DateTimeOffset.FromUnixTimeSeconds(set.ExpiresAt)),
            Unprotected.KeyMissing => new PendingRecoverySet.KeyMissing(),
            _ => new PendingRecoverySet.None(),
        };
    }

    /// <summary>"I have saved these codes": they are valid from now on, all older ones are not, and what was shown is erased. In the caller's transaction.</summary>
    /// <returns>False: there is nothing to save any more; the caller rolls back.</returns>
    public async Task<bool> SaveAsync(Guid account, long epoch, Guid session, Guid set, Actor actor, CancellationToken cancellation)
    {
        var now = Now;
        await database.Database.ExecuteSqlAsync($"DELETE FROM recovery_set WHERE account_id={account} AND state='active'", cancellation);
        var saved = await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE recovery_set SET state='active', saved_at={now}, ciphertext=NULL, key_id=NULL
              WHERE id={set} AND account_id={account} AND session_id={session} AND epoch={epoch} AND state='pending' AND expires_at>{now}
             """,
            cancellation) == 1;
        if (saved)
        {
            await lists.CopyRecoveryAsync(account, await database.Set<StoredRecoveryCode>().CountAsync(code => code.SetId == set, cancellation), cancellation);
            audit.Record(AuditKinds.RecoveryCodesSaved, account, actor);
        }

        return saved;
    }

    /// <summary>Nothing of an account's recovery codes stands any more, in the caller's transaction: a reset was completed.</summary>
    public async Task WipeAsync(Guid account, CancellationToken cancellation)
    {
        await database.Database.ExecuteSqlAsync($"DELETE FROM recovery_set WHERE account_id={account}", cancellation);
        await lists.CopyRecoveryAsync(account, 0, cancellation);
    }

    /// <summary>Erases what was shown for long enough.</summary>
    public Task SweepAsync(CancellationToken cancellation)
    {
        var now = Now;
        return database.Database.ExecuteSqlAsync($"DELETE FROM recovery_set WHERE state='pending' AND expires_at<={now}", cancellation);
    }

    private Task ForgetPendingAsync(Guid account, CancellationToken cancellation) =>
        database.Database.ExecuteSqlAsync($"DELETE FROM recovery_set WHERE account_id={account} AND state='pending'", cancellation);

    private static string[] Row(Guid account, Guid set, Guid session) => [account.ToString("N"), set.ToString("N"), session.ToString("N")];
}
