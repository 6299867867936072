namespace TwoFactor.Authenticators;

using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Checks whether the guards agree with their events. Somebody who writes to the database can lower a count or lift a hold, but not without
/// being noticed.
/// </summary>
/// <remarks>
/// The events are trusted because the chain is verified too. The check covers the count of the period, whether the guard is closed, and
/// what holds the account.
/// </remarks>
public sealed class GuardHistory(TwoFactorDb database, CodeLimits limits)
{
    private static readonly string[] Kinds =
    [
        AuditKinds.CodeWrong, AuditKinds.GuardClosed, AuditKinds.EnrollmentConfirmed, AuditKinds.AccountDisabled, AuditKinds.AccountEnabled,
        AuditKinds.NotMe, AuditKinds.ResetApproved, AuditKinds.ResetCancelled,
    ];

    /// <summary>
    /// The accounts whose guard was written by somebody else. The answer means nothing when <see cref="HasRightCheckpointsAsync"/> returns
    /// false.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> FindAlteredAsync(CancellationToken cancellation)
    {
        // A snapshot, like the one of the chain's verification, because the server goes on charging codes.
        var snapshot = await database.BeginSnapshotAsync(cancellation);
        await using (snapshot)
        {
            var expected = await Checkpoints().ToDictionaryAsync(row => row.AccountId, Standing.Of, cancellation);
            var events = database.Set<AuditEvent>().AsNoTracking().Where(row => row.AccountId != null && Kinds.Contains(row.Kind))
                .OrderBy(row => row.Place)
                .Select(row => new { Account = row.AccountId!.Value, row.Kind, row.At });
            await foreach (var row in events.AsAsyncEnumerable().WithCancellation(cancellation))
            {
                expected[row.Account] = After(expected.GetValueOrDefault(row.Account, Standing.Fresh), row.Kind, row.At);
            }

            var altered = new List<Guid>();
            await foreach (var guard in database.Set<CodeGuard>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
            {
                var standing = expected.GetValueOrDefault(guard.AccountId, Standing.Fresh);
                var isSame = standing.Fails30 == guard.Fails30 && standing.From == guard.Fails30From
                    && standing.Closed == guard.Closed && standing.Held == guard.Held;
                if (!isSame)
                {
                    altered.Add(guard.AccountId);
                }
            }

            return altered;
        }
    }

    /// <summary>Whether the checkpoints are those over which the anchor of the chain was sealed.</summary>
    public async Task<bool> HasRightCheckpointsAsync(CancellationToken cancellation)
    {
        var snapshot = await database.BeginSnapshotAsync(cancellation);
        await using (snapshot)
        {
            var anchor = await database.Set<AuditAnchor>().AsNoTracking().SingleOrDefaultAsync(cancellation);
            try
            {
                var found = await DigestAsync(cancellation);
                return anchor is null
                    ? !await Checkpoints().AnyAsync(cancellation)
                    : KeyedHasher.FixedTimeEquals(anchor.Checkpoints, found);
            }
            catch (FormatException)
            {
                // A malformed id: this program did not write it.
                return false;
            }
        }
    }

    /// <summary>Updates the checkpoints from the events that are about to be removed, in the story that removes them.</summary>
    /// <param name="removed">The events to be removed, and the digest of the checkpoints in the anchor so far.</param>
    /// <returns>The new digest of all checkpoints, for the anchor.</returns>
    /// <exception cref="InvalidOperationException">Somebody changed the checkpoints, so they must not be sealed again.</exception>
    public async Task<byte[]> RememberAsync(Work work, AuditPrefix removed)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(removed);
        var before = await DigestAsync(CancellationToken.None);
        if (!KeyedHasher.FixedTimeEquals(before, removed.Checkpoints ?? SHA256.HashData([])))
        {
            throw new InvalidOperationException(
                "What removed events said of the guards was changed. Nothing more was removed. Run: audit verify");
        }

        var telling = removed.Rows.Where(row => row.AccountId is not null && Kinds.Contains(row.Kind, StringComparer.Ordinal))
            .ToLookup(row => row.AccountId!.Value);
        var accounts = telling.Select(group => group.Key).ToList();
        var known = await work.Rows.Set<GuardCheckpoint>().Where(row => accounts.Contains(row.AccountId))
            .ToDictionaryAsync(row => row.AccountId, CancellationToken.None);
        foreach (var account in telling)
        {
            if (!known.TryGetValue(account.Key, out var row))
            {
                row = new GuardCheckpoint
                {
                    AccountId = account.Key,
                    Fails30 = 0,
                    Fails30From = UnixTime.Unset,
                    Closed = false,
                    Held = HeldBy.None,
                };
                work.Add(row);
            }

            var after = account.Aggregate(Standing.Of(row), (before, told) => After(before, told.Kind, told.At));
            (row.Fails30, row.Fails30From, row.Closed, row.Held) = (after.Fails30, after.From, after.Closed, after.Held);
        }

        await work.SaveAsync();
        return await DigestAsync(CancellationToken.None);
    }

