namespace TwoFactor.Administration.Passwords;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Storage;

/// <summary>
/// An import brought the secret of the app that the person has: the password is all that was missing. They sign in with both now.
/// </summary>
public sealed class ImportedAppAcceptance(ImportedAuthenticators imported, AuditLog audit)
{
    /// <summary>Keeps the app of whoever just set a password by this invitation. False: no import brought one that opens.</summary>
    internal async Task<bool> IsKeptAsync(Work work, Guid account, Ticket ticket)
    {
        if (!await imported.OpensAsync(account, CancellationToken.None))
        {
            return false;
        }

        if (!await CodeGuards.ActivateImportedAsync(work, account, ticket.Epoch)
            || !await Tickets.SpendAsync(work, ticket.Id, account, ticket.Epoch)
            || await imported.ActivateAsync(work, account) is false)
        {
            throw new InvalidOperationException("An account's invitation changed while its lock was held.");
        }

        // To an app that somebody else's file brought, the invitation was no more than a link for a password: whoever used it may own
        // no more than the mailbox.
        if (await AccountStatements.EnrollAsync(work, account))
        {
            await AccountStatements.DistrustMailboxAsync(work, account);
        }

        await Tickets.EndAsync(work, account, TicketEnds.Replaced, TicketKinds.Invitation, TicketKinds.PasswordLink);
        audit.Record(work, AuditKinds.AccountEnrolled, account);
        return true;
    }
}
