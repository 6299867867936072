namespace TwoFactor.Accounts.Passwords;

using System.ComponentModel.DataAnnotations;

/// <summary>The limits for passwords.</summary>
public sealed class PasswordLimits
{
    internal const int LeastMinimum = 12;
    internal const int LongestMaximum = 1024;

    /// <summary>
    /// Code points, 12 to 64, default 12. The minimum is not lower, because the list of common passwords has nothing shorter.
    /// </summary>
    [Range(LeastMinimum, 64)]
    public int MinimumLength { get; set; } = 12;

    /// <summary>Code points, 64 to 1,024, default 128. What is longer is never hashed.</summary>
    [Range(64, LongestMaximum)]
    public int MaximumLength { get; set; } = 128;

    /// <summary>
    /// Argon2id memory in KiB, 19,456 to 1,048,576, default 19,456 (19 MiB). Raising it re-hashes each password at its next sign-in.
    /// </summary>
    [Range(19_456, PasswordHash.MostMemory)]
    public int MemoryKibibytes { get; set; } = 19_456;

    /// <summary>Argon2id passes, 2 to 16, default 2. Raising it re-hashes each password at its next sign-in.</summary>
    [Range(2, PasswordHash.MostIterations)]
    public int Iterations { get; set; } = 2;

    /// <summary>
    /// Callers that may wait for a hash in each of the two queues (known browsers, unknown ones), 1 to 1,024, default 32.
    /// </summary>
    [Range(1, 1024)]
    public int Places { get; set; } = 32;

    /// <summary>
    /// Places of one account, device or typed name in the second half of a queue, 1 to 1,024, default 2. Those that it has in the first
    /// half count too.
    /// </summary>
    [Range(1, 1024)]
    public int PlacesOfOne { get; set; } = 2;

    /// <summary>
    /// Places of one network in the second half of the queue of unknown browsers, 1 to 1,024, default 8. Those that it has in the first
    /// half count too.
    /// </summary>
    [Range(1, 1024)]
    public int PlacesOfNetwork { get; set; } = 8;

    /// <summary>Seconds that a caller is asked to wait when its queue is full, 1 to 300, default 5.</summary>
    [Range(1, 300)]
    public int BusyRetryAfterSeconds { get; set; } = 5;

    /// <summary>
    /// Wrong passwords in a row, for one account and one browser, of which the last one starts the first wait, 1 to 100, default 10.
    /// </summary>
    [Range(1, 100)]
    public int FreeFailures { get; set; } = 10;

    /// <summary>
    /// Wrong passwords in a row from unknown browsers, after which the password no longer works in them, 20 to 100, default 100 (NIST SP
    /// 800-63B-4 §3.2.2).
    /// </summary>
    [Range(20, 100)]
    public int SwitchedOffAfter { get; set; } = 100;

    /// <summary>Seconds of the first wait, 1 to 60, default 1. Each further wrong password doubles it.</summary>
    [Range(1, 60)]
    public int FirstWaitSeconds { get; set; } = 1;

    /// <summary>Seconds of the longest wait, 60 to 3,600, default 300.</summary>
    [Range(60, 3600)]
    public int LongestWaitSeconds { get; set; } = 300;
}
