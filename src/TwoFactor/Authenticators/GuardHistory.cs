namespace TwoFactor.Authenticators;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>Whether the guards stand as their events say: who writes to the database can set a count back or lift a hold, but not unseen.</summary>
/// <remarks>The events are believed because the chain is verified beside this. Checked are the count of the period, whether the guard is closed, and what holds the account.</remarks>
public sealed class GuardHistory(TwoFactorDb database, CodeLimits limits)
{
    /// <summary>Seconds that lie between a statement and its event at most: they read the clock one after the other.</summary>
    private const long Slack = 5;

    private static readonly string[] Kinds =
    [
        AuditKinds.CodeWrong, AuditKinds.GuardClosed, AuditKinds.EnrollmentConfirmed, AuditKinds.AccountDisabled, AuditKinds.AccountEnabled,
        AuditKinds.NotMe, AuditKinds.ResetApproved, AuditKinds.ResetCancelled,
    ];

    /// <summary>The accounts whose guard was written by somebody else.</summary>
    public async Task<IReadOnlyList<Guid>> FindAlteredAsync(CancellationToken cancellation)
    {
        var told = new Dictionary<Guid, Standing>();
        var events = database.Set<AuditEvent>().AsNoTracking().Where(row => row.AccountId != null && Kinds.Contains(row.Kind)).OrderBy(row => row.Place)
            .Select(row => new { Account = row.AccountId!.Value, row.Kind, row.At });
        await foreach (var row in events.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            told[row.Account] = After(told.GetValueOrDefault(row.Account, new Standing(0, 0, Closed: false, HeldBy.None)), row.Kind, row.At);
        }

        var altered = new List<Guid>();
        await foreach (var guard in database.Set<CodeGuard>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            var standing = told.GetValueOrDefault(guard.AccountId, new Standing(0, 0, Closed: false, HeldBy.None));
            var isSame = standing.Fails30 == guard.Fails30 && Math.Abs(standing.From - guard.Fails30From) <= Slack
                && standing.Closed == guard.Closed && standing.Held == guard.Held;
            if (!isSame)
            {
                altered.Add(guard.AccountId);
            }
        }

        return altered;
    }

    private Standing After(Standing before, string kind, long at) => kind switch
    {
        AuditKinds.CodeWrong when before.From <= at - limits.PeriodSeconds => before with { Fails30 = 1, From = at },
        AuditKinds.CodeWrong => before with { Fails30 = before.Fails30 + 1 },
        AuditKinds.GuardClosed => before with { Closed = true },
        AuditKinds.EnrollmentConfirmed => new Standing(0, 0, Closed: false, before.Held & ~(HeldBy.Reset | HeldBy.Frozen)),
        AuditKinds.AccountDisabled => before with { Held = before.Held | HeldBy.Disabled },
        AuditKinds.AccountEnabled => before with { Held = before.Held & ~HeldBy.Disabled },
        AuditKinds.NotMe => before with { Held = before.Held | HeldBy.Frozen },
        AuditKinds.ResetApproved => before with { Held = before.Held | HeldBy.Reset },
        AuditKinds.ResetCancelled => before with { Held = before.Held & ~HeldBy.Reset },
        _ => before,
    };

    private sealed record Standing(int Fails30, long From, bool Closed, HeldBy Held);
}
