namespace TwoFactor.Administration.Network;

using TwoFactor.Accounts.Networks;

/// <summary>
/// Counts the mails that strangers cause, in this process's memory. What a network asks for is counted whether or not a mail follows,
/// so that nobody learns from the count who has an account. The sum of all is of mails that were really sent.
/// </summary>
public sealed class StrangerMails(NetworkLimits limits, TimeProvider time)
{
    /// <summary>One place in so many of the sum is kept for names that got no mail within a day.</summary>
    private const int Kept = 5;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Queue<(ClientNetwork Network, DateTimeOffset At)> asked = new();
    private readonly Dictionary<ClientNetwork, int> askedBy = [];
    private readonly LinkedList<DateTimeOffset> sent = new();

    /// <summary>Takes a place for a mail. Returns null when there is none.</summary>
    /// <param name="network">Null when the request came over no network.</param>
    /// <param name="isFirst">Whether this name got no mail within a day.</param>
    public Place? TryTake(ClientNetwork? network, bool isFirst)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            Forget(now);
            if (network is { } from)
            {
                if (askedBy.GetValueOrDefault(from) >= limits.NetworkMails)
                {
                    return null;
                }

                asked.Enqueue((from, now));
                askedBy[from] = askedBy.GetValueOrDefault(from) + 1;
            }

            if (sent.Count >= Share(limits.MailsAnHour, isFirst)
                || sent.Count(at => at > now - Minute) >= Share(limits.MailsAMinute, isFirst))
            {
                return null;
            }

            return new Place(this, sent.AddLast(now));
        }
    }

    private static int Share(int all, bool isFirst) => isFirst ? all : all - (all / Kept);

    private void Forget(DateTimeOffset now)
    {
        while (asked.TryPeek(out var oldest) && oldest.At <= now - Minute)
        {
            asked.Dequeue();
            if (--askedBy[oldest.Network] == 0)
            {
                askedBy.Remove(oldest.Network);
            }
        }

        while (sent.First is { } first && first.Value <= now - Hour)
        {
            sent.RemoveFirst();
        }
    }

    private void Return(LinkedListNode<DateTimeOffset> place)
    {
        lock (gate)
        {
            if (place.List is not null)
            {
                sent.Remove(place);
            }
        }
    }

    /// <summary>A mail that may be sent.</summary>
    public sealed class Place
    {
        private readonly StrangerMails mails;
        private readonly LinkedListNode<DateTimeOffset> node;

        internal Place(StrangerMails mails, LinkedListNode<DateTimeOffset> node) => (this.mails, this.node) = (mails, node);

        /// <summary>Gives it back, because no mail was sent.</summary>
        public void Return() => mails.Return(node);
    }
}
