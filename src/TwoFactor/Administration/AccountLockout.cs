namespace TwoFactor.Administration;

using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>The answer to an agent who unlocks, disables or enables, or ends sessions.</summary>
public abstract record LockoutOutcome : IOutcome
{
    private LockoutOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    public sealed record Done() : LockoutOutcome(commits: true);

    /// <summary>The account was in that state already. The agent's code stays spent.</summary>
    public sealed record Unchanged() : LockoutOutcome(commits: true);

    public sealed record ReasonMissing() : LockoutOutcome(commits: false);

    public sealed record RankForbids() : LockoutOutcome(commits: true);

    public sealed record NoSuchAccount() : LockoutOutcome(commits: false);

    public sealed record NotWaiting() : LockoutOutcome(commits: false);

    public sealed record UnlockedAlready(DateTimeOffset At) : LockoutOutcome(commits: false);

    public sealed record GuardClosed() : LockoutOutcome(commits: false);

    /// <summary>Nobody else could look after accounts. The agent's code stays spent.</summary>
    public sealed record LastAdmin() : LockoutOutcome(commits: true);

    /// <summary>The agent's own code was refused. A code that was not judged leaves no trace.</summary>
    public sealed record CodeRefused(CodeVerdict Verdict) : LockoutOutcome(commits: Verdict.Commits);

    /// <summary>This agent has started too much today. The admins are notified.</summary>
    public sealed record TooMany(int Most) : LockoutOutcome(commits: true);

    /// <summary>The limit of links per hour is reached.</summary>
    public sealed record TooManyLinks() : LockoutOutcome(commits: false);

    /// <summary>The account has no password yet.</summary>
    public sealed record NotEnrolledYet() : LockoutOutcome(commits: false);

    /// <summary>The account is disabled: a link would be of no use before it is enabled.</summary>
    public sealed record SwitchedOff() : LockoutOutcome(commits: false);

    internal static LockoutOutcome Refused(AgentRefusal refusal) =>
        refusal is AgentRefusal.NoSuchAccount ? new NoSuchAccount() : new RankForbids();
}

