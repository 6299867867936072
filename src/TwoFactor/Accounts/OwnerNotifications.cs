namespace TwoFactor.Accounts;

using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>Where mail reaches an owner, and how a change is told: at every such address, with one way to stop it.</summary>
public sealed class OwnerNotifications(Tickets tickets, MailMessages messages, Outbox outbox, CoolingOffLimits coolingOff, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The owner at each address that receives mail now, the first one first. A changed one receives nothing while its owner may still object at the old one.</summary>
    public IReadOnlyList<Recipient> AddressesOf(Account owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        var first = coolingOff.KeepsFormerMail(owner, Now) ? owner.FormerMail! : owner.Mail;
        var second = coolingOff.Covers(owner.SecondMailChangedAt, Now) ? owner.FormerSecondMail : owner.SecondMail;
        return second is null || string.Equals(first, second, StringComparison.Ordinal)
            ? [To(owner, first)]
            : [To(owner, first), To(owner, second)];
    }

    /// <summary>Tells of a change, in the caller's transaction.</summary>
    /// <param name="notMeKind">One of <see cref="TicketKinds"/>: what its page will ask about.</param>
    public void Notify(Account owner, string notMeKind, Actor actor, Func<MailMessages, NotificationContext, MailMessage> write)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(write);
        var (notMe, _) = tickets.Issue(notMeKind, owner.Id, epoch: 0);
        outbox.Add([.. AddressesOf(owner).Select(to => write(messages, new NotificationContext(to, actor.Describe(), Now, notMe)))]);
    }

    /// <summary>Until when a change of now is not relied upon, in Unix seconds.</summary>
    public long CoolingOffEnds => Now + coolingOff.Seconds;

    private static Recipient To(Account owner, string mail) => new(owner.Id, owner.Name, owner.UserName, mail);
}
