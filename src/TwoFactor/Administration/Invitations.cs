namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Whom to invite. Texts as typed.</summary>
public sealed record InvitationRequest(string? UserName, string? Mail, string? Name, Role Role);

/// <summary>Makes accounts and sends their invitations: by mail, and a new one as often as somebody who may asks for it.</summary>
public sealed class Invitations(
    TwoFactorDb database, CodeGuards guards, Tickets tickets, Letters letters, OwnerMail ownerMail, Addresses addresses, Outbox outbox, Verifier verifier, AuditLog audit, TimeProvider time)
{
    public const int LongestName = 128;

    /// <summary>Makes an account and invites its person.</summary>
    public Task<InviteOutcome> InviteAsync(InvitationRequest request, Origin origin, CancellationToken cancellation)
    {
        var userName = UserName.Normalise(request.UserName);
        var mail = MailAddress.Normalise(request.Mail);
        if (userName is null || mail is null)
        {
            return Task.FromResult<InviteOutcome>(userName is null ? new InviteOutcome.NameNotAllowed() : new InviteOutcome.MailNotAllowed());
        }

        return database.InTransactionAsync<InviteOutcome>(
            async () =>
            {
                if (await TakenAsync(userName, mail, null, cancellation) is { } taken)
                {
                    return taken;
                }

                var account = NewAccount(userName, mail, request.Name, request.Role);
                database.Add(account);
                guards.Add(account.Id);
                audit.Record(AuditKinds.AccountInvited, account.Id, origin);
                return Send(account, epoch: 1, resends: 0, origin);
            },
            cancellation);
    }

    /// <summary>A new invitation for somebody who has not enrolled yet; the older one ends.</summary>
    /// <param name="agent">Null: the console.</param>
    public Task<InviteOutcome> InviteAgainAsync(SignedIn? agent, Guid account, Origin origin, CancellationToken cancellation)
    {
        var by = agent is null ? origin : origin with { By = ActorKind.Agent, Actor = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                var row = await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(found => found.Id == account, cancellation);
                switch (row)
                {
                    case null:
                        return new InviteOutcome.NoSuchAccount();
                    case var _ when agent is not null && (agent.Account.Role != Role.Admin || !agent.Account.Role.Outranks(row.Role) || !row.IsSealed(verifier)):
                        audit.Record(AuditKinds.ActRefused, account, by);
                        return new InviteOutcome.RankForbids(row.Name);
                    case { EnrolledAt: not null }:
                        return new InviteOutcome.EnrolledAlready();
                    default:
                        return await ReplaceAsync(row, resends: 0, by, cancellation);
                }
            },
            cancellation);
    }

    /// <summary>The owner of an invitation whose time is over has it sent again, a few times. One that was used, replaced or stopped stays so.</summary>
    public Task<ResendOutcome> ResendAsync(Token? token, Origin origin, CancellationToken cancellation) =>
        database.InTransactionAsync<ResendOutcome>(
            async () =>
            {
                if (await tickets.LookAsync(token, cancellation, TicketKinds.Invitation) is not TicketLook.Over { Ticket: { UsedAt: null } old }
                    || old.AccountId is not { } account)
                {
                    return new ResendOutcome.NotPossible();
                }

                if (!tickets.MayResend(old))
                {
                    return new ResendOutcome.TooOften();
                }

                var guard = await guards.ReadAsync(account, cancellation);
                var row = await database.Set<Account>().AsNoTracking().SingleAsync(found => found.Id == account, cancellation);
                if (guard.Epoch != old.Epoch || guard.Held != HeldBy.None || row.EnrolledAt is not null)
                {
                    return new ResendOutcome.NotPossible();
                }

                await ReplaceAsync(row, old.Resends + 1, origin, cancellation);
                return new ResendOutcome.Sent();
            },
            cancellation);

    /// <summary>A further invitation beside those that there are, in the caller's transaction: a stranger's asking must not end the one that is being used. The first code ends them all.</summary>
    internal async Task SendAnotherAsync(Account account, long epoch, Origin origin, CancellationToken cancellation)
    {
        var resends = await database.Set<Ticket>().Where(ticket => ticket.AccountId == account.Id && ticket.Kind == TicketKinds.Invitation)
            .MaxAsync(ticket => ticket.Resends, cancellation);
        Send(account, epoch, resends, origin);
    }

    /// <summary>Who has a name or an address already, other than <paramref name="except"/>.</summary>
    internal async Task<InviteOutcome?> TakenAsync(string userName, string mail, Guid? except, CancellationToken cancellation)
    {
        var others = database.Set<Account>().Where(account => account.Id != except);
        if (await others.AnyAsync(account => account.UserName == userName, cancellation))
        {
            return new InviteOutcome.NameTaken(userName);
        }

        return await addresses.IsTakenAsync(mail, except, cancellation) ? new InviteOutcome.MailTaken(mail) : null;
    }

    internal Account NewAccount(string userName, string mail, string? name, Role role)
    {
        var id = Guid.NewGuid();
        return new Account
        {
            Id = id,
            UserName = userName,
            Mail = mail,
            Name = DisplayName(name, userName),
            Role = role,
            RoleSeal = Roles.Seal(verifier, id, role),
            CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
        };
    }

    /// <summary>What other people read; the user name where nothing else was given.</summary>
    internal static string DisplayName(string? typed, string userName)
    {
        var letters = Names.Clean(typed);
        return letters.Length switch
        {
            0 => userName,
            > LongestName => letters[..LongestName],
            _ => letters,
        };
    }

    /// <summary>Ends the older invitations and sends a new one, in the caller's transaction.</summary>
    internal async Task<InviteOutcome> ReplaceAsync(Account account, int resends, Origin origin, CancellationToken cancellation)
    {
        var guard = await guards.ReadAsync(account.Id, cancellation);
        if (guard.Held.HasFlag(HeldBy.Disabled))
        {
            return new InviteOutcome.SwitchedOff();
        }

        await tickets.EndAsync(account.Id, TicketEnds.Replaced, cancellation, TicketKinds.Invitation);
        return Send(account, guard.Epoch, resends, origin);
    }

    private InviteOutcome.Invited Send(Account account, long epoch, int resends, Origin origin)
    {
        var (token, ticket) = tickets.Issue(TicketKinds.Invitation, account.Id, epoch, resends);
        var (notMe, _) = tickets.Issue(TicketKinds.NotMeInvitation, account.Id, epoch: 0);
        outbox.Add(letters.Invitation(ownerMail.Reach(account)[0], token, notMe, ticket.ExpiresAt));
        audit.Record(AuditKinds.AccountInvitationSent, account.Id, origin);
        return new InviteOutcome.Invited(account, token, DateTimeOffset.FromUnixTimeSeconds(ticket.ExpiresAt));
    }
}
