namespace TwoFactor.Administration;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Accounts.Statements;
using TwoFactor.Administration.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// An invited person sets a password and gets a QR code to scan. The last submission wins; nobody is signed in before the first code.
/// </summary>
public sealed class InvitationAcceptance(
    UnitOfWork unitOfWork,
    LinkTargets links,
    AuthenticatorSecrets secrets,
    Enrollments enrollments,
    ImportedAppAcceptance importedApps,
    CodeGuards guards,
    NewPasswords passwords,
    AuditLog audit)
{
    public Task<LinkState> FindAsync(Token? token, CancellationToken cancellation) =>
        links.FindAsync(token, TicketKinds.Invitation, cancellation);

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

        return await passwords.HashAsync(typed, again, account, cancellation) switch
        {
            NewPassword.Hashed hashed => await unitOfWork.RunAsync(
                actor, Locks.Of(account.Id), work => OpenAsync(work, token, hashed.Hash), cancellation),
            var refused => new AcceptOutcome.PasswordRefused(refused),
        };
    }

    private async Task<AcceptOutcome> OpenAsync(Work work, Token? token, string hash)
    {
        if (await links.OpenAsync(work, token, TicketKinds.Invitation) is not var (ticket, account))
        {
            return new AcceptOutcome.LinkOver();
        }

        // An invitation must not change the password of somebody who has enrolled meanwhile.
        if (!await guards.OpenAsync(work, account.Id) || !await AccountStatements.SetInvitedPasswordAsync(work, account.Id, hash))
        {
            return new AcceptOutcome.LinkOver();
        }

        audit.Record(work, AuditKinds.PasswordSet, account.Id);
        if (await importedApps.IsKeptAsync(work, account, ticket))
        {
            return new AcceptOutcome.AppKept();
        }

        return await enrollments.StartAsync(work, account.Id, ticket.Epoch, ticket) is { } owner
            ? new AcceptOutcome.EnrollmentOpened(owner)
            : new AcceptOutcome.LinkOver();
    }
}
