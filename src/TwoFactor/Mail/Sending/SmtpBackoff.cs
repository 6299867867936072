namespace TwoFactor.Mail.Sending;

using System.Collections.Concurrent;

/// <summary>What this process remembers between two rounds: until when it leaves the mail server alone, and which letters that server has taken.</summary>
/// <remarks>The pause concerns the server, not a letter: so an outage costs no letter a try, and a restart asks again at once.</remarks>
public sealed class SmtpBackoff(MailLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, bool> taken = new();
    private int failures;
    private long until;
    private int met;

    public bool Pauses => time.GetUtcNow().ToUnixTimeSeconds() < PausesUntil;

    /// <summary>Unix seconds.</summary>
    public long PausesUntil => Interlocked.Read(ref until);

    /// <summary>Why it pauses, while it does.</summary>
    internal SmtpFailure? Met => Volatile.Read(ref failures) > 0 ? (SmtpFailure)Volatile.Read(ref met) : null;

    /// <returns>Seconds until the next call.</returns>
    internal long Pause(SmtpFailure smtpFailure)
    {
        Volatile.Write(ref met, (int)smtpFailure);
        var wait = limits.WaitAfter(Interlocked.Increment(ref failures), limits.LongestServerWaitSeconds);
        Interlocked.Exchange(ref until, time.GetUtcNow().ToUnixTimeSeconds() + wait);
        return wait;
    }

    /// <summary>A letter was taken. True: that ends an outage.</summary>
    public bool EndPause() => Interlocked.Exchange(ref failures, 0) > 0;

    /// <summary>The next round calls the server, whatever the pause was.</summary>
    internal void CallNow() => Interlocked.Exchange(ref until, 0);

    /// <summary>Whether the server has this letter, and only its row is left.</summary>
    internal bool WasTaken(Guid letter) => taken.ContainsKey(letter);

    internal void Take(Guid letter) => taken[letter] = true;

    internal void Forget(Guid letter) => taken.TryRemove(letter, out _);
}
