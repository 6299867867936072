namespace TwoFactor.Sessions.SelfService;

using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>What a proof is needed for.</summary>
public enum ProofFor
{
    /// <summary>Adds an authenticator beside the existing ones.</summary>
    AddAuthenticator,

    /// <summary>Replaces all authenticators by a new one.</summary>
    ReplaceAuthenticators,
    RemoveAuthenticator,
    RecoveryCodes,
    Password,
    Addresses,

    /// <summary>Changes somebody else's account: name, address, role, deletion.</summary>
    Accounts,
}

/// <summary>The answer to a code that confirms who is at the keyboard.</summary>
public abstract record ProofOutcome : IOutcome
{
    private ProofOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <param name="Session">The session's new token, so that a copy of the old one does not share the proof.</param>
    public sealed record Given(Token Session) : ProofOutcome(commits: true);

    public sealed record Refused(CodeVerdict Verdict) : ProofOutcome(commits: Verdict.Commits);
}

/// <summary>
/// Step-up: a code of a later step than the one that opened the session, or, for three things only, the recovery code that opened it.
/// </summary>
public sealed class Proofs(
    UnitOfWork unitOfWork, CodeCheck check, SessionStore sessions, SessionLimits limits, AuditLog audit, TimeProvider time)
{
    /// <summary>Whether a session has a fresh proof for this purpose.</summary>
    public bool Has(CurrentSession me, ProofFor what)
    {
        ArgumentNullException.ThrowIfNull(me);
        var now = time.Now();
        return (!me.IsRepair && IsFresh(me.ProvenAt, limits.ProofTime, now))
            || (what is ProofFor.ReplaceAuthenticators or ProofFor.RecoveryCodes or ProofFor.Password
                && IsFresh(me.RecoveredAt, limits.RecoveryProofTime, now));
    }

    /// <summary>
    /// Judges a code. An accepted one is of a later step than any before it, so also than the one that opened the session.
    /// </summary>
    /// <param name="forChanges">Whether the code counts as a proof. If not, it only opens the admin pages.</param>
    public Task<ProofOutcome> GiveAsync(CurrentSession me, string? typed, bool forChanges, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return Task.FromResult<ProofOutcome>(new ProofOutcome.Refused(new CodeVerdict.Malformed(length)));
        }

        return unitOfWork.RunAsync(actor, Locks.Of(me.Account.Id), work => JudgeAsync(work, me, code, forChanges), cancellation);
    }

    private async Task<ProofOutcome> JudgeAsync(Work work, CurrentSession me, SixDigits code, bool forChanges)
    {
        var verdict = await check.JudgeAsync(work, me.Account.Id, me.Epoch, code, HeldBy.None);
        if (verdict is not CodeVerdict.Accepted)
        {
            return new ProofOutcome.Refused(verdict);
        }

        audit.Record(work, AuditKinds.ProofGiven, me.Account.Id);
        if (await sessions.RenewAsync(work, forChanges ? me with { ProvenAt = work.Now } : me, me.Epoch) is not { } session)
        {
            return new ProofOutcome.Refused(new CodeVerdict.StartAgain());
        }

        await sessions.NoteCodeAsync(work, me.Session);
        return new ProofOutcome.Given(session);
    }

    private static bool IsFresh(UnixTime? at, TimeSpan length, UnixTime now) =>
        at is { } given && given <= now && now < given + length;
}
