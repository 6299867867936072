namespace TwoFactor.Administration;

using TwoFactor.Accounts;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>What a "not me" link leads to.</summary>
public abstract record NotMeState
{
    private NotMeState()
    {
    }

    /// <param name="Change">What the mail reported, worded to complete "Was … not you?".</param>
    public sealed record Asks(string Change, DateTimeOffset At) : NotMeState;

    /// <summary>The owner has already used the link.</summary>
    /// <param name="IsFrozen">Whether the account is still frozen.</param>
    public sealed record Stopped(DateTimeOffset At, bool IsFrozen) : NotMeState;

    public sealed record Over(DateTimeOffset At) : NotMeState;

    public sealed record Unknown : NotMeState;
}

/// <summary>
/// The owner reports that a change was not theirs. No proof is needed: the report only voids what the change allowed, and freezes the
/// account.
/// </summary>
public sealed class NotMe(
    UnitOfWork unitOfWork,
    CodeGuards guards,
    Tickets tickets,
    Addresses addresses,
    HelpRequests requests,
    HelpDeskNotifications notifications,
    AuditLog audit)
{
    private static readonly string[] Kinds = [.. MailKinds.ByNotMeTicket.Keys];

    public async Task<NotMeState> FindAsync(Token? token, CancellationToken cancellation) =>
        await tickets.FindAsync(token, cancellation, Kinds) switch
        {
            TicketState.Valid(var ticket) => new NotMeState.Asks(
                MailKinds.ByNotMeTicket[ticket.Kind].NotMe!, ticket.CreatedAt.ToDateTimeOffset()),
            TicketState.Over({ UsedAt: { } at, AccountId: { } account }) => new NotMeState.Stopped(
                at.ToDateTimeOffset(), (await guards.ReadAsync(account, cancellation)).Held.HasFlag(HeldBy.Frozen)),
            TicketState.Over(var ticket) => new NotMeState.Over(ticket.ExpiresAt.ToDateTimeOffset()),
            _ => new NotMeState.Unknown(),
        };

    /// <summary>
    /// Freezes the account, ends open requests and links, and notifies the owner, all admins and the agents who had asked. Returns false
    /// when the link no longer works.
    /// </summary>
    public async Task<bool> StopAsync(Token? token, Actor actor, CancellationToken cancellation) =>
        Valid(await tickets.FindAsync(token, cancellation, Kinds)) is { AccountId: { } account }
        && (await unitOfWork.RunAsync(actor, Locks.Of(account), work => StopAsync(work, token), cancellation)).Commits;

    private async Task<Stopping> StopAsync(Work work, Token? token)
    {
        if (Valid(await tickets.FindAsync(work, token, Kinds)) is not { AccountId: { } account } ticket
            || !await Tickets.SpendAsync(work, ticket.Id, account, ticket.Epoch))
        {
            return new Stopping(Commits: false);
        }

        var guard = await guards.ReadAsync(account, CancellationToken.None);
        var open = await requests.OfAsync(account, CancellationToken.None);
        if (!await guards.FreezeAsync(work, account, guard.Epoch))
        {
            return new Stopping(Commits: false);
        }

        await Tickets.EndAsync(
            work, account, TicketEnds.Stopped, TicketKinds.Reset, TicketKinds.Pass, TicketKinds.Invitation,
            TicketKinds.PasswordLink, TicketKinds.Address, TicketKinds.SecondAddress);
        var (first, second) = await addresses.PutBackAsync(work, account);
        foreach (var number in new[] { (first, 1), (second, 2) }.Where(put => put.Item1).Select(put => put.Item2))
        {
            audit.Record(work, AuditKinds.AddressPutBack, account, number);
        }

        audit.Record(work, AuditKinds.NotMe, account);
        foreach (var request in open)
        {
            await requests.EndAsync(work, request.Request, HelpEnds.Cancelled);
            audit.Record(work, AuditKinds.RequestCancelled, account);
        }

        await notifications.NotifyOfStopAsync(work, account, [.. open.Select(request => request.Agent).DistinctBy(agent => agent.Id)]);
        return new Stopping(Commits: true);
    }

    private static Ticket? Valid(TicketState state) => state is TicketState.Valid(var ticket) ? ticket : null;

    private sealed record Stopping(bool Commits) : IOutcome;
}
