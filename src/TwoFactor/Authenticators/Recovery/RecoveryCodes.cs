namespace TwoFactor.Authenticators.Recovery;

using System.Text;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The recovery codes of accounts: how many are left, and the hash of a typed one.</summary>
public sealed class RecoveryCodes(
    TwoFactorDb database, AccountSeals seals, PasswordHasher hasher, PasswordLimits passwords, KeyedHasher keyedHasher,
    TimeProvider time)
{
    private const string Purpose = "recovery-code";

    /// <summary>
    /// Hashes what was typed, before the transaction. It costs one hash, whatever was typed. Returns null when the queue is full.
    /// </summary>
    public async Task<TypedRecoveryCode?> HashAsync(Guid account, RecoveryCode? typed, HashCaller caller, CancellationToken cancellation)
    {
        // Whoever changed the set in the database must not choose what a hash costs.
        var set = await seals.IsRightAsync(account, cancellation)
            ? (await FactorSet.ReadAsync(database, account, cancellation)).RecoverySet
            : null;
        var hashes = await hasher.DeriveAsync(
            [KeyedHash(set?.Id ?? Guid.Empty, typed)],
            set?.Salt ?? new byte[PasswordHash.SaltSize],
            set?.MemoryKibibytes ?? passwords.MemoryKibibytes,
            set?.Iterations ?? passwords.Iterations,
            caller,
            cancellation);
        return hashes is null
            ? null
            : new TypedRecoveryCode(set?.Id ?? Guid.Empty, hashes[0], typed is { IsWhole: true }, typed?.AsToken());
    }

    /// <summary>
    /// Whether something can be used in place of the phone: a code of the valid set or, unless the guard is closed, a pass.
    /// </summary>
    public async Task<bool> HasCodeOrPassAsync(CodeGuard guard, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(guard);
        return await HasCodeAsync(guard.AccountId, cancellation)
            || (!guard.Closed && await ValidTickets.At(database, time.Now()).AnyAsync(
                ticket => ticket.AccountId == guard.AccountId && ticket.Kind == TicketKinds.Pass, cancellation));
    }

    /// <summary>Whether the valid set has an unused code.</summary>
    public async Task<bool> HasCodeAsync(Guid account, CancellationToken cancellation) =>
        await FindValidAsync(account, cancellation) is { } set
            && await database.Set<StoredRecoveryCode>()
                .AnyAsync(code => code.SetId == set.Id && code.AccountId == account && code.UsedAt == null, cancellation);

    public async Task<RecoveryCodeStatus> StandingAsync(Guid account, CancellationToken cancellation)
    {
        var set = await FindValidAsync(account, cancellation);
        if (set is null)
        {
            return new RecoveryCodeStatus(0, 0, null);
        }

        var codes = database.Set<StoredRecoveryCode>().Where(code => code.SetId == set.Id);
        return new RecoveryCodeStatus(
            await codes.CountAsync(code => code.UsedAt == null, cancellation), await codes.CountAsync(cancellation), set.SavedAt);
    }

    private Task<RecoverySet?> FindValidAsync(Guid account, CancellationToken cancellation) =>
        database.Set<RecoverySet>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.AccountId == account && row.State == RecoverySetStates.Active, cancellation);

    /// <summary>
    /// The keyed hash that Argon2id then hashes. Without the MAC key, nobody can try codes against the rows in the database.
    /// </summary>
    internal byte[] KeyedHash(Guid set, RecoveryCode? code) =>
        keyedHasher.Hash(Purpose, new CanonicalEncoding().Id(set).Bytes(Encoding.ASCII.GetBytes(code?.Reveal() ?? "")).ToArray());
}

/// <summary>A typed recovery code, as the statement compares it.</summary>
/// <param name="Set">The valid set when it was hashed; empty when there was none.</param>
/// <param name="IsWhole">It has 16 letters whose check character fits; otherwise it is a typing error.</param>
/// <param name="Pass">The same text as a pass; null when it does not have that form.</param>
public sealed record TypedRecoveryCode(Guid Set, byte[] Hash, bool IsWhole, Token? Pass = null)
{
    public override string ToString() => "(hidden)";
}
