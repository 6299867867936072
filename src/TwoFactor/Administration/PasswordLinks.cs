namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>A new password by a link: mailed to whoever forgot it, or printed by the console for the admin who has no mail. It never skips the code.</summary>
public sealed class PasswordLinks(
    TwoFactorDb database,
    Tickets tickets,
    CodeGuards guards,
    Devices devices,
    NewPasswords passwords,
    TicketLimits limits,
    AgentAuthorization authorization,
    OwnerNotifications notifications,
    MailMessages messages,
    Outbox outbox,
    Brand brand,
    AuditLog audit,
    TimeProvider time)
{
    /// <summary>Makes a link for an enrolled account. Null: it has no password to forget yet.</summary>
    public Task<(Token Token, Ticket Ticket)?> MakeAsync(Guid account, Actor actor, CancellationToken cancellation) =>
        database.InTransactionAsync<(Token Token, Ticket Ticket)?>(
            async () =>
            {
                if (!await database.Set<Account>().AnyAsync(row => row.Id == account && row.EnrolledAt != null, cancellation))
                {
                    return null;
                }

                var guard = await guards.ReadAsync(account, cancellation);
                audit.Record(AuditKinds.PasswordLinkMade, account, actor);
                return tickets.Issue(TicketKinds.PasswordLink, account, guard.Epoch);
            },
            cancellation);

    /// <summary>An agent who outranks the account has its owner sent a link, under the same limit as whoever asks at the sign-in. It goes where mail reaches the owner, and nowhere else.</summary>
    public Task<LockoutOutcome> SendAsync(CurrentSession agent, Guid target, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var by = actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync<LockoutOutcome>(
            async () =>
            {
                if (await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == target, cancellation) is not { } account)
                {
                    return new LockoutOutcome.NoSuchAccount();
                }

                var guard = await guards.ReadAsync(target, cancellation);
                switch (account)
                {
                    case var _ when !await authorization.MayMailAsync(agent, account, cancellation):
                        audit.Record(AuditKinds.ActRefused, target, by);
                        return new LockoutOutcome.RankForbids();
                    case { EnrolledAt: null }:
                        return new LockoutOutcome.NotEnrolledYet();
                    case var _ when guard.Held.HasFlag(HeldBy.Disabled):
                        return new LockoutOutcome.SwitchedOff();
                    case var _ when await tickets.IssuedLatelyAsync(target, TicketKinds.PasswordLink, cancellation) >= limits.PasswordLinksAnHour:
                        return new LockoutOutcome.TooManyLinks();
                    default:
                        var (token, ticket) = tickets.Issue(TicketKinds.PasswordLink, target, guard.Epoch);
                        outbox.Add([.. notifications.AddressesOf(account).Select(to => messages.PasswordLinkFromDesk(to, token, agent.Account.Name, ticket.ExpiresAt))]);
                        audit.Record(AuditKinds.PasswordLinkSent, target, by);
                        return new LockoutOutcome.Done();
                }
            },
            cancellation);
    }

    public async Task<LinkState> FindAsync(Token? token, CancellationToken cancellation) =>
        await tickets.FindAsync(token, cancellation, TicketKinds.PasswordLink) switch
        {
            TicketState.Valid(var ticket) when await AccountOfAsync(ticket, cancellation) is { } account => new LinkState.Open(account),
            TicketState.Valid(var ticket) => new LinkState.Replaced(DateTimeOffset.FromUnixTimeSeconds(ticket.CreatedAt)),
            TicketState.Over(var ticket) => InvitationAcceptance.Over(ticket),
            _ => new LinkState.Unknown(),
        };

    /// <summary>Sets the password, also while the account is held, and makes this browser a known one. Everything under the old epoch dies.</summary>
    public async Task<PasswordLinkOutcome> UseAsync(
        Token? token, TypedPassword typed, TypedPassword again, Token? device, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(token, cancellation) is not LinkState.Open(var account))
        {
            return new PasswordLinkOutcome.LinkOver();
        }

        var names = new[] { brand.Issuer, brand.Name, account.UserName, account.Mail, account.SecondMail, account.Name };
        return await passwords.HashAsync(typed, again, names, cancellation) switch
        {
            NewPassword.Hashed hashed => await database.InTransactionAsync(
                () => SetAsync(token, hashed.Hash, device, actor, cancellation),
                keep: outcome => outcome is PasswordLinkOutcome.Changed,
                cancellation),
            var refused => new PasswordLinkOutcome.PasswordRefused(refused),
        };
    }

    private async Task<PasswordLinkOutcome> SetAsync(
        Token? token, string hash, Token? device, Actor actor, CancellationToken cancellation)
    {
        if (await tickets.FindAsync(token, cancellation, TicketKinds.PasswordLink) is not TicketState.Valid { Ticket: { AccountId: { } account } ticket }
            || !await tickets.SpendAsync(ticket.Id, account, (await guards.ReadAsync(account, cancellation)).Epoch, cancellation))
        {
            return new PasswordLinkOutcome.LinkOver();
        }

        // Whoever used it may own no more than the mailbox.
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await database.Database.ExecuteSqlAsync(
            $"UPDATE account SET password_hash={hash}, password_changed_at={now}, untrusted_since={now}, reverified_at=NULL WHERE id={account}", cancellation);
        await guards.RaiseEpochAsync(account, cancellation);
        await tickets.EndAsync(account, TicketEnds.Replaced, cancellation, TicketKinds.PasswordLink, TicketKinds.Reset);
        audit.Record(AuditKinds.PasswordSet, account, actor);
        var owner = await database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account, cancellation);
        notifications.Notify(owner, TicketKinds.NotMePassword, actor, (messages, context) => messages.PasswordChanged(context, "Whoever changed it had a link for a new password, by mail or from the server."));
        return new PasswordLinkOutcome.Changed(await devices.KnowAsync(account, device, cancellation));
    }

    private async Task<Account?> AccountOfAsync(Ticket ticket, CancellationToken cancellation)
    {
        if (ticket.AccountId is not { } id || (await guards.ReadAsync(id, cancellation)).Epoch != ticket.Epoch)
        {
            return null;
        }

        return await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(account => account.Id == id, cancellation);
    }
}
