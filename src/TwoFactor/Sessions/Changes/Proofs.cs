namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
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
}

/// <summary>The answer to a code that confirms who is at the keyboard.</summary>
public abstract record ProofOutcome
{
    private ProofOutcome()
    {
    }

    public sealed record Given : ProofOutcome;

    public sealed record Refused(CodeVerdict Verdict) : ProofOutcome;
}

/// <summary>Step-up: a code of a later step than the one that opened the session, or, for three things only, the recovery code that opened it.</summary>
public sealed class Proofs(TwoFactorDb database, CodeCheck check, SessionLimits limits, AuditLog audit, TimeProvider time)
{
    /// <summary>Whether a session may do this now.</summary>
    public bool Has(SignedIn me, ProofFor what)
    {
        ArgumentNullException.ThrowIfNull(me);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return (!me.IsRepair && IsFresh(me.ProvenAt, limits.ProofMinutes, now))
            || (what is ProofFor.ReplaceAuthenticators or ProofFor.RecoveryCodes or ProofFor.Password
                && IsFresh(me.RecoveredAt, limits.RecoveryProofMinutes, now));
    }

    /// <summary>Judges a code. An accepted one is of a later step than any before it, so also than the one that opened the session.</summary>
    public Task<ProofOutcome> GiveAsync(SignedIn me, string? typed, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return Task.FromResult<ProofOutcome>(new ProofOutcome.Refused(new CodeVerdict.Malformed(length)));
        }

        return database.InTransactionAsync<ProofOutcome>(
            async () =>
            {
                var verdict = await check.JudgeAsync(me.Account.Id, me.Epoch, code, HeldBy.None, origin, cancellation);
                if (verdict is not CodeVerdict.Accepted)
                {
                    return new ProofOutcome.Refused(verdict);
                }

                var now = time.GetUtcNow().ToUnixTimeSeconds();
                var noted = await database.Database.ExecuteSqlAsync(
                    $"UPDATE session SET proven_at={now}, needs_code=0 WHERE id={me.Session} AND epoch={me.Epoch} AND ended_at IS NULL", cancellation);
                audit.Record(AuditKinds.ProofGiven, me.Account.Id, origin);
                return noted == 1 ? new ProofOutcome.Given() : new ProofOutcome.Refused(new CodeVerdict.StartAgain());
            },
            keep: outcome => outcome is not ProofOutcome.Refused { Verdict: CodeVerdict.KeyMissing or CodeVerdict.Busy },
            cancellation);
    }

    private static bool IsFresh(long? at, int minutes, long now) => at is { } given && given <= now && now < given + (minutes * 60L);
}
