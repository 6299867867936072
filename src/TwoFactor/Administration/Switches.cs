namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>The answer to an agent who unlocks, disables or enables.</summary>
public abstract record SwitchOutcome
{
    private SwitchOutcome()
    {
    }

    public sealed record Done : SwitchOutcome;

    /// <summary>It was so already.</summary>
    public sealed record Unchanged : SwitchOutcome;

    public sealed record ReasonMissing : SwitchOutcome;

    public sealed record RankForbids : SwitchOutcome;

    public sealed record NoSuchAccount : SwitchOutcome;

    public sealed record NotWaiting : SwitchOutcome;

    public sealed record UnlockedAlready(DateTimeOffset At) : SwitchOutcome;

    public sealed record GuardClosed : SwitchOutcome;

    public sealed record LastAdmin : SwitchOutcome;

    /// <summary>As many links went out within the hour as may.</summary>
    public sealed record TooManyLinks : SwitchOutcome;

    /// <summary>There is no password yet.</summary>
    public sealed record NotEnrolledYet : SwitchOutcome;

    /// <summary>A link would only prepare for the day it is switched on.</summary>
    public sealed record SwitchedOff : SwitchOutcome;
}

/// <summary>Unlock, disable, enable: by somebody who outranks the account, or by the console.</summary>
public sealed class Switches(TwoFactorDb database, CodeGuards guards, Ranks ranks, AuditLog audit, TimeProvider time)
{
    /// <param name="agent">Null: the console.</param>
    public Task<SwitchOutcome> UnlockAsync(SignedIn? agent, Guid target, string? reason, Origin origin, CancellationToken cancellation) =>
        ActAsync(agent, target, reason, AuditKinds.AccountUnlocked, origin, UnlockAsync, cancellation);

    /// <inheritdoc cref="UnlockAsync(SignedIn?, Guid, string?, Origin, CancellationToken)"/>
    public Task<SwitchOutcome> DisableAsync(SignedIn? agent, Guid target, string? reason, Origin origin, CancellationToken cancellation) =>
        ActAsync(agent, target, reason, AuditKinds.AccountDisabled, origin, DisableAsync, cancellation);

    /// <inheritdoc cref="UnlockAsync(SignedIn?, Guid, string?, Origin, CancellationToken)"/>
    public Task<SwitchOutcome> EnableAsync(SignedIn? agent, Guid target, string? reason, Origin origin, CancellationToken cancellation) =>
        ActAsync(agent, target, reason, AuditKinds.AccountEnabled, origin, EnableAsync, cancellation);

    private async Task<SwitchOutcome> UnlockAsync(Guid target, CancellationToken cancellation)
    {
        if (await guards.UnlockAsync(target, cancellation))
        {
            return new SwitchOutcome.Done();
        }

        var guard = await guards.ReadAsync(target, cancellation);
        return guard switch
        {
            { Closed: true } => new SwitchOutcome.GuardClosed(),
            _ when guard.WaitUntil <= time.GetUtcNow().ToUnixTimeSeconds() => new SwitchOutcome.NotWaiting(),
            _ => new SwitchOutcome.UnlockedAlready(DateTimeOffset.FromUnixTimeSeconds(guard.UnlockedAt)),
        };
    }

    private async Task<SwitchOutcome> DisableAsync(Guid target, CancellationToken cancellation)
    {
        if (await guards.DisableAsync(target, cancellation))
        {
            return new SwitchOutcome.Done();
        }

        return (await guards.ReadAsync(target, cancellation)).Held.HasFlag(HeldBy.Disabled)
            ? new SwitchOutcome.Unchanged()
            : new SwitchOutcome.LastAdmin();
    }

    private async Task<SwitchOutcome> EnableAsync(Guid target, CancellationToken cancellation) =>
        await guards.EnableAsync(target, cancellation) ? new SwitchOutcome.Done() : new SwitchOutcome.Unchanged();

    private Task<SwitchOutcome> ActAsync(
        SignedIn? agent,
        Guid target,
        string? reason,
        string kind,
        Origin origin,
        Func<Guid, CancellationToken, Task<SwitchOutcome>> act,
        CancellationToken cancellation)
    {
        var by = agent is null ? origin : origin with { By = ActorKind.Agent, Actor = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                var account = await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == target, cancellation);
                if (account is null)
                {
                    return new SwitchOutcome.NoSuchAccount();
                }

                if (agent is not null && !await ranks.OutranksAsync(agent, account, cancellation))
                {
                    audit.Record(AuditKinds.ActRefused, target, by);
                    return new SwitchOutcome.RankForbids();
                }

                if (agent is not null && (Reason.Clean(reason) is null || reason!.Length > HelpForm.LongestText))
                {
                    return new SwitchOutcome.ReasonMissing();
                }

                var outcome = await act(target, cancellation);
                if (outcome is SwitchOutcome.Done)
                {
                    audit.Record(kind, target, by, detail: Reason.Clean(reason) is { } why ? Reason.Cut(why) : null);
                }

                return outcome;
            },
            cancellation);
    }
}
