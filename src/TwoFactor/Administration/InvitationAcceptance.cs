namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>An invited person sets a password and gets a picture to scan. The last post wins; nothing is signed in until the first code.</summary>
public sealed class InvitationAcceptance(
    TwoFactorDb database,
    Tickets tickets,
    CodeGuards guards,
    AuthenticatorSecrets secrets,
    Enrollments enrollments,
    ImportedAuthenticators imported,
    NewPasswords passwords,
    Brand brand,
    AuditLog audit,
    TimeProvider time)
{
    public async Task<LinkState> FindAsync(Token? token, CancellationToken cancellation)
    {
        switch (await tickets.FindAsync(token, cancellation, TicketKinds.Invitation))
        {
            case TicketState.Valid(var ticket) when await AccountOfAsync(ticket, cancellation) is { } account:
                return new LinkState.Open(account);
            case TicketState.Over(var ticket):
                return Over(ticket);
            case TicketState.Valid(var ticket):
                return new LinkState.Replaced(DateTimeOffset.FromUnixTimeSeconds(ticket.CreatedAt));
            default:
                return new LinkState.Unknown();
        }
    }

    public async Task<AcceptOutcome> AcceptAsync(
        Token? token, TypedPassword typed, TypedPassword again, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(token, cancellation) is not LinkState.Open(var account))
        {
            return new AcceptOutcome.LinkOver();
        }

        if (!secrets.CanJudge)
        {
            return new AcceptOutcome.KeyMissing();
        }

        var names = new[] { brand.Issuer, brand.Name, account.UserName, account.Mail, account.Name };
        return await passwords.HashAsync(typed, again, names, cancellation) switch
        {
            NewPassword.Hashed hashed => await database.InTransactionAsync(() => OpenAsync(token, hashed.Hash, actor, cancellation), cancellation),
            var refused => new AcceptOutcome.PasswordRefused(refused),
        };
    }

    internal static LinkState Over(Ticket ticket)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(ticket.UsedAt ?? ticket.ExpiresAt);
        return ticket.EndedBecause switch
        {
            null => new LinkState.Ended(at),
            TicketEnds.Used => new LinkState.Used(at),
            _ => new LinkState.Replaced(at),
        };
    }

    /// <summary>An import brought the secret of the app that the person has: the password is all that was missing. They sign in with both now.</summary>
    private async Task<AcceptOutcome> KeepAppAsync(Guid account, Ticket ticket, Actor actor, CancellationToken cancellation)
    {
        if (!await guards.ActivateImportedAsync(account, ticket.Epoch, cancellation)
            || !await tickets.SpendAsync(ticket.Id, account, ticket.Epoch, cancellation)
            || await imported.ActivateAsync(account, actor, cancellation) is false)
        {
            throw new InvalidOperationException("An account's invitation changed while its lock was held.");
        }

        // To an app that somebody else's file brought, the invitation was no more than a link for a password: whoever used it may own no more than the mailbox.
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await database.Database.ExecuteSqlAsync($"UPDATE account SET enrolled_at={now}, untrusted_since={now}, reverified_at=NULL WHERE id={account} AND enrolled_at IS NULL", cancellation);
        await tickets.EndAsync(account, TicketEnds.Replaced, cancellation, TicketKinds.Invitation, TicketKinds.PasswordLink);
        audit.Record(AuditKinds.AccountEnrolled, account, actor);
        return new AcceptOutcome.AppKept();
    }

    /// <summary>The account that a link still opens: under the same epoch, not switched off, never enrolled. The events say so too: who writes to the database invites nobody anew.</summary>
    private async Task<Account?> AccountOfAsync(Ticket ticket, CancellationToken cancellation)
    {
        if (ticket.AccountId is not { } id)
        {
            return null;
        }

        var guard = await guards.ReadAsync(id, cancellation);
        return guard.Epoch == ticket.Epoch && !guard.Held.HasFlag(HeldBy.Disabled)
            && !await database.Set<AuditEvent>().AnyAsync(row => row.AccountId == id && row.Kind == AuditKinds.AccountEnrolled, cancellation)
            ? await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(
                account => account.Id == id && account.EnrolledAt == null, cancellation)
            : null;
    }

    private async Task<AcceptOutcome> OpenAsync(Token? token, string hash, Actor actor, CancellationToken cancellation)
    {
        if (await tickets.FindAsync(token, cancellation, TicketKinds.Invitation) is not TicketState.Valid(var ticket)
            || await AccountOfAsync(ticket, cancellation) is not { } account)
        {
            return new AcceptOutcome.LinkOver();
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await database.Database.ExecuteSqlAsync(
            $"UPDATE account SET password_hash={hash}, password_changed_at={now} WHERE id={account.Id}", cancellation);
        audit.Record(AuditKinds.PasswordSet, account.Id, actor);
        if (await imported.OpensAsync(account.Id, cancellation))
        {
            return await KeepAppAsync(account.Id, ticket, actor, cancellation);
        }

        return new AcceptOutcome.EnrollmentOpened(
            await enrollments.StartAsync(account.Id, ticket.Epoch, ticket, actor, cancellation));
    }
}
