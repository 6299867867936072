namespace TwoFactor.Storage.Connections;

using System.Diagnostics;

/// <summary>
/// How long somebody still waits. It is counted in real time, whatever a test's clock says: it is about threads and files.
/// </summary>
public sealed class WaitLimit(TimeSpan length)
{
    private readonly long began = Stopwatch.GetTimestamp();

    /// <summary>Never below zero.</summary>
    public TimeSpan Left => length - Stopwatch.GetElapsedTime(began) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
