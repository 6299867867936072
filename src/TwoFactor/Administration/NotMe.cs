namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
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

    /// <param name="Kind">One of <see cref="TicketKinds"/>.</param>
    public sealed record Asks(string Kind, DateTimeOffset At) : NotMeState;

    /// <summary>It was pressed already.</summary>
    /// <param name="IsFrozen">And the account is frozen still.</param>
    public sealed record Stopped(DateTimeOffset At, bool IsFrozen) : NotMeState;

    public sealed record Over(DateTimeOffset At) : NotMeState;

    public sealed record Unknown : NotMeState;
}

/// <summary>The owner says that a change was not theirs. No proof is asked: it voids what the change let in, and freezes.</summary>
public sealed class NotMe(
    TwoFactorDb database, CodeGuards guards, Tickets tickets, Addresses addresses, HelpRequests requests, MailMessages messages, OwnerNotifications notifications, Outbox outbox, AdminNotifications adminNotifications, AuditLog audit)
{
    private static readonly string[] Kinds =
    [
        TicketKinds.NotMeReset, TicketKinds.NotMeInvitation, TicketKinds.NotMeAuthenticator, TicketKinds.NotMeRemoved, TicketKinds.NotMeWrongCodes,
        TicketKinds.NotMePassword, TicketKinds.NotMeRecoveryCode, TicketKinds.NotMeRecoveryCodes, TicketKinds.NotMeResetStopped, TicketKinds.NotMeAddress,
        TicketKinds.NotMePass, TicketKinds.NotMeRole,
    ];

    public async Task<NotMeState> FindAsync(Token? token, CancellationToken cancellation) =>
        await tickets.FindAsync(token, cancellation, Kinds) switch
        {
            TicketState.Valid(var ticket) => new NotMeState.Asks(ticket.Kind, DateTimeOffset.FromUnixTimeSeconds(ticket.CreatedAt)),
            TicketState.Over({ UsedAt: { } at, AccountId: { } account }) => new NotMeState.Stopped(
                DateTimeOffset.FromUnixTimeSeconds(at), (await guards.ReadAsync(account, cancellation)).Held.HasFlag(HeldBy.Frozen)),
            TicketState.Over(var ticket) => new NotMeState.Over(DateTimeOffset.FromUnixTimeSeconds(ticket.ExpiresAt)),
            _ => new NotMeState.Unknown(),
        };

    /// <summary>Freezes, ends what was asked for, and tells the owner, all admins and whoever had asked. False: the link works no longer.</summary>
    public Task<bool> StopAsync(Token? token, Actor actor, CancellationToken cancellation) =>
        database.InTransactionAsync(
            async () =>
            {
                if (await tickets.FindAsync(token, cancellation, Kinds) is not TicketState.Valid { Ticket: { AccountId: { } account } ticket }
                    || !await tickets.SpendAsync(ticket.Id, account, ticket.Epoch, cancellation))
                {
                    return false;
                }

                var guard = await guards.ReadAsync(account, cancellation);
                var open = await requests.OfAsync(account, cancellation);
                var frozen = await guards.FreezeAsync(account, guard.Epoch, cancellation);
                await tickets.EndAsync(
                    account, TicketEnds.Stopped, cancellation, TicketKinds.Reset, TicketKinds.Pass, TicketKinds.Invitation, TicketKinds.PasswordLink);
                var (first, second) = await addresses.PutBackAsync(account, cancellation);
                foreach (var number in new[] { (first, 1), (second, 2) }.Where(put => put.Item1).Select(put => put.Item2))
                {
                    audit.Record(AuditKinds.AddressPutBack, account, actor, number);
                }

                audit.Record(AuditKinds.NotMe, account, actor);
                await NotifyAsync(account, open, actor, cancellation);
                return frozen;
            },
            keep: stopped => stopped,
            cancellation);

    private async Task NotifyAsync(Guid account, IReadOnlyList<OpenRequest> open, Actor actor, CancellationToken cancellation)
    {
        foreach (var request in open)
        {
            await requests.EndAsync(request.Request.Id, HelpEnds.Cancelled, cancellation);
            audit.Record(AuditKinds.RequestCancelled, account, actor);
        }

        var owner = await database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account, cancellation);
        outbox.Add([.. notifications.AddressesOf(owner).Select(to => messages.SignInStopped(to, actor.Describe()))]);
        var askers = open.Select(request => request.Agent).DistinctBy(agent => agent.Id).ToList();
        MailMessage Write(Recipient to) => messages.StopNotice(to, owner.Name, owner.UserName, [.. askers.Select(asker => asker.Name)]);
        await adminNotifications.NotifyAsync([account], Write, cancellation);
        adminNotifications.Notify(askers.Where(asker => asker.Role != Role.Admin), Write);
    }
}
