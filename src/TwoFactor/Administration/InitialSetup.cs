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

/// <summary>What a set-up link leads to.</summary>
public abstract record SetupState
{
    private SetupState()
    {
    }

    public sealed record Open : SetupState;

    /// <summary>A link of an earlier start; there is a newer one.</summary>
    public sealed record EarlierStart : SetupState;

    /// <summary>No such link, or the set-up is over for ever.</summary>
    public sealed record Unknown : SetupState;
}

/// <summary>The first admin. Each start makes a new link until the first admin's first code is confirmed; a half-done set-up is replaced by the next.</summary>
public sealed class InitialSetup(
    TwoFactorDb database,
    Tickets tickets,
    CodeGuards guards,
    AuthenticatorSecrets secrets,
    Enrollments enrollments,
    Invitations invitations,
    Addresses addresses,
    NewPasswords passwords,
    Brand brand,
    AuditLog audit,
    TimeProvider time)
{
    /// <summary>Makes this start's link and ends those of earlier ones. Null: the set-up is over.</summary>
    public Task<Token?> MakeLinkAsync(CancellationToken cancellation) =>
        database.InTransactionAsync(
            async () =>
            {
                if (await IsOverAsync(cancellation))
                {
                    return null;
                }

                await tickets.EndSetupAsync(TicketEnds.Replaced, cancellation);
                return tickets.Issue(TicketKinds.Setup, account: null, epoch: 0).Token;
            },
            cancellation);

    public async Task<SetupState> FindAsync(Token? token, CancellationToken cancellation)
    {
        if (await IsOverAsync(cancellation))
        {
            return new SetupState.Unknown();
        }

        return await tickets.FindAsync(token, cancellation, TicketKinds.Setup) switch
        {
            TicketState.Valid => new SetupState.Open(),
            TicketState.Over => new SetupState.EarlierStart(),
            _ => new SetupState.Unknown(),
        };
    }

    public async Task<AcceptOutcome> SubmitAsync(
        Token? token, string? typedName, string? typedMail, TypedPassword typed, TypedPassword again, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(token, cancellation) is not SetupState.Open)
        {
            return new AcceptOutcome.LinkOver();
        }

        if (!secrets.CanJudge)
        {
            return new AcceptOutcome.KeyMissing();
        }

        var userName = UserName.Normalise(typedName);
        var mail = MailAddress.Normalise(typedMail);
        if (userName is null || mail is null)
        {
            return new AcceptOutcome.NameRefused(userName is null ? new InviteOutcome.NameNotAllowed() : new InviteOutcome.MailNotAllowed());
        }

        return await passwords.HashAsync(typed, again, [brand.Issuer, brand.Name, userName, mail], cancellation) switch
        {
            NewPassword.Hashed hashed => await database.InTransactionAsync(
                () => OpenAsync(token!, userName, mail, hashed.Hash, actor, cancellation),
                keep: outcome => outcome is AcceptOutcome.EnrollmentOpened,
                cancellation),
            var refused => new AcceptOutcome.PasswordRefused(refused),
        };
    }

    private Task<bool> IsOverAsync(CancellationToken cancellation) =>
        database.Set<Instance>().AnyAsync(instance => instance.SetupCompletedAt != null, cancellation);

    private async Task<AcceptOutcome> OpenAsync(
        Token token, string userName, string mail, string hash, Actor actor, CancellationToken cancellation)
    {
        if (await IsOverAsync(cancellation)
            || await tickets.FindAsync(token, cancellation, TicketKinds.Setup) is not TicketState.Valid(var ticket))
        {
            return new AcceptOutcome.LinkOver();
        }

        var halfDone = await HalfDoneAsync(cancellation);
        if (await invitations.TakenAsync(userName, mail, halfDone, cancellation) is { } taken)
        {
            return new AcceptOutcome.NameRefused(taken);
        }

        var account = halfDone ?? await AddAsync(userName, mail, cancellation);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE account SET user_name={userName}, name={userName}, password_hash={hash}, password_changed_at={now}
              WHERE id={account}
             """,
            cancellation);
        await addresses.ReplaceAsync(account, mail, cancellation);
        var guard = await guards.ReadAsync(account, cancellation);
        await tickets.AdoptAsync(ticket, token, account, guard.Epoch, cancellation);
        audit.Record(AuditKinds.PasswordSet, account, actor);
        return new AcceptOutcome.EnrollmentOpened(await enrollments.StartAsync(account, guard.Epoch, ticket, actor, cancellation));
    }

    /// <summary>The account that an earlier post of the form made, if its code was never confirmed.</summary>
    private async Task<Guid?> HalfDoneAsync(CancellationToken cancellation) =>
        await (
            from ticket in database.Set<Ticket>()
            join account in database.Set<Account>() on ticket.AccountId equals account.Id
            where ticket.Kind == TicketKinds.Setup && account.EnrolledAt == null
            select (Guid?)account.Id).FirstOrDefaultAsync(cancellation);

    private async Task<Guid> AddAsync(string userName, string mail, CancellationToken cancellation)
    {
        var account = invitations.NewAccount(userName, mail, name: null, Role.Admin);
        invitations.Add(account);
        await database.SaveChangesAsync(cancellation);
        return account.Id;
    }
}
