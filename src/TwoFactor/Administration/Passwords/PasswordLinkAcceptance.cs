namespace TwoFactor.Administration.Passwords;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Whoever has a link for a new password chooses one. It never skips the code.</summary>
public sealed class PasswordLinkAcceptance(
    UnitOfWork unitOfWork,
    LinkTargets links,
    Tickets tickets,
    CodeGuards guards,
    Devices devices,
    ChosenPasswords passwords,
    OwnerNotifications notifications,
    AuditLog audit)
{
    public Task<LinkState> FindAsync(Token? token, CancellationToken cancellation) =>
        links.FindAsync(token, TicketKinds.PasswordLink, cancellation);

    /// <summary>
    /// Sets the password, also while the account is held, and makes this browser a known one. Everything under the old epoch dies.
    /// </summary>
    public async Task<PasswordLinkOutcome> UseAsync(
        Token? token, TypedPassword typed, TypedPassword again, Token? device, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(token, cancellation) is not LinkState.Open(var account))
        {
            return new PasswordLinkOutcome.LinkOver();
        }

        var names = new[] { account.UserName, account.Mail, account.SecondMail, account.Name };
        return await passwords.HashAsync(typed, again, names, cancellation) switch
        {
            NewPassword.Hashed hashed => await unitOfWork.RunAsync(
                actor, Locks.Of(account.Id), work => SetAsync(work, token, hashed.Hash, device), cancellation),
            var refused => new PasswordLinkOutcome.PasswordRefused(refused),
        };
    }

    private async Task<PasswordLinkOutcome> SetAsync(Work work, Token? token, string hash, Token? device)
    {
        if (await links.OpenAsync(token, TicketKinds.PasswordLink, CancellationToken.None) is not ({ } ticket, { Id: var account })
            || !await tickets.SpendAsync(ticket.Id, account, ticket.Epoch, CancellationToken.None))
        {
            return new PasswordLinkOutcome.LinkOver();
        }

        // Whoever used it may own no more than the mailbox.
        await work.ExecuteAsync(
            $"""
             UPDATE account SET password_hash={hash}, password_changed_at={work.Now}, untrusted_since={work.Now}, reverified_at=NULL
              WHERE id={account}
             """);
        await guards.RaiseEpochAsync(work, account);
        await tickets.EndAsync(account, TicketEnds.Replaced, CancellationToken.None, TicketKinds.PasswordLink, TicketKinds.Reset);
        audit.Record(work, AuditKinds.PasswordSet, account);
        var owner = await work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account);
        notifications.Notify(
            owner,
            OwnerNotices.PasswordChanged,
            "Whoever changed it had a link for a new password, by mail or from the server.",
            work.By);
        return new PasswordLinkOutcome.Changed(await devices.KnowAsync(work, account, device));
    }
}
