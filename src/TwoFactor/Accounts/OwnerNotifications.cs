namespace TwoFactor.Accounts;

using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>Where mail reaches an owner, and how a change is told: at every such address, with one way to stop it.</summary>
public sealed class OwnerNotifications(
    Tickets tickets, OwnerMessages messages, Outbox outbox, CoolingOffLimits coolingOff, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>
    /// The owner at each address that receives mail now, the first one first. A changed one receives nothing while its owner may still
    /// object at the old one.
    /// </summary>
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
    /// <param name="notice">One of <see cref="OwnerNotices"/>.</param>
    public void Notify<T>(Account owner, OwnerNotice<T> notice, T details, Actor actor)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(notice);
        ArgumentNullException.ThrowIfNull(actor);
        var (notMe, _) = tickets.Issue(notice.NotMeTicket, owner.Id, epoch: 0);
        outbox.Add([.. AddressesOf(owner)
            .Select(to => messages.Notice(notice, details, new NotificationContext(to, actor.Describe(), Now, notMe)))]);
    }

    /// <inheritdoc cref="Notify{T}"/>
    public void Notify(Account owner, OwnerNotice<NoDetails> notice, Actor actor) => Notify(owner, notice, NoDetails.Value, actor);

    /// <summary>Sends a mail at every address, in the caller's transaction.</summary>
    public void SendToAll(Account owner, Func<OwnerMessages, Recipient, MailMessage> write) =>
        outbox.Add([.. AddressesOf(owner).Select(to => write(messages, to))]);

    /// <summary>Sends a mail that carries a proof, at the first address alone, in the caller's transaction.</summary>
    public void SendToFirst(Account owner, Func<OwnerMessages, Recipient, MailMessage> write) =>
        outbox.Add(write(messages, AddressesOf(owner)[0]));

    /// <summary>Until when a change of now is not relied upon, in Unix seconds.</summary>
    public long CoolingOffEnds => Now + coolingOff.Seconds;

    private static Recipient To(Account owner, string mail) => new(owner.Id, owner.Name, owner.UserName, mail);
}
