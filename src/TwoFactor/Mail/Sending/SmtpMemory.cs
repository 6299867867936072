namespace TwoFactor.Mail;

using System.Collections.Concurrent;

/// <summary>What this process remembers between two rounds: until when it leaves the mail server alone, and which letters that server has taken.</summary>
/// <remarks>The pause concerns the server, not a letter: so an outage costs no letter a try, and a restart asks again at once.</remarks>
public sealed class SmtpMemory(MailLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, bool> taken = new();
    private int failures;
    private long until;

    public bool Pauses => time.GetUtcNow().ToUnixTimeSeconds() < Interlocked.Read(ref until);

    /// <returns>Seconds until the next call.</returns>
    public long Pause()
    {
        var wait = limits.WaitAfter(Interlocked.Increment(ref failures), limits.LongestServerWaitSeconds);
        Interlocked.Exchange(ref until, time.GetUtcNow().ToUnixTimeSeconds() + wait);
        return wait;
    }

    /// <summary>A letter was taken. True: that ends an outage.</summary>
    public bool EndPause() => Interlocked.Exchange(ref failures, 0) > 0;

    /// <summary>Whether the server has this letter, and only its row is left.</summary>
    internal bool WasTaken(Guid letter) => taken.ContainsKey(letter);

    internal void Take(Guid letter) => taken[letter] = true;

    internal void Forget(Guid letter) => taken.TryRemove(letter, out _);
}
