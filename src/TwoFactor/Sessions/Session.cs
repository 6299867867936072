namespace TwoFactor.Sessions;

using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Storage;

/// <summary>A completed sign-in in one browser.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }

    public required byte[] IdMac { get; init; }

    public required byte[] Seal { get; init; }

    public required Guid AccountId { get; init; }

    public required long Epoch { get; init; }

    /// <summary>When the code was accepted, in Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Written once a minute, in Unix seconds. What is younger stands in <see cref="LastUses"/>.</summary>
    public required long LastSeenAt { get; set; }

    /// <summary>The latest end, in Unix seconds; part of the seal.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Empty: it was opened by a recovery code.</summary>
    public required Guid AuthenticatorId { get; init; }

    /// <summary>The time step of the code that opened it; a proof takes a later one. Opened by a recovery code: the guard's last.</summary>
    public required long Step { get; init; }

    /// <summary>When its last proof was given, in Unix seconds.</summary>
    public long? ProvenAt { get; init; }

    /// <summary>When a recovery code was spent in it, in Unix seconds.</summary>
    public long? RecoveredAt { get; init; }

    /// <summary>Opened while the guard was closed: it repairs the sign-in and opens nothing else.</summary>
    public bool IsRepair { get; init; }

    /// <summary>Over its proofs: who writes to the database proves nothing by it.</summary>
    public required byte[] ProofSeal { get; init; }

    /// <summary>It was idle for too long for the pages of administration: they ask for a code first.</summary>
    public bool NeedsCode { get; init; }

    public required Browser Browser { get; init; }

    public required OperatingPlatform Platform { get; init; }

    /// <summary>4 or 16 bytes.</summary>
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
/// <remarks>A process that is killed loses what it noted: a session is then idle a minute too early.</remarks>
public sealed class LastUses
{
    private readonly ConcurrentDictionary<Guid, long> noted = new();

    /// <summary>A session was used.</summary>
    /// <param name="at">Unix seconds.</param>
    internal void Note(Guid session, long at) => noted.AddOrUpdate(session, at, (_, before) => Math.Max(before, at));

    /// <summary>When it was last used, in Unix seconds.</summary>
    /// <param name="written">What its row says.</param>
    internal long LatestOf(Guid session, long written) => noted.TryGetValue(session, out var at) ? Math.Max(at, written) : written;

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

        // A use that was noted meanwhile stays.
        work.AfterCommit(() => batch.ForEach(use => noted.TryRemove(use)));
        return batch.Count;
    }
}
