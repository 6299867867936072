namespace TwoFactor.Authenticators.Recovery;

using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The one door for every pathway that takes a recovery code. It decides inside the caller's transaction, which commits whatever the verdict.</summary>
public sealed class RecoveryCodes(
    TwoFactorDb database,
    CodeGuards guards,
    AuthenticatorSecrets secrets,
    PasswordHasher hasher,
    PasswordLimits passwords,
    Tickets tickets,
    AccountListState lists,
    KeyedHasher keyedHasher,
    AuditLog audit,
    TimeProvider time)
{
    private const string Purpose = "recovery-code";

    /// <summary>The hash of what was typed, computed before the transaction: whatever it is, it costs one. Null: the queue is full.</summary>
    public async Task<TypedRecoveryCode?> HashAsync(Guid account, RecoveryCode? typed, bool knownBrowser, CancellationToken cancellation)
    {
        var set = await FindValidAsync(account, cancellation);
        var hashes = await hasher.DeriveAsync(
            [KeyedHash(set?.Id ?? Guid.Empty, typed)],
            set?.Salt ?? new byte[PasswordHash.SaltSize],
            set?.MemoryKibibytes ?? passwords.MemoryKibibytes,
            set?.Iterations ?? passwords.Iterations,
            knownBrowser,
            cancellation);
        return hashes is null ? null : new TypedRecoveryCode(set?.Id ?? Guid.Empty, hashes[0], typed is { IsWhole: true }, typed?.AsToken());
    }

    /// <summary>Judges a typed code against the account's one valid set: guard first, then the code.</summary>
    /// <param name="epoch">That of the pending sign-in which asks.</param>
    public async Task<RecoveryVerdict> JudgeAsync(
        Guid account, long epoch, TypedRecoveryCode typed, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(typed);
        if (!secrets.CanJudge)
        {
            return new RecoveryVerdict.KeyMissing();
        }

        if (!await guards.LockForRecoveryAsync(account, epoch, HeldBy.None, cancellation))
        {
            return await RefusalAsync(account, epoch, actor, cancellation);
        }

        if (!typed.IsWhole)
        {
            // A typing error, found by its check character: told as wrong, and no guess.
            return new RecoveryVerdict.Wrong();
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var consumed = await database.Database.ExecuteSqlAsync(
            $"UPDATE recovery_code SET used_at={now} WHERE account_id={account} AND set_id={typed.Set} AND hash={typed.Hash} AND used_at IS NULL", cancellation);
        if (consumed != 1)
        {
            if (await JudgePassAsync(account, epoch, typed, actor, cancellation) is { } pass)
            {
                return pass;
            }

            await guards.ChargeRecoveryAsync(account, cancellation);
            audit.Record(AuditKinds.RecoveryCodeWrong, account, actor);
            return await database.Set<StoredRecoveryCode>().AnyAsync(code => code.SetId == typed.Set && code.Hash == typed.Hash && code.AccountId == account, cancellation)
                ? new RecoveryVerdict.Used()
                : new RecoveryVerdict.Wrong();
        }

        await guards.ClearRecoveryAsync(account, cancellation);
        var left = await database.Set<StoredRecoveryCode>().CountAsync(code => code.SetId == typed.Set && code.UsedAt == null, cancellation);
        await lists.CopyRecoveryAsync(account, left, cancellation);
        audit.Record(AuditKinds.RecoveryCodeUsed, account, actor, left);
        var guard = await guards.ReadAsync(account, cancellation);
        return new RecoveryVerdict.Accepted(left, guard.Closed, guard.LastStep);
    }

    /// <summary>A pass is no guess, whatever became of it: 75 random bits are met by nobody else. Null: it is none of this account's.</summary>
    private async Task<RecoveryVerdict?> JudgePassAsync(Guid account, long epoch, TypedRecoveryCode typed, Actor actor, CancellationToken cancellation)
    {
        switch (await tickets.FindAsync(typed.Pass, cancellation, TicketKinds.Pass))
        {
            case TicketState.Valid(var ticket) when ticket.AccountId == account && ticket.Epoch == epoch:
                var guard = await guards.ReadAsync(account, cancellation);
                if (guard.Closed)
                {
                    return new RecoveryVerdict.PassWhileClosed();
                }

                if (!await tickets.SpendAsync(ticket.Id, account, epoch, cancellation))
                {
                    return new RecoveryVerdict.PassOver(time.GetUtcNow(), WasUsed: true);
                }

                audit.Record(AuditKinds.PassUsed, account, actor);
                return new RecoveryVerdict.PassAccepted(guard.LastStep);
            case TicketState.Valid(var ticket) when ticket.AccountId == account:
                return new RecoveryVerdict.PassOver(time.GetUtcNow(), WasUsed: false);
            case TicketState.Over(var ticket) when ticket.AccountId == account:
                return new RecoveryVerdict.PassOver(
                    DateTimeOffset.FromUnixTimeSeconds(ticket.UsedAt ?? ticket.ExpiresAt), ticket.EndedBecause is TicketEnds.Used);
            default:
                return null;
        }
    }

    /// <summary>Whether something would do in place of the phone: a code of the valid set, or, while the guard is open, a pass.</summary>
    public async Task<bool> HasCodeOrPassAsync(CodeGuard guard, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(guard);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return await HasCodeAsync(guard.AccountId, cancellation)
            || (!guard.Closed && await database.Set<Ticket>().AnyAsync(
                ticket => ticket.AccountId == guard.AccountId && ticket.Kind == TicketKinds.Pass && ticket.UsedAt == null && ticket.ExpiresAt > now && ticket.Epoch == guard.Epoch, cancellation));
    }

    /// <summary>Whether a code of the valid set is still good.</summary>
    public async Task<bool> HasCodeAsync(Guid account, CancellationToken cancellation) => await FindValidAsync(account, cancellation) is { } set
        && await database.Set<StoredRecoveryCode>().AnyAsync(code => code.SetId == set.Id && code.AccountId == account && code.UsedAt == null, cancellation);

    public async Task<RecoveryStanding> StandingAsync(Guid account, CancellationToken cancellation)
    {
        var set = await FindValidAsync(account, cancellation);
        if (set is null)
        {
            return new RecoveryStanding(0, 0, null);
        }

        var codes = database.Set<StoredRecoveryCode>().Where(code => code.SetId == set.Id);
        return new RecoveryStanding(
            await codes.CountAsync(code => code.UsedAt == null, cancellation), await codes.CountAsync(cancellation), set.SavedAt);
    }

    /// <summary>What binds a set to its account. One that somebody moved to another account in the database is none.</summary>
    internal byte[] SealOf(Guid account, Guid set, byte[] salt) => keyedHasher.Hash("recovery-set.seal", new CanonicalEncoding().Id(account).Id(set).Bytes(salt).ToArray());

    private async Task<RecoverySet?> FindValidAsync(Guid account, CancellationToken cancellation)
    {
        var set = await database.Set<RecoverySet>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.AccountId == account && row.State == RecoverySetStates.Active, cancellation);
        return set is not null && KeyedHasher.Same(set.Seal, SealOf(account, set.Id, set.Salt)) ? set : null;
    }

    /// <summary>What a code of a set is before its Argon2id: without the verifier key, nothing that stands in the database can be tried out.</summary>
    internal byte[] KeyedHash(Guid set, RecoveryCode? code) =>
        keyedHasher.Hash(Purpose, new CanonicalEncoding().Id(set).Bytes(Encoding.ASCII.GetBytes(code?.Reveal() ?? "")).ToArray());

    private async Task<RecoveryVerdict> RefusalAsync(Guid account, long epoch, Actor actor, CancellationToken cancellation)
    {
        var guard = await guards.ReadAsync(account, cancellation);
        switch (guard)
        {
            case var _ when guard.Epoch != epoch:
                return new RecoveryVerdict.StartAgain();
            case { Held: not HeldBy.None }:
                await audit.TallyAsync(AuditKinds.CodeHeld, account, actor, cancellation);
                return new RecoveryVerdict.Held(guard.Held);
            case var _ when guard.RecoveryUntil > time.GetUtcNow().ToUnixTimeSeconds():
                await audit.TallyAsync(AuditKinds.RecoveryCodeResting, account, actor, cancellation);
                return new RecoveryVerdict.Resting(DateTimeOffset.FromUnixTimeSeconds(guard.RecoveryUntil));
            default:
                return new RecoveryVerdict.Busy();
        }
    }
}

/// <summary>A typed recovery code, as the statement compares it.</summary>
/// <param name="Set">The valid set when it was hashed; empty: there was none.</param>
/// <param name="IsWhole">It has 16 letters whose check character fits; otherwise it is a typing error.</param>
/// <param name="Pass">The same text as a pass; null: it is not of that form.</param>
public sealed record TypedRecoveryCode(Guid Set, byte[] Hash, bool IsWhole, Token? Pass = null)
{
    public override string ToString() => "(hidden)";
}
