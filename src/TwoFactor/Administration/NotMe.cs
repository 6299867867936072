namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>What a "not me" link leads to.</summary>
public abstract record NotMeLook
{
    private NotMeLook()
    {
    }

    /// <param name="Kind">One of <see cref="TicketKinds"/>.</param>
    public sealed record Asks(string Kind, DateTimeOffset At) : NotMeLook;

    /// <summary>It was pressed already.</summary>
    /// <param name="IsFrozen">And the account is frozen still.</param>
    public sealed record Stopped(DateTimeOffset At, bool IsFrozen) : NotMeLook;

    public sealed record Over(DateTimeOffset At) : NotMeLook;

    public sealed record Unknown : NotMeLook;
}

/// <summary>The owner says that a change was not theirs. No proof is asked: it voids what the change let in, and freezes.</summary>
public sealed class NotMe(
    TwoFactorDb database, CodeGuards guards, Tickets tickets, Addresses addresses, HelpRequests requests, Letters letters, OwnerMail mail, Outbox outbox, Admins admins, AuditLog audit)
{
    private static readonly string[] Kinds =
    [
        TicketKinds.NotMeReset, TicketKinds.NotMeInvitation, TicketKinds.NotMeAuthenticator, TicketKinds.NotMeRemoved, TicketKinds.NotMeWrongCodes,
        TicketKinds.NotMePassword, TicketKinds.NotMeRecoveryCode, TicketKinds.NotMeRecoveryCodes, TicketKinds.NotMeResetStopped, TicketKinds.NotMeAddress,
        TicketKinds.NotMePass, TicketKinds.NotMeRole,
    ];

    public async Task<NotMeLook> LookAsync(Token? token, CancellationToken cancellation) =>
        await tickets.LookAsync(token, cancellation, Kinds) switch
        {
            TicketLook.Valid(var ticket) => new NotMeLook.Asks(ticket.Kind, DateTimeOffset.FromUnixTimeSeconds(ticket.CreatedAt)),
            TicketLook.Over({ UsedAt: { } at, AccountId: { } account }) => new NotMeLook.Stopped(
                DateTimeOffset.FromUnixTimeSeconds(at), (await guards.ReadAsync(account, cancellation)).Held.HasFlag(HeldBy.Frozen)),
            TicketLook.Over(var ticket) => new NotMeLook.Over(DateTimeOffset.FromUnixTimeSeconds(ticket.ExpiresAt)),
            _ => new NotMeLook.Unknown(),
        };

    /// <summary>Freezes, ends what was asked for, and tells the owner, all admins and whoever had asked. False: the link works no longer.</summary>
    public Task<bool> StopAsync(Token? token, Origin origin, CancellationToken cancellation) =>
        database.InTransactionAsync(
            async () =>
            {
                if (await tickets.LookAsync(token, cancellation, Kinds) is not TicketLook.Valid { Ticket: { AccountId: { } account } ticket }
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
                    audit.Record(AuditKinds.AddressPutBack, account, origin, number);
                }

                audit.Record(AuditKinds.NotMe, account, origin);
                await TellAsync(account, open, origin, cancellation);
                return frozen;
            },
            keep: stopped => stopped,
            cancellation);

    private async Task TellAsync(Guid account, IReadOnlyList<OpenRequest> open, Origin origin, CancellationToken cancellation)
    {
        foreach (var request in open)
        {
            await requests.EndAsync(request.Request.Id, HelpEnds.Cancelled, cancellation);
            audit.Record(AuditKinds.RequestCancelled, account, origin);
        }

        var owner = await database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account, cancellation);
        outbox.Add([.. mail.Reach(owner).Select(to => letters.SignInStopped(to, origin.Describe()))]);
        var askers = open.Select(request => request.Agent).DistinctBy(agent => agent.Id).ToList();
        Letter Write(Recipient to) => letters.StopNotice(to, owner.Name, owner.UserName, [.. askers.Select(asker => asker.Name)]);
        await admins.TellAsync([account], Write, cancellation);
        admins.Tell(askers.Where(asker => asker.Role != Role.Admin), Write);
    }
}
