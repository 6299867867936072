namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration.Setup;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
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

    /// <summary>There is no such link, or the set-up is complete.</summary>
    public sealed record Unknown : SetupState;
}

/// <summary>
/// Sets up the first admin. Each start of the server makes a new link until the first admin's first code is confirmed; a new submission
/// replaces a half-done set-up.
/// </summary>
public sealed class InitialSetup(
    UnitOfWork unitOfWork,
    SetupEvidence evidence,
    Tickets tickets,
    AuthenticatorSecrets secrets,
    Enrollments enrollments,
    AccountFactory accounts,
    NewPasswords passwords,
    AuditLog audit)
{
    /// <summary>Makes the link of this start and ends those of earlier starts. Returns null when the set-up is complete.</summary>
    public async Task<Token?> MakeLinkAsync(CancellationToken cancellation)
    {
        await evidence.ReportAsync(cancellation);
        if (await evidence.IsOverAsync(cancellation))
        {
            return null;
        }

        var made = await unitOfWork.RunAsync(
            Actor.Server,
            Locks.Admins(),
            async work =>
            {
                if (await evidence.IsOverInDatabaseAsync(CancellationToken.None))
                {
                    return new Committed<Token?>(null);
                }

                await Tickets.EndSetupAsync(work, TicketEnds.Replaced);
                return new Committed<Token?>(tickets.Issue(work, TicketKinds.Setup, account: null, Epoch.None).Token);
            },
            cancellation);
        return made.Value;
    }

    public async Task<SetupState> FindAsync(Token? token, CancellationToken cancellation)
    {
        if (await evidence.IsOverAsync(cancellation))
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
        Token? token, string? typedName, string? typedMail, TypedPassword typed, TypedPassword again, Actor actor,
        CancellationToken cancellation)
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
            return new AcceptOutcome.NameRefused(
                userName is null ? new InviteOutcome.NameNotAllowed() : new InviteOutcome.MailNotAllowed());
        }

        return await passwords.HashAsync(typed, again, [userName, mail], HashCaller.Setup, cancellation) switch
        {
            NewPassword.Hashed hashed => await unitOfWork.RunAsync(
                actor, Locks.Admins(), work => OpenAsync(work, token!, userName, mail, hashed.Hash), cancellation),
            var refused => new AcceptOutcome.PasswordRefused(refused),
        };
    }

    private async Task<AcceptOutcome> OpenAsync(Work work, Token token, string userName, string mail, string hash)
    {
        if (await evidence.IsOverInDatabaseAsync(CancellationToken.None)
            || await tickets.FindAsync(work, token, TicketKinds.Setup) is not TicketState.Valid(var ticket))
        {
            return new AcceptOutcome.LinkOver();
        }

        var halfDone = await HalfDoneAsync(work);
        var account = halfDone ?? Guid.NewGuid();
        if (await accounts.ClaimAsync(work, account, userName, mail) is { } taken)
        {
            return new AcceptOutcome.NameRefused(taken);
        }

        var epoch = await accounts.SetUpAsync(work, account, isNew: halfDone is null, userName, mail, hash);
        if (!await tickets.BindToAccountAsync(work, ticket, token, account, epoch))
        {
            // Another post of the form made the account first.
            return new AcceptOutcome.LinkOver();
        }

        if (halfDone is null)
        {
            audit.Record(work, AuditKinds.AccountInvited, account);
        }

        audit.Record(work, AuditKinds.PasswordSet, account);
        return await enrollments.StartAsync(work, account, epoch, ticket) is { } owner
            ? new AcceptOutcome.EnrollmentOpened(owner)
            : new AcceptOutcome.LinkOver();
    }

    /// <summary>
    /// The account that an earlier submission of the form created, if its code was never confirmed. The events say so too: a row alone
    /// could have been put back to what it was before.
    /// </summary>
    private static Task<Guid?> HalfDoneAsync(Work work) => (
        from ticket in work.Rows.Set<Ticket>()
        join account in work.Rows.Set<Account>() on ticket.AccountId equals account.Id
        where ticket.Kind == TicketKinds.Setup && account.EnrolledAt == null
            && !work.Rows.Set<AuditEvent>().Any(row => row.AccountId == account.Id && row.Kind == AuditKinds.AccountEnrolled)
        select (Guid?)account.Id).FirstOrDefaultAsync();
}
