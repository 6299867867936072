namespace TwoFactor.Administration.Passwords;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What a link opens.</summary>
internal sealed record LinkTarget(Ticket Ticket, Account Account);

/// <summary>Finds what invitations and password links lead to.</summary>
public sealed class LinkTargets(TwoFactorDb database, Tickets tickets, CodeGuards guards, AccountSeals seals)
{
    /// <param name="kind">The kind of ticket: an invitation or a password link.</param>
    public async Task<LinkState> FindAsync(Token? token, string kind, CancellationToken cancellation) =>
        await tickets.FindAsync(token, cancellation, kind) switch
        {
            TicketState.Valid(var ticket) when await AccountOfAsync(ticket, cancellation) is { } account => new LinkState.Open(account),
            TicketState.Valid(var ticket) => new LinkState.Replaced(ticket.CreatedAt.ToDateTimeOffset()),
            TicketState.Over(var ticket) => Over(ticket),
            _ => new LinkState.Unknown(),
        };

    /// <summary>The ticket and its account; null when the link is no longer valid.</summary>
    internal async Task<LinkTarget?> OpenAsync(Work work, Token? token, string kind) =>
        await tickets.FindAsync(work, token, kind) is TicketState.Valid(var ticket)
            && await AccountOfAsync(ticket, CancellationToken.None) is { } account
                ? new LinkTarget(ticket, account)
                : null;

    private static LinkState Over(Ticket ticket)
    {
        var at = (ticket.UsedAt ?? ticket.ExpiresAt).ToDateTimeOffset();
        return ticket.EndedBecause switch
        {
            null => new LinkState.Ended(at),
            TicketEnds.Used => new LinkState.Used(at),
            _ => new LinkState.Replaced(at),
        };
    }

    private async Task<Account?> AccountOfAsync(Ticket ticket, CancellationToken cancellation)
    {
        if (ticket.AccountId is not { } id
            || await guards.ReadAsync(id, cancellation) is not { } guard
            || guard.Epoch != ticket.Epoch
            || (ticket.Kind is TicketKinds.Invitation && !await IsInvitedAsync(id, guard, cancellation))
            || !await seals.IsRightAsync(id, cancellation))
        {
            return null;
        }

        return await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(account => account.Id == id, cancellation);
    }

    /// <summary>
    /// Whether an invitation is still valid for the account: it is not disabled and has never enrolled. The events are asked too, so that
    /// somebody who only writes to the database cannot make an enrolled account enroll again.
    /// </summary>
    private async Task<bool> IsInvitedAsync(Guid id, CodeGuard guard, CancellationToken cancellation) =>
        !guard.Held.HasFlag(HeldBy.Disabled)
        && !await database.Set<AuditEvent>().AnyAsync(row => row.AccountId == id && row.Kind == AuditKinds.AccountEnrolled, cancellation)
        && await database.Set<Account>().AnyAsync(account => account.Id == id && account.EnrolledAt == null, cancellation);
}
