namespace TwoFactor.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Who is signed in, as read from the database for one request.</summary>
/// <param name="Step">The time step of the code that opened the session; the guard's last one when a recovery code or a pass opened
/// it.</param>
/// <param name="ProvenAt">When its last proof was given.</param>
/// <param name="RecoveredAt">When a recovery code was spent in it.</param>
/// <param name="IsRepair">It was opened while the guard was closed: it may repair the sign-in and opens nothing else.</param>
/// <param name="NeedsCode">The admin pages ask for a code first: the session was idle, was resumed by the password, or was opened by a
/// pass.</param>
public sealed record CurrentSession(
    Guid Session, Account Account, Epoch Epoch, UnixTime LastSeenAt, TimeStep Step = default,
    UnixTime? ProvenAt = null, UnixTime? RecoveredAt = null, bool IsRepair = false, bool NeedsCode = false);

/// <summary>What opened a session.</summary>
/// <param name="Authenticator">The authenticator whose code opened the session; null when a recovery code or a pass did.</param>
/// <param name="Step">The time step of the code; for a recovery code or a pass, the guard's last accepted step.</param>
/// <param name="IsRepair">Whether the guard was closed: the session may only repair the sign-in.</param>
/// <param name="ProvenAt">When the step-up proof that started the enrollment was given. It still counts for removing the old
/// authenticator.</param>
/// <param name="IsFull">Whether the sign-in took the password and then a code or a recovery code. The first code of a new authenticator and
/// a pass make no full sign-in.</param>
/// <param name="IsPass">Whether a pass opened the session, because the phone is not at hand. A pass is no proof.</param>
public sealed record SessionOpening(
    Guid? Authenticator, TimeStep Step, bool IsRepair = false, UnixTime? ProvenAt = null, bool IsFull = true, bool IsPass = false)
{
    /// <summary>Whether a recovery code was spent.</summary>
    public bool IsRecovery => Authenticator is null && !IsPass;
}

/// <summary>What a session cookie leads to.</summary>
public abstract record SessionState
{
    private SessionState()
    {
    }

    public sealed record Live(CurrentSession CurrentSession) : SessionState;

    /// <summary>The session was idle for too long. In its own browser the password alone resumes it; until then it opens nothing.</summary>
    public sealed record Parked(CurrentSession CurrentSession) : SessionState;

    /// <param name="Since">When the session began: whatever ended it happened later.</param>
    public sealed record Over(SessionEnd Why, Guid Account, UnixTime Since) : SessionState;

    public sealed record Unknown : SessionState;
}

public enum SessionEnd
{
    /// <summary>A repair session was idle for too long. It ends, where another session is parked.</summary>
    Idle,
    TooOld,

    /// <summary>Signed out, or ended from another browser.</summary>
    Ended,

    /// <summary>The account has a new epoch, or is held.</summary>
    Changed,
}
