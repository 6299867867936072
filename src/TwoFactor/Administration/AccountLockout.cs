namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>The answer to an agent who unlocks, disables or enables.</summary>
public abstract record LockoutOutcome
{
    private LockoutOutcome()
    {
    }

    public sealed record Done : LockoutOutcome;

    /// <summary>It was so already.</summary>
    public sealed record Unchanged : LockoutOutcome;

    public sealed record ReasonMissing : LockoutOutcome;

    public sealed record RankForbids : LockoutOutcome;

    public sealed record NoSuchAccount : LockoutOutcome;

    public sealed record NotWaiting : LockoutOutcome;

    public sealed record UnlockedAlready(DateTimeOffset At) : LockoutOutcome;

    public sealed record GuardClosed : LockoutOutcome;

    public sealed record LastAdmin : LockoutOutcome;

    /// <summary>As many links went out within the hour as may.</summary>
    public sealed record TooManyLinks : LockoutOutcome;

    /// <summary>There is no password yet.</summary>
    public sealed record NotEnrolledYet : LockoutOutcome;

    /// <summary>A link would only prepare for the day it is switched on.</summary>
    public sealed record SwitchedOff : LockoutOutcome;
}

/// <summary>Unlock, disable, enable: by somebody who outranks the account, or by the console.</summary>
public sealed class AccountLockout(TwoFactorDb database, CodeGuards guards, AgentAuthorization authorization, AuditLog audit, TimeProvider time)
{
    /// <param name="agent">Null: the console.</param>
    public Task<LockoutOutcome> UnlockAsync(CurrentSession? agent, Guid target, string? reason, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, target, reason, AuditKinds.AccountUnlocked, actor, UnlockAsync, cancellation);

    /// <inheritdoc cref="UnlockAsync(CurrentSession?, Guid, string?, Actor, CancellationToken)"/>
    public Task<LockoutOutcome> DisableAsync(CurrentSession? agent, Guid target, string? reason, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, target, reason, AuditKinds.AccountDisabled, actor, DisableAsync, cancellation);

    /// <inheritdoc cref="UnlockAsync(CurrentSession?, Guid, string?, Actor, CancellationToken)"/>
    public Task<LockoutOutcome> EnableAsync(CurrentSession? agent, Guid target, string? reason, Actor actor, CancellationToken cancellation) =>
        ActAsync(agent, target, reason, AuditKinds.AccountEnabled, actor, EnableAsync, cancellation);

    private async Task<LockoutOutcome> UnlockAsync(Guid target, CancellationToken cancellation)
    {
        if (await guards.UnlockAsync(target, cancellation))
        {
            return new LockoutOutcome.Done();
        }

        var guard = await guards.ReadAsync(target, cancellation);
        return guard switch
        {
            { Closed: true } => new LockoutOutcome.GuardClosed(),
            _ when guard.WaitUntil <= time.GetUtcNow().ToUnixTimeSeconds() => new LockoutOutcome.NotWaiting(),
            _ => new LockoutOutcome.UnlockedAlready(DateTimeOffset.FromUnixTimeSeconds(guard.UnlockedAt)),
        };
    }

    private async Task<LockoutOutcome> DisableAsync(Guid target, CancellationToken cancellation)
    {
        if (await guards.DisableAsync(target, cancellation))
        {
            return new LockoutOutcome.Done();
        }

        return (await guards.ReadAsync(target, cancellation)).Held.HasFlag(HeldBy.Disabled)
            ? new LockoutOutcome.Unchanged()
            : new LockoutOutcome.LastAdmin();
    }

    private async Task<LockoutOutcome> EnableAsync(Guid target, CancellationToken cancellation) =>
        await guards.EnableAsync(target, cancellation) ? new LockoutOutcome.Done() : new LockoutOutcome.Unchanged();

    private Task<LockoutOutcome> ActAsync(
        CurrentSession? agent,
        Guid target,
        string? reason,
        string kind,
        Actor actor,
        Func<Guid, CancellationToken, Task<LockoutOutcome>> act,
        CancellationToken cancellation)
    {
        var by = agent is null ? actor : actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                var account = await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == target, cancellation);
                if (account is null)
                {
                    return new LockoutOutcome.NoSuchAccount();
                }

                if (agent is not null && !await authorization.OutranksAsync(agent, account, cancellation))
                {
                    audit.Record(AuditKinds.ActRefused, target, by);
                    return new LockoutOutcome.RankForbids();
                }

                if (agent is not null && (AuditDetail.Sanitize(reason) is null || reason!.Length > HelpForm.LongestText))
                {
                    return new LockoutOutcome.ReasonMissing();
                }

                var outcome = await act(target, cancellation);
                if (outcome is LockoutOutcome.Done)
                {
                    audit.Record(kind, target, by, detail: AuditDetail.Sanitize(reason) is { } why ? AuditDetail.Truncate(why) : null);
                }

                return outcome;
            },
            cancellation);
    }
}
