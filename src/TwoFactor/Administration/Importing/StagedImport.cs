namespace TwoFactor.Administration.Importing;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>An uploaded file between its report and its import. It may hold secrets, so only its ciphertext is stored.</summary>
public sealed class StagedImport
{
    /// <summary>The session that uploaded it; there is one file per session.</summary>
    public required Guid SessionId { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required Guid KeyId { get; init; }

    public required UnixTime At { get; init; }
}

internal sealed class StagedImportMapping : IEntityTypeConfiguration<StagedImport>
{
    public void Configure(EntityTypeBuilder<StagedImport> builder)
    {
        builder.HasKey(kept => kept.SessionId);
        builder.HasIndex(kept => kept.At);
        builder.Property(kept => kept.SessionId).ValueGeneratedNever();
        builder.HasOne<Session>().WithOne().HasForeignKey<StagedImport>(kept => kept.SessionId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<KeyCanary>().WithMany().HasForeignKey(kept => kept.KeyId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Keeps a file for the session that uploaded it, as long as a form is kept.</summary>
public sealed class StagedImports(
    UnitOfWork unitOfWork, TwoFactorDb database, SecretsRing ring, KeyRingHealth health, SessionLimits limits, TimeProvider time)
{
    private const string Purpose = "TwoFactor.Import";

    /// <summary>Keeps a file; it replaces an earlier one of the session.</summary>
    public async Task KeepAsync(Guid session, byte[] file, Actor actor, CancellationToken cancellation)
    {
        health.RequireConsistent();
        var (ciphertext, key) = ring.Protect(file, Purpose, session.ToString("N"));
        await unitOfWork.RunAsync(
            actor,
            Locks.None,
            async work => new Committed<int>(await work.ExecuteAsync(
                $"""
                 INSERT INTO staged_import (session_id, ciphertext, key_id, at) VALUES ({session}, {ciphertext}, {key}, {work.Now})
                 ON CONFLICT (session_id) DO UPDATE SET ciphertext=excluded.ciphertext, key_id=excluded.key_id, at=excluded.at
                 """)),
            cancellation);
    }

    /// <summary>The kept file; null when there is none, or it is too old.</summary>
    public async Task<byte[]?> ReadAsync(Guid session, CancellationToken cancellation)
    {
        var since = time.Now() - limits.SavedFormTime;
        var kept = await database.Set<StagedImport>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.SessionId == session && row.At > since, cancellation);
        return kept is not null && ring.Unprotect(
            new ProtectedPayload(kept.Ciphertext, kept.KeyId),
            health.Current.Readable,
            Purpose,
            session.ToString("N")) is Unprotected.Plain plain
            ? plain.Bytes
            : null;
    }

    public Task ForgetAsync(Guid session, Actor actor, CancellationToken cancellation) => unitOfWork.RunAsync(
        actor,
        Locks.None,
        async work => new Committed<int>(await work.ExecuteAsync($"DELETE FROM staged_import WHERE session_id={session}")),
        cancellation);

    /// <summary>Deletes the files that are too old.</summary>
    /// <returns>How many; as many as a batch holds: there may be more.</returns>
    public Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync(
            $"""
             DELETE FROM staged_import WHERE session_id IN
              (SELECT session_id FROM staged_import WHERE at<={work.Now - limits.SavedFormTime} LIMIT {Work.Batch})
             """);
    }
}
