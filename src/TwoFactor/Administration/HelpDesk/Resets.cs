namespace TwoFactor.Administration.HelpDesk;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// Resets that the console starts and cancels, and that an agent cancels. For agents the help desk decides who may start one; the console
/// always may.
/// </summary>
public sealed class Resets(
    UnitOfWork unitOfWork,
    AgentActs acts,
    ResetHolds holds,
    CodeGuards guards,
    AdminNotifications adminNotifications,
    AdminMessages messages,
    OwnerNotifications notifications)
{
    /// <summary>
    /// Resets any account from the console, even the last admin's, because the console is the last way back in. It prints the ticket, and
    /// notifies the owner and all other admins.
    /// </summary>
    public Task<HelpOutcome> ApproveByConsoleAsync(Guid target, string? reason, CancellationToken cancellation) => unitOfWork.RunAsync(
        Actor.Console, Locks.Of(target), work => ApproveByConsoleAsync(work, target, reason), cancellation);

    /// <summary>Cancels an open reset from the console. A freeze stays. Returns false when no reset was open.</summary>
    public async Task<bool> CancelByConsoleAsync(Guid target, CancellationToken cancellation)
    {
        var stopped = await unitOfWork.RunAsync(
            Actor.Console,
            Locks.Of(target),
            async work =>
            {
                await guards.RequireOpenAsync(work, target);
                return new Committed<bool>(await holds.LiftAsync(work, target, why: null));
            },
            cancellation);
        return stopped.Value;
    }

    /// <summary>
    /// Cancels an open reset for an agent who may help the account and gives a code: everything is as before, and the owner is notified. A
    /// freeze stays.
    /// </summary>
    public Task<HelpOutcome> CancelAsync(
        CurrentSession agent, Guid target, string? reason, string? code, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return acts.RunAsync(
            agent,
            target,
            actor,
            HelpOutcome.Helping,
            async (work, account) =>
            {
                if (!AuditDetail.IsReason(reason))
                {
                    return new HelpOutcome.Incomplete(
                        [AuditDetail.IsMissing(reason) ? HelpFormProblem.Reason : HelpFormProblem.TooLong]);
                }

                return HelpOutcome.Of(await acts.JudgeCodeAsync(work, agent, code))
                    ?? await StopAsync(work, agent.Account.Name, account, AuditDetail.Sanitize(reason)!);
            },
            cancellation);
    }

    /// <summary>Why a reset would not help this account now; null when it would.</summary>
    internal static HelpOutcome? StandsAgainst(Account target) =>
        target.EnrolledAt is null ? new HelpOutcome.NotEnrolledYet() : null;

    internal static ResetFacts ConsoleFacts(Work work, string? reason) => new(AgentAuthorization.Operator, reason, null, work.Now);

    private async Task<HelpOutcome> ApproveByConsoleAsync(Work work, Guid target, string? reason)
    {
        var account = await work.Rows.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == target);
        if (account is null)
        {
            return new HelpOutcome.NoSuchAccount();
        }

        if (StandsAgainst(account) is { } refusal)
        {
            return refusal;
        }

        await guards.RequireOpenAsync(work, target);
        var guard = await guards.ReadAsync(target, CancellationToken.None);
        var facts = ConsoleFacts(work, reason);
        if (!await holds.HoldAsync(work, account, guard.Epoch, facts, Delivery.HandOver))
        {
            return new HelpOutcome.ChangedMeanwhile();
        }

        await adminNotifications.NotifyAsync(work, [target], to => messages.ResetNotice(to, account.Name, account.UserName, facts));
        return holds.IssueTicket(work, account, guard.Epoch.Next(), Delivery.HandOver);
    }

    private async Task<HelpOutcome> StopAsync(Work work, string agent, Account account, string why)
    {
        if (!await holds.LiftAsync(work, account.Id, why))
        {
            return new HelpOutcome.NoReset();
        }

        var isFrozen = (await guards.ReadAsync(account.Id, CancellationToken.None)).Held.HasFlag(HeldBy.Frozen);
        notifications.Notify(work, account, OwnerNotices.ResetStopped, new AgentStop(agent, why, isFrozen));
        return new HelpOutcome.ResetStopped(isFrozen);
    }
}
