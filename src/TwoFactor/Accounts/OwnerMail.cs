namespace TwoFactor.Accounts;

using TwoFactor.Audit;
using TwoFactor.Mail;

/// <summary>Where mail reaches an owner, and how a change is told: at every such address, with one way to stop it.</summary>
public sealed class OwnerMail(Tickets tickets, Letters letters, Outbox outbox, CautionLimits caution, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The owner at each address that receives mail now, the first one first. A changed one receives nothing while its owner may still object at the old one.</summary>
    public IReadOnlyList<Recipient> Reach(Account owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        var first = caution.KeepsFormerMail(owner, Now) ? owner.FormerMail! : owner.Mail;
        var second = caution.Covers(owner.SecondMailChangedAt, Now) ? owner.FormerSecondMail : owner.SecondMail;
        return second is null || string.Equals(first, second, StringComparison.Ordinal)
            ? [To(owner, first)]
            : [To(owner, first), To(owner, second)];
    }

    /// <summary>Tells of a change, in the caller's transaction.</summary>
    /// <param name="notMeKind">One of <see cref="TicketKinds"/>: what its page will ask about.</param>
    public void Tell(Account owner, string notMeKind, Origin origin, Func<Letters, Told, Letter> write)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(write);
        var (notMe, _) = tickets.Issue(notMeKind, owner.Id, epoch: 0);
        outbox.Add([.. Reach(owner).Select(to => write(letters, new Told(to, origin.Describe(), Now, notMe)))]);
    }

    /// <summary>Until when a change of now is not relied upon, in Unix seconds.</summary>
    public long QuietUntil => Now + caution.Seconds;

    private static Recipient To(Account owner, string mail) => new(owner.Id, owner.Name, owner.UserName, mail);
}
