namespace TwoFactor.Administration.Passwords;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Storage;

/// <summary>
/// An import brought the secret of the app that the person has: the password is all that was missing. They sign in with both now.
/// </summary>
public sealed class ImportedAppAcceptance(CodeGuards guards, Tickets tickets, ImportedAuthenticators imported, AuditLog audit)
{
    /// <summary>Keeps the app of whoever just set a password by this invitation. False: no import brought one that opens.</summary>
    internal async Task<bool> IsKeptAsync(Work work, Guid account, Ticket ticket)
    {
        if (!await imported.OpensAsync(account, CancellationToken.None))
        {
            return false;
        }

        if (!await guards.ActivateImportedAsync(work, account, ticket.Epoch)
            || !await tickets.SpendAsync(ticket.Id, account, ticket.Epoch, CancellationToken.None)
            || await imported.ActivateAsync(work, account) is false)
        {
            throw new InvalidOperationException("An account's invitation changed while its lock was held.");
        }

        // To an app that somebody else's file brought, the invitation was no more than a link for a password: whoever used it may own
        // no more than the mailbox.
        await work.ExecuteAsync(
            $"""
             UPDATE account SET enrolled_at={work.Now}, untrusted_since={work.Now}, reverified_at=NULL
              WHERE id={account} AND enrolled_at IS NULL
             """);
        await tickets.EndAsync(
            account, TicketEnds.Replaced, CancellationToken.None, TicketKinds.Invitation, TicketKinds.PasswordLink);
        audit.Record(work, AuditKinds.AccountEnrolled, account);
        return true;
    }
}
