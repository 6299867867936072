namespace TwoFactor.Mail.Sending;

using System.Collections.Concurrent;
using TwoFactor.Storage;

/// <summary>
/// What this process remembers between two rounds: until when it does not call the mail server, and which messages were sent but still have
/// a row.
/// </summary>
/// <remarks>
/// The pause belongs to the server, not to a message: an outage costs no message a try, and after a restart the server is called at once.
/// </remarks>
public sealed class SmtpBackoff(MailLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, bool> delivered = new();
    private readonly Lock changing = new();
    private volatile Outage outage = new(0, default, null);

    public bool Pauses => time.Now() < PausesUntil;

    public UnixTime PausesUntil => outage.PausesUntil;

    /// <summary>Why the mail server could not be used; null when there is no outage.</summary>
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

    /// <summary>Call it when a message was taken. Returns true when that ends an outage.</summary>
    public bool EndPause()
    {
        lock (changing)
        {
            var wasOut = outage.Failures > 0;
            outage = outage with { Failures = 0 };
            return wasOut;
        }
    }

    /// <summary>Lets the next round call the server, even during a pause.</summary>
    internal void CallNow()
    {
        lock (changing)
        {
            outage = outage with { PausesUntil = default };
        }
    }

    /// <summary>Whether this message was sent and only its row is still there.</summary>
    internal bool WasDelivered(Guid message) => delivered.ContainsKey(message);

    internal void Remember(Guid message) => delivered[message] = true;

    internal void Forget(Guid message) => delivered.TryRemove(message, out _);

    /// <param name="Failures">Calls in a row that failed.</param>
    /// <param name="Met">What came of the last of them.</param>
    private sealed record Outage(int Failures, UnixTime PausesUntil, DeliveryResult? Met);
}
