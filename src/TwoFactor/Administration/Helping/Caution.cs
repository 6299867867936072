namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>What one agent's word needs beside it.</summary>
public abstract record Need
{
    private Need()
    {
    }

    /// <summary>The agent alone is enough.</summary>
    public sealed record Nobody : Need;

    /// <param name="Approvers">Any one of them.</param>
    public sealed record Second(IReadOnlyList<Account> Approvers) : Need;

    /// <summary>Nobody could approve: everybody is told, and time must pass.</summary>
    /// <param name="Until">Unix seconds.</param>
    public sealed record Time(long Until) : Need;

    /// <summary>Nobody could approve, and the mailbox may be a thief's: nothing before this.</summary>
    /// <param name="Until">Unix seconds.</param>
    public sealed record Patience(long Until) : Need;
}

/// <summary>When one agent is not enough: the target is an admin, the account is in doubt, or the policy asks for two everywhere.</summary>
public sealed class Caution(TwoFactorDb database, Ranks ranks, HelpLimits limits, CautionLimits caution, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>What the target is to whoever would help it: doubted, a ticket of its is never mailed.</summary>
    public Doubt DoubtOf(Account target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Doubts.At(Now, target.DoubtedAt, target.TrustedAt, caution);
    }

    /// <summary>An admin whose role was taken away is guarded as one for the time of caution: else one admin alone could demote another, reset them, and promote them again.</summary>
    private Task<bool> WasAdminLatelyAsync(Guid target, CancellationToken cancellation)
    {
        var since = Now - (caution.Hours * 3_600L);
        var word = $"{Role.Admin.Word()} to ";
        return database.Set<AuditEvent>().AnyAsync(
            row => row.AccountId == target && row.At >= since && row.Kind == AuditKinds.RoleChanged && row.Detail!.StartsWith(word), cancellation);
    }

    public async Task<Need> NeedAsync(Account agent, Account target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        var doubt = DoubtOf(target);
        var isPrivileged = target.Role == Role.Admin || await WasAdminLatelyAsync(target.Id, cancellation);
        if (doubt == Doubt.None && !isPrivileged && limits.SecondForAll == 0)
        {
            return new Need.Nobody();
        }

        if (await ranks.ApproversAsync(agent, target, isPrivileged, cancellation) is { Count: > 0 } approvers)
        {
            return new Need.Second(approvers);
        }

        // Nobody else: the mailed link or new address must be old enough to be objected to, and an admin must hand over.
        var doubtEnds = doubt == Doubt.None ? 0 : (target.DoubtedAt ?? 0) + (caution.Hours * 3_600L);
        var notice = Now + (limits.NoticeHours * 3_600L);
        return doubt switch
        {
            _ when isPrivileged => new Need.Time(Math.Max(notice, doubtEnds)),
            Doubt.Recent => new Need.Patience(doubtEnds),
            _ when agent.Role != Role.Admin => new Need.Patience(doubtEnds),
            _ when limits.SecondForAll == 1 => new Need.Time(notice),
            _ => new Need.Nobody(),
        };
    }
}
