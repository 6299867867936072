namespace TwoFactor.Authenticators;

using System.ComponentModel.DataAnnotations;
using TwoFactor.Accounts.Passwords;

/// <summary>How many guesses the code guard allows, and how codes are compared.</summary>
public sealed class CodeLimits
{
    /// <summary>Consecutive wrong codes, of which the last one starts the first wait, 3 to 20, default 10.</summary>
    [Range(3, 20)]
    public int FreeWrongCodes { get; init; } = 10;

    /// <summary>Accounts whose wrong codes must agree before the clock alarm is raised, 2 to 1000, default 5.</summary>
    [Range(2, 1_000)]
    public int ClockAlarmAccounts { get; init; } = 5;

    /// <summary>Minutes in which those wrong codes must lie, and for which the alarm lasts after them, 2 to 60, default 10.</summary>
    [Range(2, 60)]
    public int ClockAlarmMinutes { get; init; } = 10;

    /// <summary>Seconds of the first wait; each later one doubles. 10 to 600, default 30.</summary>
    [Range(10, 600)]
    public int FirstWaitSeconds { get; init; } = 30;

    /// <summary>Seconds of the longest wait, 60 to 86400, default 3600.</summary>
    [Range(60, 86_400)]
    public int LongestWaitSeconds { get; init; } = 3_600;

    /// <summary>Consecutive wrong codes that close the guard, 10 to 100, default 50.</summary>
    [Range(10, 100)]
    public int ClosedAfterConsecutive { get; init; } = 50;

    /// <summary>
    /// Wrong codes within <see cref="PeriodDays"/> that close the guard, whatever lay between them, 20 to 200, default 100.
    /// </summary>
    [Range(20, 200)]
    public int ClosedAfterInPeriod { get; init; } = 100;

    /// <summary>Days of that period, 1 to 90, default 30.</summary>
    [Range(1, 90)]
    public int PeriodDays { get; init; } = 30;

    /// <summary>Steps of 30 s on either side of the current one that count, 0 to 1, default 1 (RFC 6238 §5.2).</summary>
    [Range(0, 1)]
    public int WindowSteps { get; init; } = 1;

    /// <summary>
    /// Steps on either side that a wrong code is compared with, privately, to tell a slow clock from a guess. 3 to 60, default 20.
    /// </summary>
    [Range(3, 60)]
    public int PrivateLookSteps { get; init; } = 20;

    /// <summary>Hours between two unlocks of one account, 1 to 168, default 24.</summary>
    [Range(1, 168)]
    public int UnlockPauseHours { get; init; } = 24;

    /// <summary>Wrong recovery codes in a row, of which the last one starts a rest, 3 to 20, default 10.</summary>
    [Range(3, 20)]
    public int FreeWrongRecoveryCodes { get; init; } = 10;

    /// <summary>Minutes of that rest, 10 to 1440, default 60.</summary>
    [Range(10, 1_440)]
    public int RecoveryRestMinutes { get; init; } = 60;

    /// <summary>Recovery codes in a set, 5 to 20, default 10.</summary>
    [Range(5, 20)]
    public int RecoveryCodes { get; init; } = 10;

    /// <summary>Minutes for which a new set is shown to the session that asked for it, 2 to 60, default 10.</summary>
    [Range(2, 60)]
    public int RecoveryShownMinutes { get; init; } = 10;

    internal TimeSpan Period => TimeSpan.FromDays(PeriodDays);

    internal TimeSpan ClockAlarmTime => TimeSpan.FromMinutes(ClockAlarmMinutes);

    internal TimeSpan UnlockPause => TimeSpan.FromHours(UnlockPauseHours);

    internal TimeSpan RecoveryRest => TimeSpan.FromMinutes(RecoveryRestMinutes);

    internal TimeSpan RecoveryShownTime => TimeSpan.FromMinutes(RecoveryShownMinutes);

    /// <summary>After how many doublings the longest wait is reached.</summary>
    internal int Doublings => PasswordGuards.DoublingsOf(FirstWaitSeconds, LongestWaitSeconds);
}
