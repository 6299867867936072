namespace TwoFactor.Storage.Connections;

using System.Diagnostics;

/// <summary>
/// The time that is left to wait. It uses real time, not the clock of a test, because it limits waits for threads and file locks.
/// </summary>
public sealed class WaitLimit(TimeSpan length)
{
    private readonly long began = Stopwatch.GetTimestamp();

    /// <summary>Never below zero.</summary>
    public TimeSpan Left => length - Stopwatch.GetElapsedTime(began) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
