namespace TwoFactor.Mail.Sending;

using System.Collections.Concurrent;
using TwoFactor.Storage;

/// <summary>
/// What this process remembers between two rounds: until when it leaves the mail server alone, and which mails have left and keep a
/// row.
/// </summary>
/// <remarks>The pause concerns the server, not a mail: so an outage costs no mail a try, and a restart asks again at once.</remarks>
public sealed class SmtpBackoff(MailLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, bool> delivered = new();
    private readonly Lock changing = new();
    private volatile Outage outage = new(0, default, null);

    public bool Pauses => time.Now() < PausesUntil;

    public UnixTime PausesUntil => outage.PausesUntil;

    /// <summary>Why it pauses, while it does.</summary>
    internal DeliveryResult? Met => outage is { Failures: > 0, Met: var met } ? met : null;

    /// <returns>How long it is until the next call.</returns>
    internal TimeSpan Pause(DeliveryResult failure)
    {
        lock (changing)
        {
            var failures = outage.Failures + 1;
            var wait = limits.WaitAfter(failures, limits.LongestServerWait);
            outage = new Outage(failures, time.Now() + wait, failure);
            return wait;
        }
    }

    /// <summary>A mail was taken. True: that ends an outage.</summary>
    public bool EndPause()
    {
        lock (changing)
        {
            var wasOut = outage.Failures > 0;
            outage = outage with { Failures = 0 };
            return wasOut;
        }
    }

    /// <summary>The next round calls the server, whatever the pause was.</summary>
    internal void CallNow()
    {
        lock (changing)
        {
            outage = outage with { PausesUntil = default };
        }
    }

    /// <summary>Whether this mail has left, and only its row is there still.</summary>
    internal bool WasDelivered(Guid message) => delivered.ContainsKey(message);

    internal void Remember(Guid message) => delivered[message] = true;

    internal void Forget(Guid message) => delivered.TryRemove(message, out _);

    /// <param name="Failures">Calls in a row that failed.</param>
    /// <param name="Met">What came of the last of them.</param>
    private sealed record Outage(int Failures, UnixTime PausesUntil, DeliveryResult? Met);
}
