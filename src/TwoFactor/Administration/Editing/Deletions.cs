namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Deletes an account with its secrets. Its events stay, its id is never given again, and the last admin who can sign in stays.</summary>
public sealed class Deletions(
    TwoFactorDb database, Ranks ranks, Proofs proofs, RoleChanges roles, CodeGuards guards, Letters letters, OwnerMail mail, Outbox outbox, AuditLog audit)
{
    /// <param name="agent">Null: the console.</param>
    public Task<EditOutcome> DeleteAsync(SignedIn? agent, Guid target, string? reason, Origin origin, CancellationToken cancellation)
    {
        var by = agent is null ? origin : origin with { By = ActorKind.Agent, Actor = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                if (await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == target, cancellation) is not { } account)
                {
                    return new EditOutcome.NoSuchAccount();
                }

                return await RefusalAsync(agent, account, reason, by, cancellation)
                    ?? await EraseAsync(account, agent?.Account.Name ?? Ranks.Operator, Reason.Clean(reason), by, cancellation);
            },
            keep: outcome => outcome is EditOutcome.Deleted or EditOutcome.RankForbids or EditOutcome.Oneself,
            cancellation);
    }

    private async Task<EditOutcome?> RefusalAsync(SignedIn? agent, Account account, string? reason, Origin by, CancellationToken cancellation)
    {
        if (agent is null)
        {
            return null;
        }

        EditOutcome? refusal = account switch
        {
            _ when account.Id == agent.Account.Id => new EditOutcome.Oneself(),
            _ when agent.Account.Role != Role.Admin || !await ranks.OutranksAsync(agent, account, cancellation) => new EditOutcome.RankForbids(),
            _ when Reason.Clean(reason) is null || reason!.Length > HelpForm.LongestText => new EditOutcome.ReasonMissing(),
            _ when !proofs.Has(agent, ProofFor.Accounts) => new EditOutcome.ProofNeeded(),
            _ => null,
        };
        if (refusal is EditOutcome.Oneself or EditOutcome.RankForbids)
        {
            audit.Record(AuditKinds.ActRefused, account.Id, by);
        }

        return refusal;
    }

    private async Task<EditOutcome> EraseAsync(Account account, string who, string? reason, Origin by, CancellationToken cancellation)
    {
        outbox.Add([.. mail.Reach(account).Select(to => letters.AccountDeleted(to, who))]);
        await guards.LockAdminsAsync(cancellation);
        var deleted = await database.Database.ExecuteSqlRawAsync(
            "DELETE FROM account WHERE id={0} AND (role<>'admin' OR " + CodeGuards.AnotherAdmin + ")", [account.Id], cancellation);
        if (deleted != 1)
        {
            return new EditOutcome.LastAdmin();
        }

        if (account.Role == Role.Admin)
        {
            await roles.TellAdminsAsync(account, account.Role.Word(), "deleted", who, by.Actor, cancellation);
        }

        await database.Database.ExecuteSqlAsync($"DELETE FROM notice WHERE account_id={account.Id}", cancellation);
        audit.Record(AuditKinds.AccountDeleted, account.Id, by, detail: reason is null ? account.UserName : Reason.Cut($"{account.UserName}; reason: {reason}"));
        return new EditOutcome.Deleted();
    }
}
