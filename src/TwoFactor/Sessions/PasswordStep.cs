namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The first step: name and password. Whatever is wrong, the work and the answer are the same until the password is proven.</summary>
public sealed class PasswordStep(
    TwoFactorDb database,
    Addresses addresses,
    PasswordHasher hasher,
    PasswordGuards passwords,
    CodeGuards guards,
    PendingSignIns pendings,
    SessionStore sessions,
    Devices devices,
    KeyedHasher keyedHasher,
    AuditLog audit)
{
    /// <summary>Characters of a typed name that are kept, to be given back.</summary>
    public const int LongestTypedName = 256;

    /// <param name="session">What this browser holds: a parked session needs no more than the password.</param>
    public async Task<PasswordOutcome> SubmitAsync(
        string typedName, TypedPassword password, Token? device, Token? session, string? returnUrl, Actor actor, CancellationToken cancellation)
    {
        var account = await addresses.FindAsync(typedName, cancellation);
        var known = account is null ? Devices.Unknown : await devices.FindAsync(account.Id, device, cancellation);
        var answer = await hasher.VerifyAsync(account?.PasswordHash, password, known != Devices.Unknown, cancellation);
        if (answer is HashAnswer.Busy)
        {
            return new PasswordOutcome.Busy();
        }

        var outcome = await database.InTransactionAsync(
            async () => answer is HashAnswer.Right && account is not null
                ? await ProvenAsync(account, known, session, typedName, returnUrl, actor, cancellation)
                : await WrongAsync(account, known, actor, cancellation),
            cancellation);
        if (outcome is PasswordOutcome.Proven or PasswordOutcome.Resumed && answer is HashAnswer.Right { NeedsRehash: true })
        {
            await RehashAsync(account!, password, cancellation);
        }

        return outcome;
    }

    /// <summary>The parameters have grown since this hash was made. While the queue is full it stays as it is, until the next sign-in.</summary>
    private async Task RehashAsync(Account account, TypedPassword password, CancellationToken cancellation)
    {
        if (await hasher.HashAsync(password, knownBrowser: true, cancellation) is { } hash)
        {
            await database.Database.ExecuteSqlAsync(
                $"UPDATE account SET password_hash={hash} WHERE id={account.Id} AND password_hash={account.PasswordHash}", cancellation);
        }
    }

    private async Task<PasswordOutcome> WrongAsync(Account? account, Guid device, Actor actor, CancellationToken cancellation)
    {
        if (account is null)
        {
            await audit.TallyAsync(AuditKinds.PasswordUnknown, null, actor, cancellation);
        }
        else
        {
            var charged = await passwords.ChargeAsync(account.Id, device, cancellation);
            await audit.TallyAsync(charged ? AuditKinds.PasswordWrong : AuditKinds.PasswordWaiting, account.Id, actor, cancellation);
        }

        return new PasswordOutcome.Refused();
    }

    private async Task<PasswordOutcome> ProvenAsync(
        Account read, Guid device, Token? session, string typedName, string? returnUrl, Actor actor, CancellationToken cancellation)
    {
        var guard = await guards.ReadAsync(read.Id, cancellation);
        var account = await database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == read.Id, cancellation);
        if (!string.Equals(account.PasswordHash, read.PasswordHash, StringComparison.Ordinal))
        {
            // The password was changed while this one was being hashed.
            return new PasswordOutcome.Refused();
        }

        if (!await passwords.AdmitAsync(account.Id, device, cancellation))
        {
            await audit.TallyAsync(AuditKinds.PasswordWaiting, account.Id, actor, cancellation);
            return new PasswordOutcome.Refused();
        }

        if (!account.HasSealedRole(keyedHasher))
        {
            audit.Record(AuditKinds.AlarmRoleSeal, account.Id, actor);
            return new PasswordOutcome.Disabled();
        }

        if (!account.HasSealedAddresses(keyedHasher))
        {
            // No mail goes there, but the owner still has password and phone.
            audit.Record(AuditKinds.AlarmAddressSeal, account.Id, actor);
        }

        if (Stopped(guard) is { } stopped)
        {
            audit.Record(AuditKinds.SignInRefusedHeld, account.Id, actor);
            return stopped;
        }

        if (await sessions.ResumeAsync(session, account.Id, cancellation) is { } resumed)
        {
            audit.Record(AuditKinds.SessionResumed, account.Id, actor with { Kind = ActorKind.Owner, Account = account.Id });
            return new PasswordOutcome.Resumed(resumed);
        }

        var kept = typedName.Length > LongestTypedName ? typedName[..LongestTypedName] : typedName;
        var pending = pendings.Open(account.Id, guard.Epoch, kept, returnUrl);
        var askTicket = guard.Held.HasFlag(HeldBy.Reset) || !await database.Set<Authenticator>().AnyAsync(
            row => row.AccountId == account.Id && row.State == AuthenticatorStates.Active, cancellation);
        return new PasswordOutcome.Proven(pending, askTicket ? NextProof.Ticket : NextProof.Code);
    }

    /// <summary>Of several: disabled, then an open reset (which leads on), then frozen.</summary>
    private static PasswordOutcome? Stopped(CodeGuard guard) => guard.Held switch
    {
        var held when held.HasFlag(HeldBy.Disabled) => new PasswordOutcome.Disabled(),
        HeldBy.Frozen => new PasswordOutcome.Frozen(DateTimeOffset.FromUnixTimeSeconds(guard.FrozenAt ?? 0)),
        _ => null,
    };
}
