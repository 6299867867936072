namespace TwoFactor.Sessions;

using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A completed sign-in in one browser.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }

    public required byte[] IdMac { get; init; }

    public required byte[] Seal { get; init; }

    public required Guid AccountId { get; init; }

    public required Epoch Epoch { get; init; }

    /// <summary>When the code was accepted.</summary>
    public required UnixTime CreatedAt { get; init; }

    /// <summary>Written once a minute; until then a later use is in <see cref="LastUses"/>.</summary>
    public required UnixTime LastSeenAt { get; set; }

    /// <summary>The latest end; part of the seal.</summary>
    public required UnixTime ExpiresAt { get; init; }

    public UnixTime? EndedAt { get; init; }

    /// <summary>The authenticator whose code opened it; empty when a recovery code or a pass did.</summary>
    public required Guid AuthenticatorId { get; init; }

    /// <summary>
    /// The time step of the code that opened it, or the guard's last one when a recovery code or a pass did. A proof takes a later step.
    /// </summary>
    public required TimeStep Step { get; init; }

    /// <summary>When its last proof was given.</summary>
    public UnixTime? ProvenAt { get; init; }

    /// <summary>When a recovery code was spent in it.</summary>
    public UnixTime? RecoveredAt { get; init; }

    /// <summary>Opened while the guard was closed: it repairs the sign-in and opens nothing else.</summary>
    public bool IsRepair { get; init; }

    /// <summary>A keyed hash over the proofs: somebody who only writes to the database cannot forge a proof.</summary>
    public required byte[] ProofSeal { get; init; }

    /// <summary>The admin pages ask for a code first: the session was idle, was resumed by the password, or was opened by a pass.</summary>
    public bool NeedsCode { get; init; }

    public required Browser Browser { get; init; }

    public required OperatingPlatform Platform { get; init; }

    /// <summary>The IP address that it was opened from, 4 or 16 bytes.</summary>
    public byte[]? Address { get; init; }
}

internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.HasIndex(session => session.IdMac).IsUnique();
        builder.HasIndex(session => session.AccountId);
        builder.HasIndex(session => session.ExpiresAt);
        builder.HasOne<Account>().WithMany().HasForeignKey(session => session.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>
/// When sessions were last used, until a story writes it: one a minute, instead of one for each request that notes a use. What is noted
/// here counts as if it were written.
/// </summary>
/// <remarks>A process that is killed loses what it noted: a session is then idle some minutes too early.</remarks>
public sealed class LastUses
{
    private readonly ConcurrentDictionary<Guid, UnixTime> noted = new();

    /// <summary>What the last round wrote. It counts until the next one: somebody may have read the row just before.</summary>
    private Round written = new(UnixTime.Unset, FrozenDictionary<Guid, UnixTime>.Empty);

    /// <summary>A session was used.</summary>
    internal void Note(Guid session, UnixTime at) => noted.AddOrUpdate(session, at, (_, before) => UnixTime.Max(before, at));

    /// <summary>When it was last used.</summary>
    /// <param name="inRow">What its row says.</param>
    internal UnixTime LatestOf(Guid session, UnixTime inRow)
    {
        var latest = noted.TryGetValue(session, out var at) ? UnixTime.Max(at, inRow) : inRow;
        return Volatile.Read(ref written).Uses.TryGetValue(session, out var before) ? UnixTime.Max(before, latest) : latest;
    }

    /// <summary>Writes what was noted, and forgets it once that stands.</summary>
    /// <returns>How many; as many as a batch holds: there may be more.</returns>
    public async Task<int> WriteAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var batch = noted.Take(Work.Batch).ToList();
        foreach (var (session, at) in batch)
        {
            await work.ExecuteAsync(
                $"UPDATE session SET last_seen_at={at} WHERE id={session} AND last_seen_at<{at} AND ended_at IS NULL");
        }

        work.AfterCommit(() =>
        {
            Volatile.Write(ref written, written.And(batch, work.Now));

            // A use that was noted meanwhile stays.
            batch.ForEach(use => noted.TryRemove(use));
        });
        return batch.Count;
    }

    /// <param name="At">When its last batch was written.</param>
    private sealed record Round(UnixTime At, FrozenDictionary<Guid, UnixTime> Uses)
    {
        private static readonly TimeSpan Gap = TimeSpan.FromSeconds(20);

        /// <summary>A batch that follows at once belongs to the same round.</summary>
        public Round And(IReadOnlyList<KeyValuePair<Guid, UnixTime>> batch, UnixTime now)
        {
            var uses = now < At + Gap ? new Dictionary<Guid, UnixTime>(Uses) : [];
            foreach (var (session, at) in batch)
            {
                uses[session] = at;
            }

            return new Round(now, uses.ToFrozenDictionary());
        }
    }
}
