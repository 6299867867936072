namespace TwoFactor.Sessions.Store;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Accounts.Statements;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The rows of sessions. Every request reads them here; only the last use of a session is kept between requests.</summary>
public sealed class SessionStore(
    TwoFactorDb database,
    UnitOfWork unitOfWork,
    LastUses uses,
    CodeGuards guards,
    AccountSeals seals,
    KeyedHasher keyedHasher,
    SessionLimits limits,
    TimeProvider time)
{
    private const string Purpose = SessionSeals.Purpose;

    private readonly SessionSeals rowSeals = new(keyedHasher);

    private UnixTime Now => time.Now();

    /// <summary>Adds a session to the caller's story.</summary>
    /// <param name="epoch">The guard's epoch when the story commits.</param>
    public async Task<Token> OpenAsync(Work work, Guid account, Epoch epoch, SessionOpening opening)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(opening);
        var token = Token.New();
        var id = Guid.NewGuid();
        var now = work.Now;
        var endsAt = now + limits.Lifetime;
        var authenticator = opening.Authenticator ?? Guid.Empty;
        work.Add(new Session
        {
            Id = id,
            IdMac = keyedHasher.TokenId(Purpose, token),
            Seal = rowSeals.Of(token, account, id, epoch, endsAt, authenticator, opening.Step),
            AccountId = account,
            Epoch = epoch,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = endsAt,
            AuthenticatorId = authenticator,
            Step = opening.Step,
            RecoveredAt = opening.IsRecovery ? now : null,
            IsRepair = opening.IsRepair,
            // A pass does not open the admin pages: they ask for a code.
            NeedsCode = opening.IsPass,
            ProvenAt = opening.ProvenAt,
            ProofSeal = rowSeals.OfProofs(id, epoch, opening.ProvenAt, opening.IsRecovery ? now : null, opening.IsRepair),
            Browser = work.By.Browser,
            Platform = work.By.Platform,
            Address = work.By.Address?.ToArray(),
        });
        if (await AccountStatements.RememberSignInAsync(work, account) && opening.IsFull)
        {
            await guards.RequireOpenAsync(work, account);
            await AccountStatements.TrustMailboxAsync(work, account);
        }

        return token;
    }

    /// <summary>
    /// Gives a session a new token, in the caller's story, with the proofs of <paramref name="currentSession"/>. When the account's epoch
    /// was raised, this is the only session that survives.
    /// </summary>
    /// <returns>The new token; null when the session ended meanwhile.</returns>
    public async Task<Token?> RenewAsync(Work work, CurrentSession currentSession, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(currentSession);
        var token = Token.New();
        var row = await work.Rows.Set<Session>().AsNoTracking().Where(session => session.Id == currentSession.Session)
            .Select(session => new { session.ExpiresAt, session.AuthenticatorId }).SingleAsync(CancellationToken.None);
        var mac = keyedHasher.TokenId(Purpose, token);
        var seal = rowSeals.Of(
            token, currentSession.Account.Id, currentSession.Session, epoch, row.ExpiresAt, row.AuthenticatorId, currentSession.Step);
        var proof = rowSeals.OfProofs(
            currentSession.Session, epoch, currentSession.ProvenAt, currentSession.RecoveredAt, currentSession.IsRepair);
        return await work.ExecuteAsync(
            $"""
             UPDATE session SET id_mac={mac}, seal={seal}, epoch={epoch}, proven_at={currentSession.ProvenAt},
              recovered_at={currentSession.RecoveredAt}, proof_seal={proof}
              WHERE id={currentSession.Session} AND epoch={currentSession.Epoch} AND ended_at IS NULL
             """) == 1 ? token : null;
    }

    /// <summary>
    /// Reads a session with its account and guard. A session that ended, is idle or too old, has another epoch or whose account is held
    /// opens nothing.
    /// </summary>
    public async Task<SessionState> FindAsync(Token? token, CancellationToken cancellation)
    {
        if (token is null)
        {
            return new SessionState.Unknown();
        }

        var mac = keyedHasher.TokenId(Purpose, token);
        var row = await (
            from session in database.Set<Session>().AsNoTracking()
            join account in database.Set<Account>().AsNoTracking() on session.AccountId equals account.Id
            join guard in database.Set<CodeGuard>().AsNoTracking() on session.AccountId equals guard.AccountId
            where session.IdMac == mac
            select new { session, account, guard }).SingleOrDefaultAsync(cancellation);
        if (row is null || !rowSeals.AreRight(row.session, token))
        {
            return new SessionState.Unknown();
        }

        var now = Now;
        var lastSeenAt = uses.LatestOf(row.session.Id, row.session.LastSeenAt);
        var currentSession = new CurrentSession(
            row.session.Id, row.account, row.session.Epoch, lastSeenAt, row.session.Step, row.session.ProvenAt, row.session.RecoveredAt,
            row.session.IsRepair, row.session.NeedsCode || limits.IsIdleForAdministration(lastSeenAt, now));
        return EndOf(row.session, lastSeenAt, row.guard, now) switch
        {
            { } why => new SessionState.Over(why, row.account.Id, row.session.CreatedAt),
            null when !seals.IsKnownRight(row.guard, row.account) && !await seals.IsRightAsync(row.account.Id, cancellation) =>
                new SessionState.Over(SessionEnd.Changed, row.account.Id, row.session.CreatedAt),
            null when limits.IsIdle(lastSeenAt, now) => new SessionState.Parked(currentSession),
            null => new SessionState.Live(currentSession),
        };
    }

    /// <summary>The sessions of an account that are live or parked, newest first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(Guid account, CancellationToken cancellation)
    {
        // Those that somebody ended are many, so they are not read. The others are judged as a request judges them.
        var rows = await (
            from session in database.Set<Session>().AsNoTracking()
            join guard in database.Set<CodeGuard>().AsNoTracking() on session.AccountId equals guard.AccountId
            where session.AccountId == account && session.EndedAt == null
            orderby session.CreatedAt descending, session.Id
            select new { session, guard }).ToListAsync(cancellation);
        var now = Now;
        rows.ForEach(row => row.session.LastSeenAt = uses.LatestOf(row.session.Id, row.session.LastSeenAt));
        return [.. rows.Where(row => EndOf(row.session, row.session.LastSeenAt, row.guard, now) is null).Select(row => row.session)];
    }

    /// <summary>
    /// Resumes this browser's parked session after the password was proven, under a new token, in the caller's story. Returns null when
    /// there is no parked session of this account, or another request resumed it first.
    /// </summary>
    public async Task<Token?> ResumeAsync(Work work, Token? token, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (token is null
            || await FindAsync(token, CancellationToken.None) is not SessionState.Parked(var parked)
            || parked.Account.Id != account)
        {
            return null;
        }

        // When two requests resume it at once, only the first still finds the MAC that was read: the renewal replaces it.
        var mac = keyedHasher.TokenId(Purpose, token);
        return await work.ExecuteAsync(
            $"UPDATE session SET last_seen_at={work.Now}, needs_code=1 WHERE id={parked.Session} AND id_mac={mac}") == 1
            ? await RenewAsync(work, parked with { ProvenAt = null, RecoveredAt = null }, parked.Epoch)
            : null;
    }

    /// <summary>
    /// Records a session's last use, at most once per <see cref="SessionLimits.LastSeenSeconds"/>. If it was idle for too long for the
    /// admin pages, its row says at once that they ask for a code: otherwise this use would hide the idle time.
    /// </summary>
    public async Task TouchAsync(CurrentSession currentSession, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(currentSession);
        if (currentSession.LastSeenAt > Now - limits.LastSeenInterval)
        {
            return;
        }

        if (!limits.IsIdleForAdministration(currentSession.LastSeenAt, Now))
        {
            uses.Note(currentSession.Session, Now);
            return;
        }

        await unitOfWork.RunAsync(
            actor,
            Locks.None,
            async work =>
            {
                var now = work.Now;
                return new Committed<int>(await work.ExecuteAsync(
                    $"""
                     UPDATE session SET last_seen_at={now}, needs_code=1
                      WHERE id={currentSession.Session} AND last_seen_at<={now - limits.AdminIdleTime} AND ended_at IS NULL
                     """));
            },
            cancellation);
    }

    /// <summary>Records that a code was given in a session: it may use the admin pages again.</summary>
    public Task NoteCodeAsync(Work work, Guid session)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync($"UPDATE session SET last_seen_at={work.Now}, needs_code=0 WHERE id={session}");
    }

    /// <summary>Ends the session that this browser had before a new sign-in, in the caller's story.</summary>
    public Task ReplaceAsync(Work work, Token? token)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (token is null)
        {
            return Task.CompletedTask;
        }

        var mac = keyedHasher.TokenId(Purpose, token);
        return work.ExecuteAsync($"UPDATE session SET ended_at={work.Now} WHERE id_mac={mac} AND ended_at IS NULL");
    }

    /// <summary>Deletes sessions a day after they expired.</summary>
    /// <returns>The number of deleted rows. When it equals the batch size, there may be more.</returns>
    public async Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = work.Now - TimeSpan.FromDays(1);
        await PasswordGuards.ForgetAsync(work, await work.Rows.Set<Session>().Where(session => session.ExpiresAt < before)
            .OrderBy(session => session.ExpiresAt).Take(Work.Batch)
            .Select(session => new PasswordBudget(session.AccountId, session.Id)).ToListAsync(CancellationToken.None));
        return await work.ExecuteAsync(
            $"DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at<{before} ORDER BY expires_at LIMIT {Work.Batch})");
    }

    /// <summary>Why a session opens nothing any more; null while it is live or parked.</summary>
    private SessionEnd? EndOf(Session session, UnixTime lastSeenAt, CodeGuard guard, UnixTime now) => session switch
    {
        { EndedAt: not null } => SessionEnd.Ended,
        _ when session.Epoch != guard.Epoch || guard.Held != HeldBy.None => SessionEnd.Changed,
        _ when session.ExpiresAt <= now => SessionEnd.TooOld,
        { IsRepair: true } when limits.IsIdle(lastSeenAt, now) => SessionEnd.Idle,
        _ => null,
    };
}
