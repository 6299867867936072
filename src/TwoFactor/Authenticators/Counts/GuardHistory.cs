namespace TwoFactor.Authenticators.Counts;

using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Checks whether the counts of the guards agree with their events. Somebody who writes to the database can lower a count, but not without
/// being noticed. The rest of a guard is sealed (<see cref="Seals.AccountSeals"/>).
/// </summary>
/// <remarks>The events are trusted because the chain is verified too.</remarks>
public sealed class GuardHistory(TwoFactorDb database, KeyedHasher keyedHasher)
{
    private static readonly string[] Kinds = [AuditKinds.CodeWrong, AuditKinds.EnrollmentConfirmed];

    /// <summary>
    /// The accounts whose counts were written by somebody else. The answer means nothing when <see cref="HasRightCheckpointsAsync"/>
    /// returns false.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> FindAlteredAsync(CancellationToken cancellation)
    {
        // A snapshot, like the one of the chain's verification, because the server goes on charging codes.
        var snapshot = await database.BeginSnapshotAsync(cancellation);
        await using (snapshot)
        {
            var expected = await Checkpoints().ToDictionaryAsync(row => row.AccountId, Standing.Of, cancellation);
            // In the order of the chain, which nobody can change; what is not sealed yet was written last.
            var events = database.Set<AuditEvent>().AsNoTracking().Where(row => row.AccountId != null && Kinds.Contains(row.Kind))
                .OrderBy(row => row.Sequence == null).ThenBy(row => row.Sequence).ThenBy(row => row.Place);
            await foreach (var row in events.AsAsyncEnumerable().WithCancellation(cancellation))
            {
                expected[row.AccountId!.Value] = After(expected.GetValueOrDefault(row.AccountId.Value, Standing.Fresh), row);
            }

            var altered = new List<Guid>();
            await foreach (var guard in database.Set<CodeGuard>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
            {
                var standing = expected.GetValueOrDefault(guard.AccountId, Standing.Fresh);
                if (standing.Fails30 != guard.Fails30 || standing.From != guard.Fails30From)
                {
                    altered.Add(guard.AccountId);
                }
            }

            return altered;
        }
    }

    /// <summary>What the events say of the wrong codes of one account: null where they say nothing, or a new phone cleared them.</summary>
    internal async Task<(int Count, UnixTime Since)?> NewestAsync(TwoFactorDb rows, Guid account)
    {
        var events = rows.Set<AuditEvent>().AsNoTracking().Where(row => row.AccountId == account && Kinds.Contains(row.Kind))
            .OrderByDescending(row => row.At).ThenByDescending(row => row.Place);
        await foreach (var row in events.AsAsyncEnumerable())
        {
            // A row that somebody else wrote says nothing.
            if (keyedHasher.HasRightTag(row))
            {
                return row is { Count: { } count, CountedSince: { } since } ? (count, since) : null;
            }
        }

        return null;
    }

    /// <summary>Whether a wait of an account was ended by hand since then.</summary>
    internal async Task<bool> WasUnlockedAsync(TwoFactorDb rows, Guid account, UnixTime since)
    {
        var unlocks = await rows.Set<AuditEvent>().AsNoTracking()
            .Where(row => row.AccountId == account && row.Kind == AuditKinds.AccountUnlocked && row.At >= since).ToListAsync();
        return unlocks.Exists(keyedHasher.HasRightTag);
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

        var telling = removed.Rows
            .Where(row => row.AccountId is not null && (row.Rev is not null || Kinds.Contains(row.Kind, StringComparer.Ordinal)))
            .ToLookup(row => row.AccountId!.Value);
        var accounts = telling.Select(group => group.Key).ToList();
        var known = await work.Rows.Set<GuardCheckpoint>().Where(row => accounts.Contains(row.AccountId))
            .ToDictionaryAsync(row => row.AccountId, CancellationToken.None);
        foreach (var account in telling)
        {
            if (!known.TryGetValue(account.Key, out var row))
            {
                row = new GuardCheckpoint { AccountId = account.Key, Fails30 = 0, Fails30From = UnixTime.Unset, Rev = 0 };
                work.Add(row);
            }

            var after = account.Aggregate(Standing.Of(row), After);
            (row.Fails30, row.Fails30From) = (after.Fails30, after.From);
            row.Rev = account.Max(told => Math.Max(told.Rev ?? 0, row.Rev));
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

    private static Standing After(Standing before, AuditEvent told) => told switch
    {
        { Kind: AuditKinds.CodeWrong, Count: { } count, CountedSince: { } since } => new Standing(count, since),
        { Kind: AuditKinds.EnrollmentConfirmed } => Standing.Fresh,
        _ => before,
    };

    private sealed record Standing(int Fails30, UnixTime From)
    {
        public static Standing Fresh { get; } = new(0, UnixTime.Unset);

        public static Standing Of(GuardCheckpoint row) => new(row.Fails30, row.Fails30From);
    }
}

/// <summary>What the removed events said of a guard. The anchor of the chain seals all these rows together.</summary>
public sealed class GuardCheckpoint
{
    /// <summary>No foreign key: like an event, it outlives its account.</summary>
    public required Guid AccountId { get; init; }

    public required int Fails30 { get; set; }

    public required UnixTime Fails30From { get; set; }

    /// <summary>The newest revision that a removed event carried.</summary>
    public required long Rev { get; set; }

    internal byte[] ToCanonical() =>
        new CanonicalEncoding().Id(AccountId).Number(Fails30).Number(Fails30From.Seconds).Number(Rev).ToArray();
}

internal sealed class GuardCheckpointMapping : IEntityTypeConfiguration<GuardCheckpoint>
{
    public void Configure(EntityTypeBuilder<GuardCheckpoint> builder) => builder.HasKey(checkpoint => checkpoint.AccountId);
}
