namespace TwoFactor.Administration.Editing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;

/// <summary>Deletes an account with its secrets. Its events stay, its id is never given again, and the last admin who can sign in stays.</summary>
public sealed class Deletions(
    TwoFactorDb database, AgentAuthorization authorization, Proofs proofs, RoleChanges roles, CodeGuards guards, MailMessages messages, OwnerNotifications notifications, Outbox outbox, AuditLog audit)
{
    /// <param name="agent">Null: the console.</param>
    public Task<EditOutcome> DeleteAsync(CurrentSession? agent, Guid target, string? reason, Actor actor, CancellationToken cancellation)
    {
        var by = agent is null ? actor : actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                if (await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == target, cancellation) is not { } account)
                {
                    return new EditOutcome.NoSuchAccount();
                }

                return await RefusalAsync(agent, account, reason, by, cancellation)
                    ?? await EraseAsync(account, agent?.Account.Name ?? AgentAuthorization.Operator, AuditDetail.Sanitize(reason), by, cancellation);
            },
            keep: outcome => outcome is EditOutcome.Deleted or EditOutcome.RankForbids or EditOutcome.Oneself,
            cancellation);
    }

    private async Task<EditOutcome?> RefusalAsync(CurrentSession? agent, Account account, string? reason, Actor by, CancellationToken cancellation)
    {
        if (agent is null)
        {
            return null;
        }

        EditOutcome? refusal = account switch
        {
            _ when account.Id == agent.Account.Id => new EditOutcome.Oneself(),
            _ when agent.Account.Role != Role.Admin || !await authorization.OutranksAsync(agent, account, cancellation) => new EditOutcome.RankForbids(),
            _ when AuditDetail.Sanitize(reason) is null || reason!.Length > HelpForm.LongestText => new EditOutcome.ReasonMissing(),
            _ when !proofs.Has(agent, ProofFor.Accounts) => new EditOutcome.ProofNeeded(),
            _ => null,
        };
        if (refusal is EditOutcome.Oneself or EditOutcome.RankForbids)
        {
            audit.Record(AuditKinds.ActRefused, account.Id, by);
        }

        return refusal;
    }

    private async Task<EditOutcome> EraseAsync(Account account, string who, string? reason, Actor by, CancellationToken cancellation)
    {
        outbox.Add([.. notifications.AddressesOf(account).Select(to => messages.AccountDeleted(to, who))]);
        await guards.LockAdminsAsync(cancellation);
        var deleted = await database.Database.ExecuteSqlRawAsync(
            "DELETE FROM account WHERE id={0} AND (role<>'admin' OR " + UsableAdmin.ThereIsAnother + ")", [account.Id], cancellation);
        if (deleted != 1)
        {
            return new EditOutcome.LastAdmin();
        }

        if (account.Role == Role.Admin)
        {
            await roles.NotifyAdminsAsync(account, account.Role.ToToken(), "deleted", who, by.Account, cancellation);
        }

        await database.Database.ExecuteSqlAsync($"DELETE FROM notice WHERE account_id={account.Id}", cancellation);
        audit.Record(AuditKinds.AccountDeleted, account.Id, by, detail: reason is null ? account.UserName : AuditDetail.Truncate($"{account.UserName}; reason: {reason}"));
        return new EditOutcome.Deleted();
    }
}
