namespace TwoFactor.Sessions.SelfService;

using TwoFactor.Audit;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>Lists an owner's own sessions and ends them.</summary>
public sealed class SessionManagement(
    UnitOfWork unitOfWork, SessionStore sessions, SessionLimits limits, AuditLog audit, TimeProvider time)
{
    /// <summary>The account's sessions, parked ones included, newest first.</summary>
    public Task<IReadOnlyList<Session>> ListAsync(Guid account, CancellationToken cancellation) =>
        sessions.ListAsync(account, cancellation);

    /// <summary>Whether a session waits for the password.</summary>
    public bool IsParked(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return limits.IsIdle(session.LastSeenAt, time.Now());
    }

    public Task SignOutAsync(CurrentSession currentSession, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(currentSession);
        return EndAsync(currentSession.Account.Id, currentSession.Session, AuditKinds.SignedOut, actor, cancellation);
    }

    /// <summary>Ends one of the owner's sessions. Returns false when it is not theirs or has already ended.</summary>
    public Task<bool> EndAsync(CurrentSession owner, Guid session, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return EndAsync(owner.Account.Id, session, AuditKinds.SessionEnded, actor, cancellation);
    }

    /// <summary>Ends all of the owner's sessions but this one.</summary>
    public async Task<int> EndOthersAsync(CurrentSession owner, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(owner);
        var others = await unitOfWork.RunAsync(
            actor,
            Locks.None,
            async work =>
            {
                var ended = await work.ExecuteAsync(
                    $"""
                     UPDATE session SET ended_at={work.Now}
                      WHERE account_id={owner.Account.Id} AND id<>{owner.Session} AND epoch={owner.Epoch} AND ended_at IS NULL
                     """);
                if (ended > 0)
                {
                    audit.Record(work, AuditKinds.SessionEnded, owner.Account.Id, ended);
                }

                return new Committed<int>(ended);
            },
            cancellation);
        return others.Value;
    }

    private async Task<bool> EndAsync(Guid account, Guid session, string kind, Actor actor, CancellationToken cancellation)
    {
        var wasOpen = await unitOfWork.RunAsync(
            actor,
            Locks.None,
            async work =>
            {
                var ended = await work.ExecuteAsync(
                    $"UPDATE session SET ended_at={work.Now} WHERE id={session} AND account_id={account} AND ended_at IS NULL") == 1;
                if (ended)
                {
                    audit.Record(work, kind, account);
                }

                return new Committed<bool>(ended);
            },
            cancellation);
        return wasOpen.Value;
    }
}
