namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>Carries out a reset inside a story: it holds the account, deletes nothing, and its ticket reaches only the owner.</summary>
public sealed class ResetHolds(
    CodeGuards guards, Tickets tickets, OwnerNotifications notifications, AuditLog audit)
{
    internal static string Detail(ResetFacts facts, Delivery delivery) => AuditDetail.Truncate(
        $"{(delivery == Delivery.Mail ? "by mail" : "handed over")}; verified: {facts.Verified ?? "-"}; reason: {facts.Reason ?? "-"}");

    /// <summary>Holds the account and notifies its owner. Returns false when the account changed meanwhile.</summary>
    internal async Task<bool> HoldAsync(Work work, Account target, Epoch epoch, ResetFacts facts, Delivery delivery)
    {
        if (!await guards.HoldForResetAsync(work, target.Id, epoch))
        {
            return false;
        }

        await Tickets.EndAsync(work, target.Id, TicketEnds.Replaced, TicketKinds.Reset);
        notifications.Notify(work, target, OwnerNotices.ResetStarted, facts);
        audit.Record(work, AuditKinds.ResetApproved, target.Id, detail: Detail(facts, delivery));
        return true;
    }

    /// <summary>Makes the ticket of a held account; a mailed one goes to the first address only.</summary>
    /// <param name="epoch">The guard's epoch when the story commits.</param>
    internal HelpOutcome IssueTicket(Work work, Account target, Epoch epoch, Delivery delivery)
    {
        var (token, ticket) = tickets.Issue(work, TicketKinds.Reset, target.Id, epoch);
        var endsAt = ticket.ExpiresAt.ToDateTimeOffset();
        if (delivery == Delivery.HandOver)
        {
            return new HelpOutcome.HandOver(token, endsAt);
        }

        notifications.SendToFirst(work, target, (messages, to) => messages.Ticket(to, token, ticket.ExpiresAt));
        return new HelpOutcome.Mailed(HelpKind.Reset, endsAt);
    }

    /// <summary>Ends an open reset: everything is as before, but a freeze stays. Returns false when none was open.</summary>
    /// <param name="why">The reason; null when none was given.</param>
    internal async Task<bool> LiftAsync(Work work, Guid target, string? why)
    {
        var guard = await guards.ReadAsync(target, CancellationToken.None);
        if (!await guards.CancelResetAsync(work, target, guard.Epoch))
        {
            return false;
        }

        await Tickets.EndAsync(work, target, TicketEnds.Stopped, TicketKinds.Reset);
        audit.Record(work, AuditKinds.ResetCancelled, target, detail: why);
        return true;
    }
}
