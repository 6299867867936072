namespace TwoFactor.Administration.Editing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Storage;

/// <summary>Another first address for somebody else's account, in the caller's transaction.</summary>
public sealed class MailChanges(TwoFactorDb database, Addresses addresses, CodeGuards guards, Tickets tickets, OwnerNotifications notifications, AuditLog audit)
{
    /// <summary>Of somebody enrolled it is changed as their own change would be: told, quiet for a while, and put back by "not me". Who never enrolled has nothing to lose yet: invitations to the old address end.</summary>
    /// <param name="who">Who does it, as people call them.</param>
    internal async Task ApplyAsync(Account account, string mail, string who, Actor by, CancellationToken cancellation)
    {
        audit.Record(AuditKinds.AddressChanged, account.Id, by, number: 1);
        if (account.EnrolledAt is null)
        {
            await addresses.ReplaceAsync(account.Id, mail, cancellation);
            await tickets.EndAsync(account.Id, TicketEnds.Replaced, cancellation, TicketKinds.Invitation);
            return;
        }

        await addresses.ChangeAsync(account.Id, mail, cancellation);
        await guards.RaiseEpochAsync(account.Id, cancellation);
        var after = await database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account.Id, cancellation);
        notifications.Notify(after, TicketKinds.NotMeAddress, by, (messages, context) => messages.AddressChanged(context, "mail address", account.Mail, mail, $"{who}, who looks after accounts here", notifications.CoolingOffEnds));
    }
}
