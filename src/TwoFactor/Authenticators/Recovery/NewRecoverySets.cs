namespace TwoFactor.Authenticators.Recovery;

using System.Security.Cryptography;
using System.Text;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Makes recovery codes. Code above decides who may have them made: after a proof, or after an enrollment by ticket.</summary>
public sealed class NewRecoverySets(
    UnitOfWork unitOfWork,
    RecoveryCodes codes,
    SecretsRing ring,
    KeyRingHealth health,
    PasswordHasher hasher,
    PasswordLimits passwords,
    CodeLimits limits,
    AuditLog audit)
{
    /// <summary>Whether the key ring matches the database. While it does not, the codes cannot be stored to be shown.</summary>
    public bool CanMake => health.Current.IsConsistent;

    /// <summary>Makes a pending set that is shown to one session. The valid set stays valid; an earlier pending set is deleted.</summary>
    /// <returns>False when the queue for hashes is full, or another set was made at the same moment; then nothing was made.</returns>
    /// <remarks>It runs a story of its own, and hashes before the story begins.</remarks>
    internal async Task<bool> MakeAsync(Guid account, Epoch epoch, Guid session, Actor actor, CancellationToken cancellation)
    {
        health.RequireConsistent();
        var id = Guid.NewGuid();
        var salt = RandomNumberGenerator.GetBytes(PasswordHash.SaltSize);
        var made = Enumerable.Range(0, limits.RecoveryCodes).Select(_ => RecoveryCode.New()).ToList();
        var hashes = await hasher.DeriveAsync(
            [.. made.Select(code => codes.KeyedHash(id, code))],
            salt,
            passwords.MemoryKibibytes,
            passwords.Iterations,
            HashCaller.Owner(account),
            cancellation);
        if (hashes is null)
        {
            return false;
        }

        var text = Encoding.ASCII.GetBytes(string.Join('\n', made.Select(code => code.Reveal())));
        var making = await unitOfWork.RunAsync(
            actor,
            Locks.Of(account),
            async work =>
            {
                await work.ExecuteAsync($"DELETE FROM recovery_set WHERE account_id={account} AND state='pending'");
                var set = new RecoverySet
                {
                    Id = id,
                    AccountId = account,
                    SessionId = session,
                    Epoch = epoch,
                    State = RecoverySetStates.Pending,
                    Salt = salt,
                    MemoryKibibytes = passwords.MemoryKibibytes,
                    Iterations = passwords.Iterations,
                    CreatedAt = work.Now,
                    ExpiresAt = work.Now + limits.RecoveryShownTime,
                };
                var shown = ring.Protect(text, RecoverySets.Purpose, RecoverySets.Row(set));
                (set.Ciphertext, set.KeyId) = (shown.Ciphertext, shown.KeyId);
                if (!await work.TryAddAsync(set))
                {
                    return new Making(false);
                }

                foreach (var hash in hashes)
                {
                    work.Add(new StoredRecoveryCode { SetId = id, AccountId = account, Hash = hash });
                }

                audit.Record(work, AuditKinds.RecoveryCodesShown, account);
                return new Making(true);
            },
            cancellation);
        return making.IsMade;
    }

    private sealed record Making(bool IsMade) : IOutcome
    {
        public bool Commits => IsMade;
    }
}
