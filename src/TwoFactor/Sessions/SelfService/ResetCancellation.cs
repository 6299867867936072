namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>The owner stops an open reset by proving both old factors. Everything is then as before; no session begins.</summary>
public sealed class ResetCancellation(
    UnitOfWork unitOfWork,
    PendingSignIns pendings,
    PendingSignInStates states,
    SignIn signIn,
    CodeGuards guards,
    OwnerNotifications notifications,
    AuditLog audit)
{
    public async Task<CancelOutcome> CancelAsync(Token? token, string? typed, Actor actor, CancellationToken cancellation)
    {
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return new CancelOutcome.Refused(new CodeVerdict.Malformed(length), null);
        }

        return await pendings.FindAsync(token, cancellation) is { } pending
            ? await unitOfWork.RunAsync(actor, SignIn.LocksOf(pending), work => JudgeAsync(work, token, code), cancellation)
            : new CancelOutcome.StartAgain();
    }

    private async Task<CancelOutcome> JudgeAsync(Work work, Token? token, SixDigits code)
    {
        // Checked before the code is judged: where no reset is open, no code is to be spent.
        if (await states.FindAsync(token, CancellationToken.None) is not PendingSignInState.ResetOpen { CanCancel: true } open)
        {
            return new CancelOutcome.StartAgain();
        }

        var (verdict, left) = await signIn.JudgeAsync(work, open.Pending, code, HeldBy.Reset);
        return verdict switch
        {
            CodeVerdict.Accepted => await CancelAsync(work, open.Pending),
            CodeVerdict.StartAgain => new CancelOutcome.StartAgain(),
            _ when SignIn.IsLastTry(verdict, left) => new CancelOutcome.OutOfTries(),
            _ => new CancelOutcome.Refused(verdict, left),
        };
    }

    private async Task<CancelOutcome> CancelAsync(Work work, PendingSignIn pending)
    {
        var account = pending.AccountId;
        if (!await guards.CancelResetAsync(work, account, pending.Epoch))
        {
            // The code stays spent: there was no open reset to cancel.
            return new CancelOutcome.StartAgain();
        }

        await Tickets.EndAsync(work, account, TicketEnds.Stopped, TicketKinds.Reset);
        audit.RecordByOwner(work, AuditKinds.ResetCancelled, account);
        var owner = await work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account, CancellationToken.None);
        notifications.Notify(work, owner, OwnerNotices.ResetStopped, null);
        return new CancelOutcome.Cancelled();
    }
}
