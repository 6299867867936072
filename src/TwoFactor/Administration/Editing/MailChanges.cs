namespace TwoFactor.Administration.Editing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>Changes the first address of somebody else's account.</summary>
public sealed class MailChanges(
    Addresses addresses,
    CodeGuards guards,
    OwnerNotifications notifications,
    InvitationSender invitations,
    AuditLog audit)
{
    /// <summary>Changes the address. An open invitation at the old address is replaced by a new one.</summary>
    /// <param name="who">The display name of whoever does it.</param>
    /// <returns>Whether a new invitation was sent.</returns>
    internal async Task<bool> ApplyAsync(Work work, Account account, string mail, string who)
    {
        var isInvited = account.EnrolledAt is null && await InvitationSender.IsOpenAsync(work, account.Id);
        await ChangeAsync(work, account, mail, who);
        return isInvited
            && await invitations.ReplaceAsync(work, await ReadAsync(work, account.Id), resends: 0) is InviteOutcome.Invited;
    }

    /// <summary>
    /// Changes the address without an invitation: nobody was ever invited at this address, and a bulk invitation will do it.
    /// </summary>
    /// <inheritdoc cref="ApplyAsync"/>
    internal async Task ApplyWithoutInvitationAsync(Work work, Account account, string mail, string who)
    {
        await ChangeAsync(work, account, mail, who);
        await AccountListState.MarkNeverInvitedAsync(work, account.Id);
    }

    /// <summary>
    /// For an enrolled account this works as the owner's own change: the owner is notified, the new address receives nothing for a while,
    /// and "not me" undoes it. An account that never enrolled has nothing to lose yet: its invitations to the old address end.
    /// </summary>
    private async Task ChangeAsync(Work work, Account account, string mail, string who)
    {
        await guards.RequireOpenAsync(work, account.Id);
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
            new ChangedAddress(IsSecond: false, account.Mail, mail, Agent: who, notifications.CoolingOffEnds(work)));
    }

    private static Task<Account> ReadAsync(Work work, Guid id) =>
        work.Rows.Set<Account>().AsNoTracking().SingleAsync(account => account.Id == id);
}
