namespace TwoFactor.Administration;

using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>The answer to an agent who unlocks, disables or enables.</summary>
public abstract record LockoutOutcome : IOutcome
{
    private LockoutOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    public sealed record Done() : LockoutOutcome(commits: true);

    /// <summary>The account was in that state already.</summary>
    public sealed record Unchanged() : LockoutOutcome(commits: false);

    public sealed record ReasonMissing() : LockoutOutcome(commits: false);

    public sealed record RankForbids() : LockoutOutcome(commits: true);

    public sealed record NoSuchAccount() : LockoutOutcome(commits: false);

    public sealed record NotWaiting() : LockoutOutcome(commits: false);

    public sealed record UnlockedAlready(DateTimeOffset At) : LockoutOutcome(commits: false);

    public sealed record GuardClosed() : LockoutOutcome(commits: false);

    public sealed record LastAdmin() : LockoutOutcome(commits: false);

    /// <summary>The limit of links per hour is reached.</summary>
    public sealed record TooManyLinks() : LockoutOutcome(commits: false);

    /// <summary>The account has no password yet.</summary>
    public sealed record NotEnrolledYet() : LockoutOutcome(commits: false);

    /// <summary>The account is disabled: a link would be of no use before it is enabled.</summary>
    public sealed record SwitchedOff() : LockoutOutcome(commits: false);

    internal static LockoutOutcome Refused(AgentRefusal refusal) =>
        refusal is AgentRefusal.NoSuchAccount ? new NoSuchAccount() : new RankForbids();
}

/// <summary>Unlocks, disables and enables accounts, for an agent who outranks the account or for the console.</summary>
public sealed class AccountLockout(AgentActs acts, CodeGuards guards, AuditLog audit)
{
    private static readonly AgentAct<LockoutOutcome> Unlocking = new(Requires.Outranks, LockoutOutcome.Refused);

    /// <summary>Locks the admins as well: the last admin must not be disabled.</summary>
    private static readonly AgentAct<LockoutOutcome> Disabling = Unlocking with { Locks = Locks.Admins() };

    /// <param name="agent">Null when the console acts.</param>
    public Task<LockoutOutcome> UnlockAsync(
        CurrentSession? agent, Guid target, string? reason, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, target, reason, actor, Unlocking, AuditKinds.AccountUnlocked, UnlockAsync, cancellation);

    /// <inheritdoc cref="UnlockAsync(CurrentSession?, Guid, string?, Actor, CancellationToken)"/>
    public Task<LockoutOutcome> DisableAsync(
        CurrentSession? agent, Guid target, string? reason, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, target, reason, actor, Disabling, AuditKinds.AccountDisabled, DisableAsync, cancellation);

    /// <inheritdoc cref="UnlockAsync(CurrentSession?, Guid, string?, Actor, CancellationToken)"/>
    public Task<LockoutOutcome> EnableAsync(
        CurrentSession? agent, Guid target, string? reason, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, target, reason, actor, Unlocking, AuditKinds.AccountEnabled, EnableAsync, cancellation);

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

    private async Task<LockoutOutcome> DisableAsync(Work work, Guid target)
    {
        if (await guards.DisableAsync(work, target))
        {
            return new LockoutOutcome.Done();
        }

        return (await guards.ReadAsync(target, CancellationToken.None)).Held.HasFlag(HeldBy.Disabled)
            ? new LockoutOutcome.Unchanged()
            : new LockoutOutcome.LastAdmin();
    }

    private async Task<LockoutOutcome> EnableAsync(Work work, Guid target) =>
        await guards.EnableAsync(work, target) ? new LockoutOutcome.Done() : new LockoutOutcome.Unchanged();

    private Task<LockoutOutcome> ActAsync(
        CurrentSession? agent,
        Guid target,
        string? reason,
        Actor actor,
        AgentAct<LockoutOutcome> act,
        string kind,
        Func<Work, Guid, Task<LockoutOutcome>> story,
        CancellationToken cancellation) => acts.RunAsync(
        agent,
        target,
        actor,
        act,
        async (work, account) =>
        {
            if (agent is not null && !AuditDetail.IsReason(reason))
            {
                return new LockoutOutcome.ReasonMissing();
            }

            var outcome = await story(work, account.Id);
            if (outcome is LockoutOutcome.Done)
            {
                audit.Record(
                    work, kind, account.Id, detail: AuditDetail.Sanitize(reason) is { } why ? AuditDetail.Truncate(why) : null);
            }

            return outcome;
        },
        cancellation);
}