/// <summary>
/// Unlocks, disables and enables accounts, and ends their sessions, for an agent who outranks the account or for the console. All but
/// unlocking takes the agent's own code in the same form, and is told to the owner.
/// </summary>
public sealed class AccountLockout(
    AgentActs acts, CodeGuards guards, AgentQuota quota, OwnerNotifications notifications, AuditLog audit)
{
    private static readonly AgentAct<LockoutOutcome> Unlocking = new(Requires.Outranks, LockoutOutcome.Refused);

    /// <summary>Locks the admins as well: the last admin must not be disabled.</summary>
    private static readonly AgentAct<LockoutOutcome> Disabling = Unlocking with { Locks = Locks.Admins() };

    /// <summary>An admin may end the sessions of another admin, too: they may have been stolen.</summary>
    private static readonly AgentAct<LockoutOutcome> EndingSessions =
        new(Requires.Admin | Requires.Helper | Requires.Current, LockoutOutcome.Refused);

    /// <param name="agent">Null when the console acts.</param>
    public Task<LockoutOutcome> UnlockAsync(
        CurrentSession? agent, Guid target, string? reason, Actor actor, CancellationToken cancellation) => acts.RunAsync(
        agent,
        target,
        actor,
        Unlocking,
        async (work, account) =>
        {
            if (agent is not null && !AuditDetail.IsReason(reason))
            {
                return new LockoutOutcome.ReasonMissing();
            }

            var outcome = await UnlockAsync(work, account.Id);
            if (outcome is LockoutOutcome.Done)
            {
                Record(work, AuditKinds.AccountUnlocked, account, reason);
            }

            return outcome;
        },
        cancellation);

    /// <summary>Switches an account off. It counts for the agent's daily limit.</summary>
    /// <param name="agent">Null when the console acts; it needs no code.</param>
    /// <param name="code">The agent's own.</param>
    public Task<LockoutOutcome> DisableAsync(
        CurrentSession? agent, Guid target, string? reason, string? code, Actor actor, CancellationToken cancellation) => acts.RunAsync(
        agent,
        target,
        actor,
        Disabling,
        async (work, account) => await RefusalAsync(work, agent, reason, code, isLimited: true)
            ?? await DisableAsync(work, agent, account, reason),
        cancellation);

    /// <inheritdoc cref="DisableAsync(CurrentSession?, Guid, string?, string?, Actor, CancellationToken)"/>
    /// <summary>Switches an account on again.</summary>
    public Task<LockoutOutcome> EnableAsync(
        CurrentSession? agent, Guid target, string? reason, string? code, Actor actor, CancellationToken cancellation) => acts.RunAsync(
        agent,
        target,
        actor,
        Unlocking,
        async (work, account) => await RefusalAsync(work, agent, reason, code) ?? await EnableAsync(work, agent, account, reason),
        cancellation);

    /// <inheritdoc cref="DisableAsync(CurrentSession?, Guid, string?, string?, Actor, CancellationToken)"/>
    /// <summary>Ends all sessions of an account, and whatever else was begun with it. Its owner can sign in again.</summary>
    public Task<LockoutOutcome> EndSessionsAsync(
        CurrentSession? agent, Guid target, string? reason, string? code, Actor actor, CancellationToken cancellation) => acts.RunAsync(
        agent,
        target,
        actor,
        EndingSessions,
        async (work, account) => await RefusalAsync(work, agent, reason, code) ?? await EndSessionsAsync(work, agent, account, reason),
        cancellation);

    /// <summary>What stands against an act of this agent: the reason, the daily limit, the agent's own code.</summary>
    private async Task<LockoutOutcome?> RefusalAsync(
        Work work, CurrentSession? agent, string? reason, string? code, bool isLimited = false)
    {
        if (agent is null)
        {
            return null;
        }

        if (!AuditDetail.IsReason(reason))
        {
            return new LockoutOutcome.ReasonMissing();
        }

        if (isLimited && await quota.RefusalAsync(work, agent.Account) is { Most: var most })
        {
            return new LockoutOutcome.TooMany(most);
        }

        return await acts.JudgeCodeAsync(work, agent, code) is { } verdict ? new LockoutOutcome.CodeRefused(verdict) : null;
    }

    private async Task<LockoutOutcome> UnlockAsync(Work work, Guid target)
    {
        if (await guards.UnlockAsync(work, target))
        {
            return new LockoutOutcome.Done();
        }

        var guard = await guards.ReadAsync(target, CancellationToken.None);
        return guard switch
        {
            { Closed: true } => new LockoutOutcome.GuardClosed(),
            _ when guard.WaitUntil <= work.Now => new LockoutOutcome.NotWaiting(),
            _ => new LockoutOutcome.UnlockedAlready(guard.UnlockedAt.ToDateTimeOffset()),
        };
    }

    private async Task<LockoutOutcome> DisableAsync(Work work, CurrentSession? agent, Account target, string? reason)
    {
        if (!await guards.DisableAsync(work, target.Id))
        {
            return (await guards.ReadAsync(target.Id, CancellationToken.None)).Held.HasFlag(HeldBy.Disabled)
                ? new LockoutOutcome.Unchanged()
                : new LockoutOutcome.LastAdmin();
        }

        if (agent is not null)
        {
            quota.NoteSwitchOff(work, agent.Account.Id, target.Id, AuditDetail.Sanitize(reason)!);
        }

        Record(work, AuditKinds.AccountDisabled, target, reason);
        notifications.SendToAll(work, target, (write, to) => write.AccountSwitched(to, isOn: false, FactsOf(work, agent, reason)));
        return new LockoutOutcome.Done();
    }

    private async Task<LockoutOutcome> EnableAsync(Work work, CurrentSession? agent, Account target, string? reason)
    {
        if (!await guards.EnableAsync(work, target.Id))
        {
            return new LockoutOutcome.Unchanged();
        }

        Record(work, AuditKinds.AccountEnabled, target, reason);
        notifications.SendToAll(work, target, (write, to) => write.AccountSwitched(to, isOn: true, FactsOf(work, agent, reason)));
        return new LockoutOutcome.Done();
    }

    private async Task<LockoutOutcome> EndSessionsAsync(Work work, CurrentSession? agent, Account target, string? reason)
    {
        if (target.EnrolledAt is null)
        {
            return new LockoutOutcome.NotEnrolledYet();
        }

        // While an account is held it has no session, and its open ticket must not end.
        var guard = await guards.ReadAsync(target.Id, CancellationToken.None);
        if (!await guards.RaiseEpochIfNotHeldAsync(work, target.Id, guard.Epoch))
        {
            return new LockoutOutcome.Unchanged();
        }

        Record(work, AuditKinds.AccountSessionsEnded, target, reason);
        notifications.Notify(work, target, OwnerNotices.SessionsEnded, FactsOf(work, agent, reason));
        return new LockoutOutcome.Done();
    }

    private void Record(Work work, string kind, Account target, string? reason) => audit.Record(
        work, kind, target.Id, detail: AuditDetail.Sanitize(reason) is { } why ? AuditDetail.Truncate(why) : null);

    private static ResetFacts FactsOf(Work work, CurrentSession? agent, string? reason) =>
        new(AgentAuthorization.NameOf(agent), AuditDetail.Sanitize(reason), Verified: null, work.Now);
}
