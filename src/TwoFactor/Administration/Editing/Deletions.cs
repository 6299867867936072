namespace TwoFactor.Administration.Editing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// Deletes an account with its secrets. Its events stay, its id is never used again, and the last admin who can sign in cannot be deleted.
/// </summary>
public sealed class Deletions(
    AgentActs acts, RoleChanges roles, CodeGuards guards, OwnerNotifications notifications, AuditLog audit)
{
    /// <summary>Locks the admins as well: the last admin must not be deleted.</summary>
    private static readonly AgentAct<EditOutcome> Deleting =
        new(Requires.SomebodyElse | Requires.Admin | Requires.Outranks, EditOutcome.Refused) { Locks = Locks.Admins() };

    /// <param name="agent">Null when the console acts.</param>
    public Task<EditOutcome> DeleteAsync(CurrentSession? agent, Guid target, string? reason, Actor actor, CancellationToken cancellation) =>
        acts.RunAsync(
            agent,
            target,
            actor,
            Deleting,
            async (work, account) => Missing(agent, reason)
                ?? await EraseAsync(work, account, AgentAuthorization.NameOf(agent), AuditDetail.Sanitize(reason)),
            cancellation);

    private EditOutcome? Missing(CurrentSession? agent, string? reason) => agent switch
    {
        null => null,
        _ when !AuditDetail.IsReason(reason) => new EditOutcome.ReasonMissing(),
        _ when !acts.IsProven(agent) => new EditOutcome.ProofNeeded(),
        _ => null,
    };

    private async Task<EditOutcome> EraseAsync(Work work, Account account, string who, string? reason)
    {
        await guards.RequireOpenAsync(work, account.Id);
        notifications.SendToAll(work, account, (messages, to) => messages.AccountDeleted(to, who));
        var detail = reason is null ? account.UserName : AuditDetail.Truncate($"{account.UserName}; reason: {reason}");
        return await EraseUntoldAsync(work, account, who, detail) ? new EditOutcome.Deleted() : new EditOutcome.LastAdmin();
    }

    /// <summary>Deletes an account that the story has opened, and does not tell its owner.</summary>
    /// <param name="detail">The detail of the audit event.</param>
    /// <returns>False: it is the last admin who can sign in.</returns>
    internal async Task<bool> EraseUntoldAsync(Work work, Account account, string who, string detail)
    {
        await UsableAdmin.LockAsync(work);
        if (!await UsableAdmin.DeleteUnlessLastAsync(work, account.Id))
        {
            return false;
        }

        await roles.NotifyAdminsAsync(work, account, account.Role, now: null, who);
        await NameClaims.ReleaseAllAsync(work, account.Id);
        await Notices.ForgetAllAsync(work, account.Id);
        audit.Record(work, AuditKinds.AccountDeleted, account.Id, detail: detail);
        return true;
    }
}
