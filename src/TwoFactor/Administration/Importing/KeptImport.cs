namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>A file between its report and the word to import it. It may hold secrets, and stands here as ciphertext only.</summary>
public sealed class KeptImport
{
    /// <summary>The session that brought it: one file a session.</summary>
    public required Guid SessionId { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required Guid KeyId { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long At { get; init; }
}

internal sealed class KeptImportMapping : IEntityTypeConfiguration<KeptImport>
{
    public void Configure(EntityTypeBuilder<KeptImport> builder)
    {
        builder.HasKey(kept => kept.SessionId);
        builder.Property(kept => kept.SessionId).ValueGeneratedNever();
        builder.HasOne<Session>().WithOne().HasForeignKey<KeptImport>(kept => kept.SessionId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<KeyCanary>().WithMany().HasForeignKey(kept => kept.KeyId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Keeps a file for the session that brought it, as long as a form is kept.</summary>
public sealed class KeptImports(TwoFactorDb database, SecretsRing ring, RingWatch watch, SessionLimits limits, TimeProvider time)
{
    private const string Purpose = "TwoFactor.Import";

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    private long Since => Now - (limits.KeptFormMinutes * 60L);

    /// <summary>Keeps a file in place of the one before.</summary>
    public async Task KeepAsync(Guid session, byte[] file, CancellationToken cancellation)
    {
        watch.RequireFit();
        var (ciphertext, key) = ring.Protect(file, Purpose, session.ToString("N"));
        await database.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO kept_import (session_id, ciphertext, key_id, at) VALUES ({session}, {ciphertext}, {key}, {Now})
             ON CONFLICT (session_id) DO UPDATE SET ciphertext=excluded.ciphertext, key_id=excluded.key_id, at=excluded.at
             """,
            cancellation);
    }

    /// <summary>What was kept; null: nothing, or too long ago.</summary>
    public async Task<byte[]?> ReadAsync(Guid session, CancellationToken cancellation)
    {
        var since = Since;
        var kept = await database.Set<KeptImport>().AsNoTracking().SingleOrDefaultAsync(row => row.SessionId == session && row.At > since, cancellation);
        return kept is not null && ring.Open(new Sealed(kept.Ciphertext, kept.KeyId), watch.Current.Readable, Purpose, session.ToString("N")) is Opened.Plain plain
            ? plain.Bytes
            : null;
    }

    public Task ForgetAsync(Guid session, CancellationToken cancellation) =>
        database.Database.ExecuteSqlAsync($"DELETE FROM kept_import WHERE session_id={session}", cancellation);

    /// <summary>Erases files whose time is over.</summary>
    public Task SweepAsync(CancellationToken cancellation)
    {
        var before = Since;
        return database.Database.ExecuteSqlAsync($"DELETE FROM kept_import WHERE at<={before}", cancellation);
    }
}
