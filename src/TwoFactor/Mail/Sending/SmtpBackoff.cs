namespace TwoFactor.Mail.Sending;

using System.Collections.Concurrent;

/// <summary>
/// What this process remembers between two rounds: until when it leaves the mail server alone, and which letters have left and keep a
/// row.
/// </summary>
/// <remarks>The pause concerns the server, not a letter: so an outage costs no letter a try, and a restart asks again at once.</remarks>
public sealed class SmtpBackoff(MailLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, bool> delivered = new();
    private int failures;
    private long until;
    private DeliveryResult? met;

    public bool Pauses => time.GetUtcNow().ToUnixTimeSeconds() < PausesUntil;

    /// <summary>Unix seconds.</summary>
    public long PausesUntil => Interlocked.Read(ref until);

    /// <summary>Why it pauses, while it does.</summary>
    internal DeliveryResult? Met => Volatile.Read(ref failures) > 0 ? Volatile.Read(ref met) : null;

    /// <returns>Seconds until the next call.</returns>
    internal long Pause(DeliveryResult failure)
    {
        Volatile.Write(ref met, failure);
        var wait = limits.WaitAfter(Interlocked.Increment(ref failures), limits.LongestServerWaitSeconds);
        Interlocked.Exchange(ref until, time.GetUtcNow().ToUnixTimeSeconds() + wait);
        return wait;
    }

    /// <summary>A letter was taken. True: that ends an outage.</summary>
    public bool EndPause() => Interlocked.Exchange(ref failures, 0) > 0;

    /// <summary>The next round calls the server, whatever the pause was.</summary>
    internal void CallNow() => Interlocked.Exchange(ref until, 0);

    /// <summary>Whether this letter has left, and only its row is there still.</summary>
    internal bool WasDelivered(Guid letter) => delivered.ContainsKey(letter);

    internal void Remember(Guid letter) => delivered[letter] = true;

    internal void Forget(Guid letter) => delivered.TryRemove(letter, out _);
}
