namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;

/// <summary>Whom to invite. Texts as typed.</summary>
public sealed record InvitationRequest(string? UserName, string? Mail, string? Name, Role Role)
{
    /// <summary>Names of groups, with semicolons between.</summary>
    public string? Groups { get; init; }
    /// <summary>By when the person should be enrolled, as in 2026-12-24; empty: no date.</summary>
    public string? EnrollBy { get; init; }
}

/// <summary>Makes accounts and sends their invitations: by mail, and a new one as often as somebody who may asks for it.</summary>
public sealed class Invitations(
    TwoFactorDb database, CodeGuards guards, Tickets tickets, MailMessages messages, OwnerNotifications notifications, Addresses addresses, Outbox outbox, AgentAuthorization authorization, Proofs proofs, RoleChanges roles, KeyedHasher keyedHasher, SearchTerms searchTerms, Groups groups, Deadlines deadlines, ImportedAuthenticators authenticators, AuditLog audit, TimeProvider time)
{
    public const int LongestName = 128;

    /// <summary>Makes an account and invites its person.</summary>
    /// <param name="agent">Null: the console.</param>
    public Task<InviteOutcome> InviteAsync(CurrentSession? agent, InvitationRequest request, Actor actor, CancellationToken cancellation)
    {
        var userName = UserName.Normalise(request.UserName);
        var mail = MailAddress.Normalise(request.Mail);
        if (userName is null || mail is null)
        {
            return Task.FromResult<InviteOutcome>(userName is null ? new InviteOutcome.NameNotAllowed() : new InviteOutcome.MailNotAllowed());
        }

        var day = Deadlines.Read(request.EnrollBy);
        if (GroupName.ReadList(request.Groups) is not { } names || (day is null && !string.IsNullOrWhiteSpace(request.EnrollBy)))
        {
            return Task.FromResult<InviteOutcome>(GroupName.ReadList(request.Groups) is null ? new InviteOutcome.GroupNotAllowed() : new InviteOutcome.DateNotAllowed());
        }

        var by = agent is null ? actor : actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync<InviteOutcome>(
            async () =>
            {
                if (await RefusalAsync(agent, request.Role, by, cancellation) is { } refusal)
                {
                    return refusal;
                }

                if (await TakenAsync(userName, mail, null, cancellation) is { } taken)
                {
                    return taken;
                }

                var account = NewAccount(userName, mail, request.Name, request.Role);
                Add(account);
                await database.SaveChangesAsync(cancellation);
                audit.Record(AuditKinds.AccountInvited, account.Id, by);
                await groups.SetAsync(account.Id, names, by, cancellation);
                if (day is not null)
                {
                    await deadlines.SetOwnAsync(account.Id, day, by, cancellation);
                }

                if (account.Role == Role.Admin)
                {
                    await roles.NotifyAdminsAsync(account, "none", account.Role.ToToken(), agent?.Account.Name ?? AgentAuthorization.Operator, by.Account, cancellation);
                }

                return await SendAsync(await RowAsync(account.Id, cancellation), epoch: 1, resends: 0, isReminder: false, by, cancellation);
            },
            cancellation);
    }

    /// <summary>Admins invite; whom they make more than a user takes a code of theirs first.</summary>
    private async Task<InviteOutcome?> RefusalAsync(CurrentSession? agent, Role role, Actor by, CancellationToken cancellation)
    {
        if (agent is null)
        {
            return null;
        }

        if (agent.Account.Role != Role.Admin || !await authorization.IsCurrentAsync(agent, cancellation))
        {
            audit.Record(AuditKinds.ActRefused, null, by);
            return new InviteOutcome.NotForThisRole();
        }

        return role == Role.User || proofs.Has(agent, ProofFor.Accounts) ? null : new InviteOutcome.ProofNeeded();
    }

    /// <summary>A new invitation for somebody who has not enrolled yet; the older one ends.</summary>
    /// <param name="agent">Null: the console.</param>
    public Task<InviteOutcome> InviteAgainAsync(CurrentSession? agent, Guid account, Actor actor, CancellationToken cancellation)
    {
        var by = agent is null ? actor : actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                var row = await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(found => found.Id == account, cancellation);
                switch (row)
                {
                    case null:
                        return new InviteOutcome.NoSuchAccount();
                    case var _ when agent is not null && (agent.Account.Role != Role.Admin || !await authorization.OutranksAsync(agent, row, cancellation)):
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
    public Task<ResendOutcome> ResendAsync(Token? token, Actor actor, CancellationToken cancellation) =>
        database.InTransactionAsync<ResendOutcome>(
            async () =>
            {
                if (await tickets.FindAsync(token, cancellation, TicketKinds.Invitation) is not TicketState.Over { Ticket: { UsedAt: null } old }
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

                return await ReplaceAsync(row, old.Resends + 1, actor, cancellation) is InviteOutcome.Invited ? new ResendOutcome.Sent() : new ResendOutcome.NotPossible();
            },
            cancellation);

    /// <summary>A further invitation beside those that there are, in the caller's transaction: a stranger's asking must not end the one that is being used. The first code ends them all.</summary>
    internal async Task SendAnotherAsync(Account account, long epoch, Actor actor, CancellationToken cancellation)
    {
        var resends = await database.Set<Ticket>().Where(ticket => ticket.AccountId == account.Id && ticket.Kind == TicketKinds.Invitation)
            .MaxAsync(ticket => ticket.Resends, cancellation);
        await SendAsync(account, epoch, resends, isReminder: false, actor, cancellation);
    }

    /// <summary>Adds an account that nobody was invited to yet to the caller's transaction: with its guard, and the words it is found by.</summary>
    internal void Add(Account account)
    {
        database.Add(account);
        guards.Add(account.Id);
        searchTerms.Add(account);
    }

    /// <summary>Whether an invitation is on its way that still opens something.</summary>
    internal async Task<bool> IsOpenAsync(Guid account, CancellationToken cancellation)
    {
        var (now, epoch) = (time.GetUtcNow().ToUnixTimeSeconds(), (await guards.ReadAsync(account, cancellation)).Epoch);
        return await database.Set<Ticket>().AnyAsync(
            ticket => ticket.AccountId == account && ticket.Kind == TicketKinds.Invitation && ticket.UsedAt == null && ticket.ExpiresAt > now && ticket.Epoch == epoch, cancellation);
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
            RoleSeal = Roles.Seal(keyedHasher, id, role),
            AddressSeal = AddressBook.New(mail).Seal(keyedHasher, id),
            CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
        };
    }

    /// <summary>What other people read; the user name where nothing else was given.</summary>
    internal static string DisplayName(string? typed, string userName)
    {
        var letters = DisplayText.Sanitize(typed);
        return letters.Length switch
        {
            0 => userName,
            > LongestName => letters[..LongestName],
            _ => letters,
        };
    }

    /// <summary>Ends the older invitations and sends a new one, in the caller's transaction.</summary>
    /// <param name="isReminder">A reminder carries it, and says so.</param>
    internal async Task<InviteOutcome> ReplaceAsync(Account account, int resends, Actor actor, CancellationToken cancellation, bool isReminder = false)
    {
        var guard = await guards.ReadAsync(account.Id, cancellation);
        if (guard.Held.HasFlag(HeldBy.Disabled))
        {
            return new InviteOutcome.SwitchedOff();
        }

        if (!account.IsSealed(keyedHasher))
        {
            audit.Record(account.HasSealedRole(keyedHasher) ? AuditKinds.AlarmAddressSeal : AuditKinds.AlarmRoleSeal, account.Id, actor);
            return new InviteOutcome.Altered(account.Name);
        }

        await tickets.EndAsync(account.Id, TicketEnds.Replaced, cancellation, TicketKinds.Invitation);
        return await SendAsync(account, guard.Epoch, resends, isReminder, actor, cancellation);
    }

    private Task<Account> RowAsync(Guid account, CancellationToken cancellation) =>
        database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account, cancellation);

    private async Task<InviteOutcome.Invited> SendAsync(
        Account account, long epoch, int resends, bool isReminder, Actor actor, CancellationToken cancellation)
    {
        var (token, ticket) = await tickets.InviteAsync(account.Id, epoch, resends, cancellation);
        var (notMe, _) = tickets.Issue(TicketKinds.NotMeInvitation, account.Id, epoch: 0);
        var facts = new InvitationFacts(token, notMe, ticket.ExpiresAt, account.EnrollBy, await authenticators.HasAsync(account.Id, cancellation));
        var to = notifications.AddressesOf(account)[0];
        outbox.Add(isReminder ? messages.Reminder(to, facts) : messages.Invitation(to, facts));
        audit.Record(isReminder ? AuditKinds.AccountReminded : AuditKinds.AccountInvitationSent, account.Id, actor);
        return new InviteOutcome.Invited(account, token, DateTimeOffset.FromUnixTimeSeconds(ticket.ExpiresAt));
    }
}