    private IQueryable<GuardCheckpoint> Checkpoints() => database.Set<GuardCheckpoint>().AsNoTracking();

    private async Task<byte[]> DigestAsync(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var row in Checkpoints().OrderBy(row => row.AccountId).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            hash.AppendData(row.ToCanonical());
        }

        return hash.GetHashAndReset();
    }

    /// <summary>
    /// The accounts that their events call enrolled, but that now have no authenticator or would be invited again. The program itself never
    /// causes that.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> FindUnenrolledAsync(CancellationToken cancellation) =>
        await database.Set<Account>().AsNoTracking()
            .Where(account => database.Set<AuditEvent>().Any(row => row.AccountId == account.Id && row.Kind == AuditKinds.AccountEnrolled)
                && (account.EnrolledAt == null
                    || !database.Set<Authenticator>()
                        .Any(authenticator => authenticator.AccountId == account.Id && authenticator.State == AuthenticatorStates.Active)))
            .Select(account => account.Id).ToListAsync(cancellation);

    private Standing After(Standing before, string kind, UnixTime at) => kind switch
    {
        AuditKinds.CodeWrong when before.From <= at - limits.Period => before with { Fails30 = 1, From = at },
        AuditKinds.CodeWrong => before with { Fails30 = before.Fails30 + 1 },
        AuditKinds.GuardClosed => before with { Closed = true },
        AuditKinds.EnrollmentConfirmed => new Standing(0, UnixTime.Unset, Closed: false, before.Held & ~(HeldBy.Reset | HeldBy.Frozen)),
        AuditKinds.AccountDisabled => before with { Held = before.Held | HeldBy.Disabled },
        AuditKinds.AccountEnabled => before with { Held = before.Held & ~HeldBy.Disabled },
        AuditKinds.NotMe => before with { Held = before.Held | HeldBy.Frozen },
        AuditKinds.ResetApproved => before with { Held = before.Held | HeldBy.Reset },
        AuditKinds.ResetCancelled => before with { Held = before.Held & ~HeldBy.Reset },
        _ => before,
    };

    private sealed record Standing(int Fails30, UnixTime From, bool Closed, HeldBy Held)
    {
        public static Standing Fresh { get; } = new(0, UnixTime.Unset, Closed: false, HeldBy.None);

        public static Standing Of(GuardCheckpoint row) => new(row.Fails30, row.Fails30From, row.Closed, row.Held);
    }
}

/// <summary>What the removed events said of a guard. The anchor of the chain seals all these rows together.</summary>
public sealed class GuardCheckpoint
{
    /// <summary>No foreign key: like an event, it outlives its account.</summary>
    public required Guid AccountId { get; init; }

    public required int Fails30 { get; set; }

    public required UnixTime Fails30From { get; set; }

    public required bool Closed { get; set; }

    public required HeldBy Held { get; set; }

    internal byte[] ToCanonical() =>
        new CanonicalEncoding().Id(AccountId).Number(Fails30).Number(Fails30From.Seconds).Number(Closed ? 1 : 0).Number((long)Held)
            .ToArray();
}

internal sealed class GuardCheckpointMapping : IEntityTypeConfiguration<GuardCheckpoint>
{
    public void Configure(EntityTypeBuilder<GuardCheckpoint> builder)
    {
        builder.HasKey(checkpoint => checkpoint.AccountId);
        builder.Property(checkpoint => checkpoint.Held).HasConversion<long>();
    }
}
