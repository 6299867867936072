namespace TwoFactor.Administration.Passwords;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Accounts.Statements;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Sets a new password through a password link. The link never replaces the code.</summary>
public sealed class PasswordLinkAcceptance(
    UnitOfWork unitOfWork,
    LinkTargets links,
    CodeGuards guards,
    Devices devices,
    NewPasswords passwords,
    OwnerNotifications notifications,
    AuditLog audit)
{
    public Task<LinkState> FindAsync(Token? token, CancellationToken cancellation) =>
        links.FindAsync(token, TicketKinds.PasswordLink, cancellation);

    /// <summary>
    /// Sets the password, even while the account is held, and makes this browser a known one. Everything under the old epoch ends.
    /// </summary>
    public async Task<PasswordLinkOutcome> UseAsync(
        Token? token, TypedPassword typed, TypedPassword again, DeviceTokens? device, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(token, cancellation) is not LinkState.Open(var account))
        {
            return new PasswordLinkOutcome.LinkOver();
        }

        return await passwords.HashAsync(typed, again, account, cancellation) switch
        {
            NewPassword.Hashed hashed => await unitOfWork.RunAsync(
                actor, Locks.Of(account.Id), work => SetAsync(work, token, hashed.Hash, device), cancellation),
            var refused => new PasswordLinkOutcome.PasswordRefused(refused),
        };
    }

    private async Task<PasswordLinkOutcome> SetAsync(Work work, Token? token, string hash, DeviceTokens? device)
    {
        if (await links.OpenAsync(work, token, TicketKinds.PasswordLink) is not ({ } ticket, { Id: var account })
            || !await Tickets.SpendAsync(work, ticket.Id, account, ticket.Epoch))
        {
            return new PasswordLinkOutcome.LinkOver();
        }

        await guards.RaiseEpochAsync(work, account);
        await AccountStatements.SetPasswordAsync(work, account, hash);

        // Whoever used the link may control the mailbox and nothing else.
        await AccountStatements.DistrustMailboxAsync(work, account);
        await Tickets.EndAsync(work, account, TicketEnds.Replaced, TicketKinds.PasswordLink, TicketKinds.Reset);
        audit.Record(work, AuditKinds.PasswordSet, account);
        var owner = await work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account);
        notifications.Notify(work, owner, OwnerNotices.PasswordChanged, PasswordChangedBy.Link);
        await devices.TrustPasswordAsync(work, account);
        return new PasswordLinkOutcome.Changed(await devices.RememberAsync(work, account, device));
    }
}
