namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Accounts.Statements;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Characters;
using TwoFactor.Keys;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>
/// The first step of a sign-in: name and password. Until the password is proven, every failure costs the same work and gets the same
/// answer.
/// </summary>
public sealed class PasswordStep(
    UnitOfWork unitOfWork,
    Addresses addresses,
    PasswordHasher hasher,
    Devices devices,
    WrongPasswords wrong,
    ProvenPassword proven,
    CodeGuards guards,
    AuditLog audit)
{
    /// <summary>As much of a typed name as is kept, so that the form can show it again.</summary>
    public static string KeptOf(string typedName)
    {
        ArgumentNullException.ThrowIfNull(typedName);
        return UnicodeText.Truncate(typedName, PendingSignIn.LongestTypedName);
    }

    /// <param name="session">The session token of this browser: a parked session needs no more than the password.</param>
    public async Task<PasswordOutcome> SubmitAsync(
        string typedName, TypedPassword password, DeviceTokens? device, Token? session, string? returnUrl, Actor actor,
        CancellationToken cancellation)
    {
        var account = await addresses.FindAsync(typedName, cancellation);
        var known = account is null ? Devices.Unknown : await devices.FindAsync(account.Id, device, cancellation);
        var caller = account is null || known == Devices.Unknown
            ? HashCaller.Stranger(typedName, actor)
            : HashCaller.Device(account.Id, known);
        var answer = await hasher.VerifyAsync(account?.PasswordHash, password, caller, cancellation);
        if (answer is PasswordCheckResult.Busy)
        {
            return new PasswordOutcome.Busy();
        }

        var kept = KeptOf(typedName);
        var outcome = await unitOfWork.RunAsync(
            actor,
            account is null ? Locks.None : Locks.Of(account.Id),
            work => answer is PasswordCheckResult.Right && account is not null
                ? proven.JudgeAsync(work, account, known, session, kept, returnUrl)
                : WrongAsync(work, account, known),
            cancellation);
        if (outcome is PasswordOutcome.Proven or PasswordOutcome.Resumed && answer is PasswordCheckResult.Right { NeedsRehash: true })
        {
            await RehashAsync(account!, password, actor, cancellation);
        }

        return outcome;
    }

    /// <summary>
    /// Replaces a hash that was made with weaker parameters than today's. While the queue for hashes or the database is full, the old hash
    /// stays until the next sign-in.
    /// </summary>
    private async Task RehashAsync(Account account, TypedPassword password, Actor actor, CancellationToken cancellation)
    {
        if (await hasher.HashAsync(password, HashCaller.Owner(account.Id), cancellation) is not { } hash)
        {
            return;
        }

        try
        {
            await unitOfWork.RunAsync(actor, Locks.Of(account.Id), work => ReplaceHashAsync(work, account, hash), cancellation);
        }
        catch (BusyException)
        {
            // The sign-in is already committed.
        }
    }

    private async Task<Rehashing> ReplaceHashAsync(Work work, Account account, string hash)
    {
        if (!await guards.OpenAsync(work, account.Id)
            || !await AccountStatements.ReplaceHashAsync(work, account.Id, account.PasswordHash, hash))
        {
            return new Rehashing(Commits: false);
        }

        audit.RecordByOwner(work, AuditKinds.PasswordRehashed, account.Id);
        return new Rehashing(Commits: true);
    }

    private async Task<PasswordOutcome> WrongAsync(Work work, Account? account, Guid device)
    {
        if (account is null)
        {
            await audit.TallyAsync(work, AuditKinds.PasswordUnknown, null);
        }
        else
        {
            await wrong.ChargeAsync(work, account, device);
        }

        return new PasswordOutcome.Refused();
    }

    private sealed record Rehashing(bool Commits) : IOutcome;
}

/// <summary>
/// What a right password leads to: a pending sign-in, the browser's parked session, or a refusal that only somebody with the password sees.
/// </summary>
public sealed class ProvenPassword(
    CodeGuards guards, AccountSeals seals, PasswordGuards passwords, PendingSignIns pendings, SessionStore sessions, AuditLog audit)
{
    /// <param name="read">The account whose hash the password was compared with.</param>
    internal async Task<PasswordOutcome> JudgeAsync(
        Work work, Account read, Guid device, Token? session, string typedName, string? returnUrl)
    {
        var guard = await guards.OfAsync(work, read.Id);
        var account = await work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == read.Id, CancellationToken.None);
        if (!string.Equals(account.PasswordHash, read.PasswordHash, StringComparison.Ordinal))
        {
            // The password was changed while this one was being hashed.
            return new PasswordOutcome.Refused();
        }

        if (!await passwords.AdmitAsync(work, account.Id, device))
        {
            await audit.TallyAsync(work, AuditKinds.PasswordWaiting, account.Id);
            return new PasswordOutcome.Refused();
        }

        if (!await seals.IsRightAsync(work, account.Id))
        {
            audit.Record(work, AuditKinds.SignInRefusedHeld, account.Id);
            return new PasswordOutcome.Disabled();
        }

        if (Stopped(guard) is { } stopped)
        {
            audit.Record(work, AuditKinds.SignInRefusedHeld, account.Id);
            return stopped;
        }

        if (await sessions.ResumeAsync(work, session, account.Id) is { } resumed)
        {
            audit.RecordByOwner(work, AuditKinds.SessionResumed, account.Id);
            return new PasswordOutcome.Resumed(resumed);
        }

        await pendings.TrimAsync(work, account.Id);
        var pending = pendings.Open(work, account.Id, guard.Epoch, typedName, returnUrl);
        var askTicket = guard.Held.HasFlag(HeldBy.Reset) || !await Authenticator.ActiveOf(work.Rows, account.Id)
            .AnyAsync(CancellationToken.None);
        return new PasswordOutcome.Proven(pending, askTicket ? NextProof.Ticket : NextProof.Code);
    }

    /// <summary>Whether a hold stops the sign-in here. With an open reset it goes on with a ticket.</summary>
    private static PasswordOutcome? Stopped(CodeGuard guard) => guard.Held.First() switch
    {
        HeldBy.Disabled => new PasswordOutcome.Disabled(),
        HeldBy.Frozen => new PasswordOutcome.Frozen((guard.FrozenAt ?? default).ToDateTimeOffset()),
        _ => null,
    };
}

/// <summary>
/// What follows a wrong password, wherever it is asked for: it is counted and recorded, and the owner is told once it no longer works in
/// unknown browsers.
/// </summary>
public sealed class WrongPasswords(PasswordGuards guards, AccountSeals seals, OwnerNotifications notifications, AuditLog audit)
{
    internal async Task ChargeAsync(Work work, Account account, Guid device)
    {
        var fails = await guards.ChargeAsync(work, account.Id, device);
        await audit.TallyAsync(work, fails is null ? AuditKinds.PasswordWaiting : AuditKinds.PasswordWrong, account.Id);
        if (!guards.SwitchesOff(device, fails))
        {
            return;
        }

        audit.Record(work, AuditKinds.PasswordSwitchedOff, account.Id, number: fails);
        if (await seals.IsRightAsync(work, account.Id))
        {
            notifications.SendToAll(work, account, (write, to) => write.PasswordSwitchedOff(to, fails!.Value));
        }
    }
}
