namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The owner stops an open reset by proving both old factors. Everything is then as before; no session begins.</summary>
public sealed class ResetCancellation(TwoFactorDb database, SignIn signIn, CodeGuards guards, Tickets tickets, OwnerNotifications notifications, AuditLog audit)
{
    public Task<CancelOutcome> CancelAsync(Token? pending, string? typed, Actor actor, CancellationToken cancellation)
    {
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return Task.FromResult<CancelOutcome>(new CancelOutcome.Refused(new CodeVerdict.Malformed(length), null));
        }

        return database.InTransactionAsync(
            async () =>
            {
                // Asked before a code is spent: an account without an open reset has nothing to prove here.
                if (await signIn.FindAsync(pending, cancellation) is not PendingSignInState.ResetOpen { CanCancel: true })
                {
                    return new CancelOutcome.StartAgain();
                }

                var (row, verdict, left) = await signIn.JudgeAsync(pending, code, HeldBy.Reset, actor, cancellation);
                return verdict switch
                {
                    CodeVerdict.Accepted => await CancelAsync(row!, actor, cancellation),
                    CodeVerdict.StartAgain => new CancelOutcome.StartAgain(),
                    _ when SignIn.IsLastTry(verdict, left) => new CancelOutcome.OutOfTries(),
                    _ => new CancelOutcome.Refused(verdict, left),
                };
            },
            keep: outcome => outcome is not CancelOutcome.Refused { Verdict: CodeVerdict.KeyMissing or CodeVerdict.Busy },
            cancellation);
    }

    private async Task<CancelOutcome> CancelAsync(PendingSignIn pending, Actor actor, CancellationToken cancellation)
    {
        var account = pending.AccountId;
        if (!await guards.CancelResetAsync(account, pending.Epoch, cancellation))
        {
            // The code stays spent: there was no open reset to cancel.
            return new CancelOutcome.StartAgain();
        }

        await tickets.EndAsync(account, TicketEnds.Stopped, cancellation, TicketKinds.Reset);
        audit.Record(AuditKinds.ResetCancelled, account, actor with { Kind = ActorKind.Owner, Account = account });
        var owner = await database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account, cancellation);
        notifications.Notify(owner, TicketKinds.NotMeResetStopped, actor, (messages, context) => messages.ResetStopped(context));
        return new CancelOutcome.Cancelled();
    }
}
