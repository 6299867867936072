namespace TwoFactor.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A ticket and the current password together let an account enroll. Neither does alone.</summary>
public sealed class TicketEntry(
    TwoFactorDb database,
    PendingSignIns pendings,
    CodeGuards guards,
    Tickets tickets,
    AuthenticatorSecrets secrets,
    Enrollments enrollments,
    AuditLog audit)
{
    public Task<TicketOutcome> SubmitAsync(Token? pending, Token? ticket, Origin origin, CancellationToken cancellation) =>
        database.InTransactionAsync(() => JudgeAsync(pending, ticket, origin, cancellation), cancellation);

    private async Task<TicketOutcome> JudgeAsync(Token? pendingToken, Token? ticketToken, Origin origin, CancellationToken cancellation)
    {
        var pending = await pendings.FindAsync(pendingToken, cancellation);
        if (pending is null || !pendings.IsOpen(pending))
        {
            return new TicketOutcome.StartAgain();
        }

        if (!secrets.CanJudge)
        {
            return new TicketOutcome.KeyMissing();
        }

        var guard = await guards.ReadAsync(pending.AccountId, cancellation);
        if (guard.Epoch != pending.Epoch || guard.Held.HasFlag(HeldBy.Disabled))
        {
            return new TicketOutcome.StartAgain();
        }

        var look = await tickets.LookAsync(ticketToken, cancellation, TicketKinds.Reset, TicketKinds.Invitation);
        switch (look)
        {
            case TicketLook.Valid(var ticket) when ticket.AccountId == pending.AccountId && ticket.Epoch == guard.Epoch:
                await pendings.UseAsync(pending, cancellation);
                audit.Record(AuditKinds.TicketAccepted, pending.AccountId, origin);
                return new TicketOutcome.Opened(
                    await enrollments.StartAsync(pending.AccountId, guard.Epoch, ticket, origin, cancellation));
            case TicketLook.Over(var ticket) when ticket.AccountId == pending.AccountId:
                return new TicketOutcome.Over(DateTimeOffset.FromUnixTimeSeconds(ticket.UsedAt ?? ticket.ExpiresAt));
            case TicketLook.Valid(var ticket) when ticket.AccountId == pending.AccountId:
                // Something about the account changed since: it died with its epoch.
                return new TicketOutcome.Changed();
            default:
                // Another account's ticket is answered as none at all.
                await audit.TallyAsync(AuditKinds.TicketWrong, pending.AccountId, origin, cancellation);
                return new TicketOutcome.Wrong();
        }
    }
}
