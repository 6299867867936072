namespace TwoFactor.Sessions;

using System.ComponentModel.DataAnnotations;
using TwoFactor.Storage;

/// <summary>How long sign-ins and sessions live.</summary>
public sealed class SessionLimits
{
    /// <summary>Minutes without use after which a session asks for the password again, 5 to 1440, default 60.</summary>
    [Range(5, 1_440)]
    public int IdleMinutes { get; init; } = 60;

    /// <summary>Hours after its code that end a session, used or not, 1 to 168, default 24.</summary>
    [Range(1, 168)]
    public int LifetimeHours { get; init; } = 24;

    /// <summary>
    /// Seconds between two updates of a session's last use, 10 to 240, default 60. It is always below the shortest time that counts as
    /// idle.
    /// </summary>
    [Range(10, 240)]
    public int LastSeenSeconds { get; init; } = 60;

    /// <summary>Minutes from the password to the code, 2 to 30, default 5.</summary>
    [Range(2, 30)]
    public int PendingMinutes { get; init; } = 5;

    /// <summary>Codes that one password step may try, 1 to 10, default 5.</summary>
    [Range(1, 10)]
    public int TriesPerSignIn { get; init; } = 5;

    /// <summary>
    /// Hours that a pending sign-in is kept after it began, so that name and destination survive its end; 1 to 168, default 24.
    /// </summary>
    [Range(1, 168)]
    public int PendingKeptHours { get; init; } = 24;

    /// <summary>Ended pending sign-ins that an account keeps, the newest ones, 1 to 100, default 20.</summary>
    [Range(1, 100)]
    public int EndedSignIns { get; init; } = 20;

    /// <summary>Days that a browser is known after a full sign-in, 1 to 400, default 400.</summary>
    [Range(1, 400)]
    public int DeviceDays { get; init; } = 400;

    /// <summary>Minutes without use after which the pages of administration ask for a code, 5 to 60, default 15.</summary>
    [Range(5, 60)]
    public int AdminIdleMinutes { get; init; } = 15;

    /// <summary>How often somebody may ask for more time for a code, 0 to 20, default 10 (WCAG 2.2, 2.2.1).</summary>
    [Range(0, 20)]
    public int Extensions { get; init; } = 10;

    /// <summary>Minutes that a form is kept while a code or the password is asked for, 5 to 120, default 30.</summary>
    [Range(5, 120)]
    public int SavedFormMinutes { get; init; } = 30;

    /// <summary>Minutes that a proof counts for changes, 1 to 30, default 5.</summary>
    [Range(1, 30)]
    public int ProofMinutes { get; init; } = 5;

    /// <summary>
    /// Minutes that a recovery code spent in a session counts as a proof for the three things that it may change, 1 to 60, default 15.
    /// </summary>
    [Range(1, 60)]
    public int RecoveryProofMinutes { get; init; } = 15;

    internal TimeSpan IdleTime => TimeSpan.FromMinutes(IdleMinutes);

    internal TimeSpan Lifetime => TimeSpan.FromHours(LifetimeHours);

    internal TimeSpan LastSeenInterval => TimeSpan.FromSeconds(LastSeenSeconds);

    internal TimeSpan PendingTime => TimeSpan.FromMinutes(PendingMinutes);

    internal TimeSpan PendingKept => TimeSpan.FromHours(PendingKeptHours);

    internal TimeSpan DeviceLifetime => TimeSpan.FromDays(DeviceDays);

    internal TimeSpan AdminIdleTime => TimeSpan.FromMinutes(AdminIdleMinutes);

    internal TimeSpan SavedFormTime => TimeSpan.FromMinutes(SavedFormMinutes);

    internal TimeSpan ProofTime => TimeSpan.FromMinutes(ProofMinutes);

    internal TimeSpan RecoveryProofTime => TimeSpan.FromMinutes(RecoveryProofMinutes);

    /// <summary>Whether a session was not used for so long that it asks for the password again.</summary>
    internal bool IsIdle(UnixTime lastSeenAt, UnixTime now) => lastSeenAt + IdleTime <= now;

    /// <summary>Whether a session was not used for so long that the pages of administration ask for a code.</summary>
    internal bool IsIdleForAdministration(UnixTime lastSeenAt, UnixTime now) => lastSeenAt + AdminIdleTime <= now;
}
