namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The rows of sessions. Every request asks here; nothing is remembered between two of them.</summary>
public sealed class LiveSessions(TwoFactorDb database, Verifier verifier, SessionLimits limits, TimeProvider time)
{
    private const string Purpose = "session";

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    private long AdminIdle => limits.AdminIdleMinutes * 60L;

    /// <summary>Adds a session to the caller's transaction.</summary>
    /// <param name="epoch">The guard's epoch when the transaction commits.</param>
    public async Task<Token> OpenAsync(
        Guid account, long epoch, OpenedBy by, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentNullException.ThrowIfNull(origin);
        var token = Token.New();
        var id = Guid.NewGuid();
        var now = Now;
        var endsAt = now + (limits.LifetimeHours * 3_600L);
        database.Add(new Session
        {
            Id = id,
            IdMac = verifier.TokenId(Purpose, token),
            Seal = verifier.TokenSeal(Purpose, token, account, id, epoch, endsAt),
            AccountId = account,
            Epoch = epoch,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = endsAt,
            AuthenticatorId = by.Authenticator ?? Guid.Empty,
            Step = by.Step,
            RecoveredAt = by.IsRecovery ? now : null,
            IsRepair = by.IsRepair,
            // A pass opens no page of administration: those ask for a code.
            NeedsCode = by.IsPass,
            ProvenAt = by.ProvenAt,
            ProofSeal = ProofSeal(id, epoch, by.ProvenAt, by.IsRecovery ? now : null, by.IsRepair),
            Browser = origin.Browser,
            Platform = origin.Platform,
            Address = origin.Address?.ToArray(),
        });
        await database.Database.ExecuteSqlAsync(
            $"UPDATE account SET last_sign_in_at={now}, trusted_at=CASE WHEN {by.IsFull} AND doubted_at IS NOT NULL AND trusted_at IS NULL THEN {now} ELSE trusted_at END WHERE id={account}", cancellation);
        return token;
    }

