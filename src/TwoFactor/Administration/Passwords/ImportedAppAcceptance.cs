namespace TwoFactor.Administration.Passwords;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Storage;

/// <summary>
/// Accepts an invitation when an import brought the secret of the person's app: only the password was missing, and now they sign in with
/// both.
/// </summary>
public sealed class ImportedAppAcceptance(ImportedAuthenticators imported, CodeGuards guards, AuditLog audit)
{
    /// <summary>
    /// Keeps the imported app of somebody who has just set a password through this invitation. Returns false when there is no imported app
    /// that can be used, or the account is an admin's: admins scan a QR code.
    /// </summary>
    internal async Task<bool> IsKeptAsync(Work work, Account target, Ticket ticket)
    {
        var account = target.Id;
        if (target.Role == Role.Admin || !await imported.OpensAsync(account, CancellationToken.None))
        {
            return false;
        }

        if (!await guards.ActivateImportedAsync(work, account, ticket.Epoch)
            || !await Tickets.SpendAsync(work, ticket.Id, account, ticket.Epoch)
            || await imported.ActivateAsync(work, account) is false)
        {
            throw new InvalidOperationException("An account's invitation changed while its lock was held.");
        }

        // With an imported app, the invitation was no more than a password link: whoever used it may control the mailbox and nothing else.
        // So the mailbox is not trusted.
        if (await AccountStatements.EnrollAsync(work, account))
        {
            await AccountStatements.DistrustMailboxAsync(work, account);
        }

        await Tickets.EndAsync(work, account, TicketEnds.Replaced, TicketKinds.Invitation, TicketKinds.PasswordLink);
        audit.Record(work, AuditKinds.AccountEnrolled, account);
        return true;
    }
}
