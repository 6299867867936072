namespace TwoFactor.Administration.Passwords;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Network;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Handles the request of somebody who forgot the password. For every name, the answer and the work are the same.</summary>
public sealed class PasswordRequests(
    UnitOfWork unitOfWork,
    Addresses addresses,
    AccountSeals seals,
    InvitationSender invitations,
    PasswordLinkMail mail,
    AskedMails asked,
    AuditLog audit)
{
    /// <summary>
    /// Mails a link to an enrolled account and a new invitation to an unfinished one. In every other case a mail is written as well, and
    /// thrown away; so it is when strangers asked for too many.
    /// </summary>
    /// <param name="device">The device cookie of this browser.</param>
    public async Task AskAsync(string typedName, DeviceTokens? device, Actor actor, CancellationToken cancellation)
    {
        // The account is found before its guard is locked, and read again under the lock.
        var found = (await addresses.FindAsync(typedName, cancellation))?.Id ?? Guid.Empty;
        await asked.SendAsync(
            found,
            device,
            actor,
            async maySend => (await unitOfWork.RunAsync(
                actor, Locks.Of(found), work => AskAsync(work, typedName, maySend), cancellation)).Value,
            cancellation);
    }

    /// <summary>Says whether a mail was sent.</summary>
    private async Task<Committed<bool>> AskAsync(Work work, string typedName, bool maySend)
    {
        var account = await addresses.FindAsync(work, typedName);
        var id = account?.Id ?? Guid.Empty;
        if (!work.Locks.Holds(id))
        {
            throw new OtherLocksException(id);
        }

        var guard = await work.Rows.Set<CodeGuard>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id);
        var kind = account is { EnrolledAt: null } ? TicketKinds.Invitation : TicketKinds.PasswordLink;
        var hasRoom = await mail.HasRoomAsync(work, id, kind) && maySend;
        var wasSent = false;
        switch (account)
        {
            case null:
                await audit.TallyAsync(work, AuditKinds.PasswordLinkUnknown, null);
                await mail.PretendAsync(work);
                break;
            // Somebody decided to disable the account and tells the owner in person; a link would be of no use before it is enabled.
            case { EnrolledAt: not null } when hasRoom && await seals.IsRightAsync(work, guard!, account)
                && !guard!.Held.HasFlag(HeldBy.Disabled):
                // The guard is locked already. The statement is repeated because every other case runs one more, and the response time must
                // not tell who has an account.
                await CodeGuards.LockAsync(work, id);
                await mail.SendAskedAsync(work, account, guard.Epoch);
                wasSent = true;
                break;
            // A stopped invitation is only replaced by a person, and a stranger's request does not invite somebody who was never invited.
            case { EnrolledAt: null } when hasRoom && await seals.IsRightAsync(work, guard!, account) && guard!.Held == HeldBy.None
                && await Tickets.WasIssuedAsync(work, id, kind):
                await invitations.SendAnotherAsync(work, account, guard.Epoch);
                wasSent = true;
                break;
            default:
                await audit.TallyAsync(work, AuditKinds.PasswordLinkRefused, id);
                await mail.PretendAsync(work);
                break;
        }

        return new Committed<bool>(wasSent);
    }
}
