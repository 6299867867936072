namespace TwoFactor.Accounts;

using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>Sends mail to the owner of an account: at each address that receives mail now, and with one way to stop a change.</summary>
public sealed class OwnerNotifications(
    Tickets tickets, OwnerMessages messages, Outbox outbox, CoolingOffLimits coolingOff, TimeProvider time)
{
    /// <summary>
    /// The owner at each address that receives mail now, the first address first. A changed address receives nothing while its owner can
    /// still object from the old one.
    /// </summary>
    public IReadOnlyList<Recipient> AddressesOf(Account owner) => AddressesOf(owner, time.Now());

    /// <inheritdoc cref="AddressesOf(Account)"/>
    /// <exception cref="InvalidOperationException">
    /// The story has not looked whether the account's rows are right: no mail goes to an address that somebody else wrote there.
    /// </exception>
    public IReadOnlyList<Recipient> AddressesOf(Work work, Account owner)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(owner);
        return work.Revisions.IsRight(owner.Id)
            ? AddressesOf(owner, work.Now)
            : throw new InvalidOperationException("Mail goes only to an address that was found right in the same story.");
    }

    /// <summary>Notifies the owner of a change that a story makes.</summary>
    /// <param name="notice">One of <see cref="OwnerNotices"/>.</param>
    public void Notify<T>(Work work, Account owner, OwnerNotice<T> notice, T details)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(notice);
        var (notMe, _) = tickets.Issue(work, notice.NotMeTicket, owner.Id, Epoch.None);
        outbox.Add(work, [.. AddressesOf(work, owner)
            .Select(to => messages.Notice(notice, details, new NotificationContext(to, work.By.Describe(), work.Now, notMe)))]);
    }

    /// <inheritdoc cref="Notify{T}"/>
    public void Notify(Work work, Account owner, OwnerNotice<NoDetails> notice) => Notify(work, owner, notice, NoDetails.Value);

    /// <summary>Sends a mail to every address.</summary>
    public void SendToAll(Work work, Account owner, Func<OwnerMessages, Recipient, MailMessage> write) =>
        outbox.Add(work, [.. AddressesOf(work, owner).Select(to => write(messages, to))]);

    /// <summary>Sends a mail that carries a proof, to the first address only.</summary>
    public void SendToFirst(Work work, Account owner, Func<OwnerMessages, Recipient, MailMessage> write) =>
        outbox.Add(work, write(messages, AddressesOf(work, owner)[0]));

    /// <summary>Until when a change that a story makes is not trusted.</summary>
    public UnixTime CoolingOffEnds(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.Now + coolingOff.Length;
    }

    private IReadOnlyList<Recipient> AddressesOf(Account owner, UnixTime now)
    {
        var first = coolingOff.KeepsFormerMail(owner, now) ? owner.FormerMail! : owner.Mail;
        var second = coolingOff.Covers(owner.SecondMailChangedAt, now) ? owner.FormerSecondMail : owner.SecondMail;
        return second is null || string.Equals(first, second, StringComparison.Ordinal)
            ? [To(owner, first)]
            : [To(owner, first), To(owner, second)];
    }

    private static Recipient To(Account owner, string mail) => new(owner.Id, owner.Name, owner.UserName, mail);
}
