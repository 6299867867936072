namespace TwoFactor.Administration.Editing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>Another first address for somebody else's account.</summary>
public sealed class MailChanges(
    Addresses addresses,
    CodeGuards guards,
    OwnerNotifications notifications,
    InvitationSender invitations,
    AuditLog audit)
{
    /// <summary>Changes it, and invites anew whoever had an open invitation at the old address.</summary>
    /// <param name="who">Who does it, as people call them.</param>
    /// <returns>Whether a new invitation was sent.</returns>
    internal async Task<bool> ApplyAsync(Work work, Account account, string mail, string who)
    {
        var isInvited = account.EnrolledAt is null && await invitations.IsOpenAsync(work, account.Id);
        await ChangeAsync(work, account, mail, who);
        return isInvited
            && await invitations.ReplaceAsync(work, await ReadAsync(work, account.Id), resends: 0) is InviteOutcome.Invited;
    }

    /// <summary>Changes it, and invites nobody: nobody was ever invited at this address, and whoever invites many does it.</summary>
    /// <inheritdoc cref="ApplyAsync"/>
    internal async Task ApplyWithoutInvitationAsync(Work work, Account account, string mail, string who)
    {
        await ChangeAsync(work, account, mail, who);
        await AccountListState.ForgetInvitationsAsync(work, account.Id);
    }

    /// <summary>
    /// Of somebody enrolled it is changed as their own change would be: told, quiet for a while, and put back by "not me". Who never
    /// enrolled has nothing to lose yet: invitations to the old address end.
    /// </summary>
    private async Task ChangeAsync(Work work, Account account, string mail, string who)
    {
        audit.Record(work, AuditKinds.AddressChanged, account.Id, number: 1);
        if (account.EnrolledAt is null)
        {
            await addresses.ReplaceAsync(work, account.Id, mail);
            await Tickets.EndAsync(work, account.Id, TicketEnds.Replaced, TicketKinds.Invitation);
            return;
        }

        await addresses.ChangeAsync(work, account.Id, mail);
        await guards.RaiseEpochAsync(work, account.Id);
        var after = await ReadAsync(work, account.Id);
        notifications.Notify(
            work,
            after,
            OwnerNotices.AddressChanged,
            new ChangedAddress(
                "mail address", account.Mail, mail, $"{who}, who looks after accounts here", notifications.CoolingOffEnds(work)));
    }

    private static Task<Account> ReadAsync(Work work, Guid id) =>
        work.Rows.Set<Account>().AsNoTracking().SingleAsync(account => account.Id == id);
}
