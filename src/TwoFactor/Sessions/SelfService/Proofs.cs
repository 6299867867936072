namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What a proof is asked for.</summary>
public enum ProofFor
{
    /// <summary>Adds a phone beside those that there are.</summary>
    AddAuthenticator,

    /// <summary>A new phone in place of all others.</summary>
    ReplaceAuthenticators,
    RemoveAuthenticator,
    RecoveryCodes,
    Password,
    Addresses,

    /// <summary>Somebody else's account: name, address, role, its end.</summary>
    Accounts,
}

/// <summary>The answer to a code that confirms who is at the keyboard.</summary>
public abstract record ProofOutcome
{
    private ProofOutcome()
    {
    }

    /// <param name="Session">The session's new id: whoever copied the old one has no part in the proof.</param>
    public sealed record Given(Token Session) : ProofOutcome;

    public sealed record Refused(CodeVerdict Verdict) : ProofOutcome;
}

/// <summary>Step-up: a code of a later step than the one that opened the session, or, for three things only, the recovery code that opened it.</summary>
public sealed class Proofs(TwoFactorDb database, CodeCheck check, SessionStore sessions, SessionLimits limits, AuditLog audit, TimeProvider time)
{
    /// <summary>Whether a session may do this now.</summary>
    public bool Has(CurrentSession me, ProofFor what)
    {
        ArgumentNullException.ThrowIfNull(me);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return (!me.IsRepair && IsFresh(me.ProvenAt, limits.ProofMinutes, now))
            || (what is ProofFor.ReplaceAuthenticators or ProofFor.RecoveryCodes or ProofFor.Password
                && IsFresh(me.RecoveredAt, limits.RecoveryProofMinutes, now));
    }

    /// <summary>Judges a code. An accepted one is of a later step than any before it, so also than the one that opened the session.</summary>
    /// <param name="forChanges">False: it opens the pages of administration and proves nothing else.</param>
    public Task<ProofOutcome> GiveAsync(CurrentSession me, string? typed, bool forChanges, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return Task.FromResult<ProofOutcome>(new ProofOutcome.Refused(new CodeVerdict.Malformed(length)));
        }

        return database.InTransactionAsync<ProofOutcome>(
            async () =>
            {
                var verdict = await check.JudgeAsync(me.Account.Id, me.Epoch, code, HeldBy.None, actor, cancellation);
                if (verdict is not CodeVerdict.Accepted)
                {
                    return new ProofOutcome.Refused(verdict);
                }

                var now = time.GetUtcNow().ToUnixTimeSeconds();
                audit.Record(AuditKinds.ProofGiven, me.Account.Id, actor);
                if (await sessions.RenewAsync(forChanges ? me with { ProvenAt = now } : me, me.Epoch, cancellation) is not { } session)
                {
                    return new ProofOutcome.Refused(new CodeVerdict.StartAgain());
                }

                await database.Database.ExecuteSqlAsync($"UPDATE session SET last_seen_at={now}, needs_code=0 WHERE id={me.Session}", cancellation);
                return new ProofOutcome.Given(session);
            },
            keep: outcome => outcome is not ProofOutcome.Refused { Verdict: CodeVerdict.KeyMissing or CodeVerdict.Busy },
            cancellation);
    }

    private static bool IsFresh(long? at, int minutes, long now) => at is { } given && given <= now && now < given + (minutes * 60L);
}