    /// <summary>Gives a session a new id, in the caller's transaction, with the proofs that it is handed: under a new epoch it is the only one of its account that goes on.</summary>
    /// <returns>Null: it ended meanwhile.</returns>
    public async Task<Token?> RenewAsync(SignedIn signedIn, long epoch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(signedIn);
        var token = Token.New();
        var endsAt = await database.Set<Session>().Where(session => session.Id == signedIn.Session).Select(session => session.ExpiresAt).SingleAsync(cancellation);
        var mac = verifier.TokenId(Purpose, token);
        var seal = verifier.TokenSeal(Purpose, token, signedIn.Account.Id, signedIn.Session, epoch, endsAt);
        var proof = ProofSeal(signedIn.Session, epoch, signedIn.ProvenAt, signedIn.RecoveredAt, signedIn.IsRepair);
        return await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE session SET id_mac={mac}, seal={seal}, epoch={epoch}, proven_at={signedIn.ProvenAt}, recovered_at={signedIn.RecoveredAt}, proof_seal={proof}
              WHERE id={signedIn.Session} AND epoch={signedIn.Epoch} AND ended_at IS NULL
             """,
            cancellation) == 1 ? token : null;
    }

    /// <summary>Reads a session with its account and guard: ended, idle, too old, under another epoch or held, it opens nothing.</summary>
    public async Task<SessionLook> LookAsync(Token? token, CancellationToken cancellation)
    {
        if (token is null)
        {
            return new SessionLook.Unknown();
        }

        var mac = verifier.TokenId(Purpose, token);
        var row = await (
            from session in database.Set<Session>().AsNoTracking()
            join account in database.Set<Account>().AsNoTracking() on session.AccountId equals account.Id
            join guard in database.Set<CodeGuard>().AsNoTracking() on session.AccountId equals guard.AccountId
            where session.IdMac == mac
            select new { session, account, guard }).SingleOrDefaultAsync(cancellation);
        if (row is null || !IsGenuine(row.session, token) || !row.account.HasSealedRole(verifier))
        {
            return new SessionLook.Unknown();
        }

        var now = Now;
        var signedIn = new SignedIn(
            row.session.Id, row.account, row.session.Epoch, row.session.LastSeenAt, row.session.Step, row.session.ProvenAt, row.session.RecoveredAt,
            row.session.IsRepair, row.session.NeedsCode || row.session.LastSeenAt + AdminIdle <= now);
        SessionLook Over(SessionOver why) => new SessionLook.Over(why, row.account.Id, row.session.CreatedAt);
        return row switch
        {
            { session.EndedAt: not null } => Over(SessionOver.Ended),
            _ when row.session.Epoch != row.guard.Epoch || row.guard.Held != HeldBy.None => Over(SessionOver.Changed),
            _ when row.session.ExpiresAt <= now => Over(SessionOver.TooOld),
            _ when row.session.LastSeenAt + (limits.IdleMinutes * 60L) > now => new SessionLook.Live(signedIn),
            { session.IsRepair: true } => Over(SessionOver.Idle),
            _ => new SessionLook.Parked(signedIn),
        };
    }

    /// <summary>The password was proven: it wakes the parked session of its own browser, under a new id, in the caller's transaction. Null: there is none of this account.</summary>
    public async Task<Token?> ResumeAsync(Token? token, Guid account, CancellationToken cancellation)
    {
        if (await LookAsync(token, cancellation) is not SessionLook.Parked(var parked) || parked.Account.Id != account
            || await RenewAsync(parked with { ProvenAt = null, RecoveredAt = null }, parked.Epoch, cancellation) is not { } renewed)
        {
            return null;
        }

        var now = Now;
        await database.Database.ExecuteSqlAsync($"UPDATE session SET last_seen_at={now}, needs_code=1 WHERE id={parked.Session}", cancellation);
        return renewed;
    }

    /// <summary>Notes a session's last use, once a minute, and that the pages of administration have been left alone for too long.</summary>
    public async Task TouchAsync(SignedIn signedIn, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(signedIn);
        var now = Now;
        var before = now - limits.LastSeenSeconds;
        if (signedIn.LastSeenAt <= before)
        {
            await database.Database.ExecuteSqlAsync(
                $"""
                 UPDATE session SET last_seen_at={now}, needs_code=CASE WHEN last_seen_at<={now - AdminIdle} THEN 1 ELSE needs_code END
                  WHERE id={signedIn.Session} AND last_seen_at<={before} AND ended_at IS NULL
                 """,
                cancellation);
        }
    }

    /// <summary>A new sign-in in this browser ends the session that it had, in the caller's transaction.</summary>
    public Task ReplaceAsync(Token? token, CancellationToken cancellation)
    {
        if (token is null)
        {
            return Task.CompletedTask;
        }

        var mac = verifier.TokenId(Purpose, token);
        var now = Now;
        return database.Database.ExecuteSqlAsync($"UPDATE session SET ended_at={now} WHERE id_mac={mac} AND ended_at IS NULL", cancellation);
    }

    /// <summary>Forgets sessions a day after their latest end.</summary>
    public Task SweepAsync(CancellationToken cancellation)
    {
        var before = Now - 86_400;
        return database.Database.ExecuteSqlAsync($"DELETE FROM session WHERE expires_at<{before}", cancellation);
    }

    private bool IsGenuine(Session session, Token token) =>
        Verifier.Same(session.Seal, verifier.TokenSeal(Purpose, token, session.AccountId, session.Id, session.Epoch, session.ExpiresAt))
        && Verifier.Same(session.ProofSeal, ProofSeal(session.Id, session.Epoch, session.ProvenAt, session.RecoveredAt, session.IsRepair));

    private byte[] ProofSeal(Guid session, long epoch, long? provenAt, long? recoveredAt, bool isRepair) =>
        verifier.Hash("session.proof", new Canonical().Id(session).Number(epoch).Number(provenAt).Number(recoveredAt).Number(isRepair ? 1 : 0).ToArray());
}
