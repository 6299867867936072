namespace TwoFactor.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
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
    public Task<TicketOutcome> SubmitAsync(Token? pending, Token? ticket, Actor actor, CancellationToken cancellation) =>
        database.InTransactionAsync(() => JudgeAsync(pending, ticket, actor, cancellation), cancellation);

    private async Task<TicketOutcome> JudgeAsync(Token? pendingToken, Token? ticketToken, Actor actor, CancellationToken cancellation)
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

        var state = await tickets.FindAsync(ticketToken, cancellation, TicketKinds.Reset, TicketKinds.Invitation);
        switch (state)
        {
            case TicketState.Valid(var ticket) when ticket.AccountId == pending.AccountId && ticket.Epoch == guard.Epoch:
                await pendings.UseAsync(pending, cancellation);
                audit.Record(AuditKinds.TicketAccepted, pending.AccountId, actor);
                return new TicketOutcome.Opened(
                    await enrollments.StartAsync(pending.AccountId, guard.Epoch, ticket, actor, cancellation));
            case TicketState.Over(var ticket) when ticket.AccountId == pending.AccountId:
                return new TicketOutcome.Over(DateTimeOffset.FromUnixTimeSeconds(ticket.UsedAt ?? ticket.ExpiresAt));
            case TicketState.Valid(var ticket) when ticket.AccountId == pending.AccountId:
                // Something about the account changed since: it died with its epoch.
                return new TicketOutcome.Changed();
            default:
                // Another account's ticket is answered as none at all.
                await audit.TallyAsync(AuditKinds.TicketWrong, pending.AccountId, actor, cancellation);
                return new TicketOutcome.Wrong();
        }
    }
}
