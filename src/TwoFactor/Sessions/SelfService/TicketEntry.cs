namespace TwoFactor.Sessions.SelfService;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A ticket and the current password together let an account enroll. Neither does alone.</summary>
public sealed class TicketEntry(
    UnitOfWork unitOfWork,
    PendingSignIns pendings,
    CodeGuards guards,
    AccountSeals seals,
    Tickets tickets,
    AuthenticatorSecrets secrets,
    Enrollments enrollments,
    AuditLog audit)
{
    public async Task<TicketOutcome> SubmitAsync(Token? pending, Token? ticket, Actor actor, CancellationToken cancellation) =>
        await pendings.FindAsync(pending, cancellation) is { } found
            ? await unitOfWork.RunAsync(actor, SignIn.LocksOf(found), work => JudgeAsync(work, pending, ticket), cancellation)
            : new TicketOutcome.StartAgain();

    private async Task<TicketOutcome> JudgeAsync(Work work, Token? pendingToken, Token? ticketToken)
    {
        if (await pendings.FindAsync(pendingToken, CancellationToken.None) is not { } pending || !pendings.IsOpen(pending))
        {
            return new TicketOutcome.StartAgain();
        }

        if (!secrets.CanJudge)
        {
            return new TicketOutcome.KeyMissing();
        }

        var guard = await guards.OfAsync(work, pending.AccountId);
        if (guard.Epoch != pending.Epoch || guard.Held.HasFlag(HeldBy.Disabled) || !await seals.IsRightAsync(work, pending.AccountId))
        {
            return new TicketOutcome.StartAgain();
        }

        var state = await tickets.FindAsync(work, ticketToken, TicketKinds.Reset, TicketKinds.Invitation);
        switch (state)
        {
            case TicketState.Valid(var ticket) when ticket.AccountId == pending.AccountId && ticket.Epoch == guard.Epoch:
                if (!await pendings.UseAsync(work, pending))
                {
                    return new TicketOutcome.StartAgain();
                }

                audit.Record(work, AuditKinds.TicketAccepted, pending.AccountId);
                return await enrollments.StartAsync(work, pending.AccountId, guard.Epoch, ticket) is { } owner
                    ? new TicketOutcome.Opened(owner)
                    : new TicketOutcome.StartAgain();
            case TicketState.Over(var ticket) when ticket.AccountId == pending.AccountId:
                return new TicketOutcome.Over((ticket.UsedAt ?? ticket.ExpiresAt).ToDateTimeOffset());
            case TicketState.Valid(var ticket) when ticket.AccountId == pending.AccountId:
                // Something about the account changed since the ticket was issued: the new epoch ended it.
                return new TicketOutcome.Changed();
            default:
                // Another account's ticket gets the same answer as a ticket that does not exist.
                await audit.TallyAsync(work, AuditKinds.TicketWrong, pending.AccountId);
                return new TicketOutcome.Wrong();
        }
    }
}
