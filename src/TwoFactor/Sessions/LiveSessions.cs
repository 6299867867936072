namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Who is signed in, as read from the database for one request.</summary>
/// <param name="Step">Of the code that opened the session.</param>
/// <param name="ProvenAt">When its last proof was given, in Unix seconds.</param>
/// <param name="RecoveredAt">When a recovery code was spent in it, in Unix seconds.</param>
/// <param name="IsRepair">It repairs the sign-in and opens nothing else.</param>
public sealed record SignedIn(
    Guid Session, Account Account, long Epoch, long LastSeenAt, long Step = 0, long? ProvenAt = null, long? RecoveredAt = null, bool IsRepair = false);

/// <summary>What opened a session.</summary>
/// <param name="Authenticator">Null: a recovery code did.</param>
/// <param name="Step">Of the code; for a recovery code the guard's last.</param>
/// <param name="IsRepair">The guard was closed.</param>
/// <param name="ProvenAt">The proof that a new authenticator was begun with, in Unix seconds: it still counts for removing the old one.</param>
public sealed record OpenedBy(Guid? Authenticator, long Step, bool IsRepair = false, long? ProvenAt = null);

/// <summary>What a session cookie leads to.</summary>
public abstract record SessionLook
{
    private SessionLook()
    {
    }

    public sealed record Live(SignedIn SignedIn) : SessionLook;

    public sealed record Over(SessionOver Why) : SessionLook;

    public sealed record Unknown : SessionLook;
}

public enum SessionOver
{
    Idle,
    TooOld,

    /// <summary>Signed out, or ended from another browser.</summary>
    Ended,

    /// <summary>Something about the account's sign-in changed since.</summary>
    Changed,
}

/// <summary>The rows of sessions. Every request asks here; nothing is remembered between two of them.</summary>
public sealed class LiveSessions(TwoFactorDb database, Verifier verifier, SessionLimits limits, AuditLog audit, TimeProvider time)
{
    private const string Purpose = "session";

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

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
            RecoveredAt = by.Authenticator is null ? now : null,
            IsRepair = by.IsRepair,
            ProvenAt = by.ProvenAt,
            Browser = origin.Browser,
            Platform = origin.Platform,
            Address = origin.Address?.ToArray(),
        });
        await database.Database.ExecuteSqlAsync($"UPDATE account SET last_sign_in_at={now} WHERE id={account}", cancellation);
        return token;
    }

    /// <summary>Whether nobody ended a session.</summary>
    public Task<bool> IsOpenAsync(Guid session, CancellationToken cancellation) =>
        database.Set<Session>().AnyAsync(row => row.Id == session && row.EndedAt == null, cancellation);

    /// <summary>When a session gave its last proof, in Unix seconds.</summary>
    public Task<long?> ProvenAtAsync(Guid? session, CancellationToken cancellation) =>
        database.Set<Session>().Where(row => row.Id == session).Select(row => row.ProvenAt).SingleOrDefaultAsync(cancellation);

    /// <summary>Gives a session a new id under a new epoch, in the caller's transaction: it is the only one of its account that goes on.</summary>
    /// <returns>Null: it ended meanwhile.</returns>
    public async Task<Token?> RenewAsync(SignedIn signedIn, long epoch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(signedIn);
        var token = Token.New();
        var endsAt = await database.Set<Session>().Where(session => session.Id == signedIn.Session).Select(session => session.ExpiresAt).SingleAsync(cancellation);
        var mac = verifier.TokenId(Purpose, token);
        var seal = verifier.TokenSeal(Purpose, token, signedIn.Account.Id, signedIn.Session, epoch, endsAt);
        return await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE session SET id_mac={mac}, seal={seal}, epoch={epoch}
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
        if (row is null || !IsGenuine(row.session, token) || !row.account.IsSealed(verifier))
        {
            return new SessionLook.Unknown();
        }

        var now = Now;
        return row switch
        {
            { session.EndedAt: not null } => new SessionLook.Over(SessionOver.Ended),
            _ when row.session.Epoch != row.guard.Epoch || row.guard.Held != HeldBy.None => new SessionLook.Over(SessionOver.Changed),
            _ when row.session.ExpiresAt <= now => new SessionLook.Over(SessionOver.TooOld),
            _ when row.session.LastSeenAt + (limits.IdleMinutes * 60L) <= now => new SessionLook.Over(SessionOver.Idle),
            _ => new SessionLook.Live(new SignedIn(
                row.session.Id, row.account, row.session.Epoch, row.session.LastSeenAt,
                row.session.Step, row.session.ProvenAt, row.session.RecoveredAt, row.session.IsRepair)),
        };
    }

    /// <summary>Notes a session's last use, once a minute.</summary>
    public async Task TouchAsync(SignedIn signedIn, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(signedIn);
        var now = Now;
        var before = now - limits.LastSeenSeconds;
        if (signedIn.LastSeenAt <= before)
        {
            await database.Database.ExecuteSqlAsync(
                $"UPDATE session SET last_seen_at={now} WHERE id={signedIn.Session} AND last_seen_at<={before} AND ended_at IS NULL", cancellation);
        }
    }

    /// <summary>The account's live sessions, the newest first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(Guid account, long epoch, CancellationToken cancellation)
    {
        var now = Now;
        var idleSince = now - (limits.IdleMinutes * 60L);
        return await database.Set<Session>().AsNoTracking()
            .Where(session => session.AccountId == account && session.EndedAt == null && session.Epoch == epoch
                && session.ExpiresAt > now && session.LastSeenAt > idleSince)
            .OrderByDescending(session => session.CreatedAt).ThenBy(session => session.Id)
            .ToListAsync(cancellation);
    }

    /// <summary>Signs out.</summary>
    public Task SignOutAsync(SignedIn signedIn, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(signedIn);
        return EndAsync(signedIn.Account.Id, signedIn.Session, AuditKinds.SignedOut, origin, cancellation);
    }

    /// <summary>Ends one of the owner's sessions. False: it is not theirs, or ended already.</summary>
    public Task<bool> EndAsync(SignedIn owner, Guid session, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return EndAsync(owner.Account.Id, session, AuditKinds.SessionEnded, origin, cancellation);
    }

    /// <summary>Ends all of the owner's sessions but this one.</summary>
    public async Task<int> EndOthersAsync(SignedIn owner, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return await database.InTransactionAsync(
            async () =>
            {
                var now = Now;
                var ended = await database.Database.ExecuteSqlAsync(
                    $"UPDATE session SET ended_at={now} WHERE account_id={owner.Account.Id} AND id<>{owner.Session} AND ended_at IS NULL",
                    cancellation);
                if (ended > 0)
                {
                    audit.Record(AuditKinds.SessionEnded, owner.Account.Id, origin, ended);
                }

                return ended;
            },
            cancellation);
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

    private Task<bool> EndAsync(Guid account, Guid session, string kind, Origin origin, CancellationToken cancellation) =>
        database.InTransactionAsync(
            async () =>
            {
                var now = Now;
                var ended = await database.Database.ExecuteSqlAsync(
                    $"UPDATE session SET ended_at={now} WHERE id={session} AND account_id={account} AND ended_at IS NULL", cancellation) == 1;
                if (ended)
                {
                    audit.Record(kind, account, origin);
                }

                return ended;
            },
            cancellation);

    private bool IsGenuine(Session session, Token token) => Verifier.Same(
        session.Seal, verifier.TokenSeal(Purpose, token, session.AccountId, session.Id, session.Epoch, session.ExpiresAt));
}
