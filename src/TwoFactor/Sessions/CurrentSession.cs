namespace TwoFactor.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Who is signed in, as read from the database for one request.</summary>
/// <param name="Step">Of the code that opened the session.</param>
/// <param name="ProvenAt">When its last proof was given.</param>
/// <param name="RecoveredAt">When a recovery code was spent in it.</param>
/// <param name="IsRepair">It repairs the sign-in and opens nothing else.</param>
/// <param name="NeedsCode">It was idle for too long for the pages of administration.</param>
public sealed record CurrentSession(
    Guid Session, Account Account, Epoch Epoch, UnixTime LastSeenAt, TimeStep Step = default,
    UnixTime? ProvenAt = null, UnixTime? RecoveredAt = null, bool IsRepair = false, bool NeedsCode = false);

/// <summary>What opened a session.</summary>
/// <param name="Authenticator">Null: a recovery code or a pass did.</param>
/// <param name="Step">Of the code; for a recovery code the guard's last.</param>
/// <param name="IsRepair">The guard was closed.</param>
/// <param name="ProvenAt">The proof that a new authenticator was begun with: it still counts for removing the old
/// one.</param>
/// <param name="IsFull">By password, then code or recovery code; not by the first code of a new authenticator.</param>
/// <param name="IsPass">The phone is at home: it proves nothing.</param>
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

    /// <summary>It was idle for too long: in its own browser the password alone wakes it. Until then it opens nothing.</summary>
    public sealed record Parked(CurrentSession CurrentSession) : SessionState;

    /// <param name="Since">When it began: what ended it happened later.</param>
    public sealed record Over(SessionEnd Why, Guid Account, UnixTime Since) : SessionState;

    public sealed record Unknown : SessionState;
}

public enum SessionEnd
{
    /// <summary>A session that repairs is not parked.</summary>
    Idle,
    TooOld,

    /// <summary>Signed out, or ended from another browser.</summary>
    Ended,

    /// <summary>Something about the account's sign-in changed since.</summary>
    Changed,
}
