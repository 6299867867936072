namespace TwoFactor.Administration.Passwords;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Somebody forgot the password and asks for a mail. Whoever asks, for whatever name: nothing is answered, and the work is the same.
/// </summary>
public sealed class PasswordRequests(
    UnitOfWork unitOfWork,
    Addresses addresses,
    KeyedHasher keyedHasher,
    InvitationSender invitations,
    PasswordLinkMail mail,
    AuditLog audit)
{
    /// <summary>
    /// Mails a link to an enrolled account and a new invitation to an unfinished one. In every other case a mail is written all the
    /// same, and thrown away.
    /// </summary>
    public async Task AskAsync(string typedName, Actor actor, CancellationToken cancellation)
    {
        // Whose guard is locked is found before it is locked, and asked again then.
        var found = (await addresses.FindAsync(typedName, cancellation))?.Id ?? Guid.Empty;
        await unitOfWork.RunAsync(actor, Locks.Of(found), work => AskAsync(work, typedName), cancellation);
    }

    private async Task<Kept<bool>> AskAsync(Work work, string typedName)
    {
        var account = await addresses.FindAsync(work, typedName);
        var id = account?.Id ?? Guid.Empty;
        if (!work.Locks.Holds(id))
        {
            throw new OtherLocksException(id);
        }

        var guard = await work.Rows.Set<CodeGuard>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id);
        var kind = account is { EnrolledAt: null } ? TicketKinds.Invitation : TicketKinds.PasswordLink;
        var hasRoom = await mail.HasRoomAsync(work, id, kind);
        switch (account)
        {
            case null:
                await audit.TallyAsync(work, AuditKinds.PasswordLinkUnknown, null);
                await mail.PretendAsync(work);
                break;
            // Switched off is somebody's decision: its owner is told of it by a person, and a link would only prepare for the day it is
            // undone.
            case { EnrolledAt: not null } when hasRoom && account.IsSealed(keyedHasher) && !guard!.Held.HasFlag(HeldBy.Disabled):
                // Locked already: this is the one statement that each other case has beside, for how long an answer takes must not tell
                // who is known.
                await CodeGuards.LockAsync(work, id);
                await mail.SendAskedAsync(work, account, guard.Epoch);
                break;
            // An invitation that was stopped is made anew by a person, and who was never invited is not invited by a stranger.
            case { EnrolledAt: null } when hasRoom && account.IsSealed(keyedHasher) && guard!.Held == HeldBy.None
                && await Tickets.WasIssuedAsync(work, id, kind):
                await invitations.SendAnotherAsync(work, account, guard.Epoch);
                break;
            default:
                await audit.TallyAsync(work, AuditKinds.PasswordLinkRefused, id);
                await mail.PretendAsync(work);
                break;
        }

        return new Kept<bool>(true);
    }
}
