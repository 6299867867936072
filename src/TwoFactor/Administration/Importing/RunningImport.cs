namespace TwoFactor.Administration.Importing;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>An import that is being written or undone, or the last one that ended.</summary>
public sealed class RunningImport
{
    public required Guid Id { get; init; }

    /// <summary>One of <see cref="ImportStates"/>.</summary>
    public required string State { get; init; }

    public required UnixTime StartedAt { get; init; }

    /// <summary>How many accounts it adds or changes.</summary>
    public required int Accounts { get; init; }

    /// <summary>How many batches it has. It is done only when all of them were written.</summary>
    public required int Batches { get; init; }

    public UnixTime? EndedAt { get; init; }

    /// <summary>The line that could not be written; null when none failed.</summary>
    public int? FailedLine { get; init; }

    /// <summary>Why it is or was undone; null when nothing is wrong.</summary>
    public string? Why { get; init; }

    /// <summary>How many of its accounts were not undone, because somebody changed them after the import had written them.</summary>
    public int LeftAsTheyAre { get; init; }
}

public static class ImportStates
{
    /// <summary>Names are claimed and batches are kept. No account was touched yet.</summary>
    public const string Preparing = "preparing";
    public const string Writing = "writing";
    public const string Undoing = "undoing";
    public const string Done = "done";
    public const string Undone = "undone";
}

/// <summary>Some lines of an import, which one story writes. It may hold secrets, so only its ciphertext is stored.</summary>
public sealed class ImportBatch
{
    public required Guid ImportId { get; init; }

    /// <summary>From 1, in the order of writing.</summary>
    public required int Number { get; init; }

    /// <summary>Whether it is written. What it holds then is how to undo it.</summary>
    public bool IsWritten { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required Guid KeyId { get; init; }
}

internal sealed class RunningImportMapping : IEntityTypeConfiguration<RunningImport>
{
    public void Configure(EntityTypeBuilder<RunningImport> builder)
    {
        builder.Property(import => import.Id).ValueGeneratedNever();
        builder.Property(import => import.State).HasMaxLength(16);
        builder.Property(import => import.Why).HasMaxLength(500);
    }
}

internal sealed class ImportBatchMapping : IEntityTypeConfiguration<ImportBatch>
{
    public void Configure(EntityTypeBuilder<ImportBatch> builder)
    {
        builder.HasKey(batch => new { batch.ImportId, batch.Number });
        builder.HasOne<RunningImport>().WithMany().HasForeignKey(batch => batch.ImportId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<KeyCanary>().WithMany().HasForeignKey(batch => batch.KeyId).OnDelete(DeleteBehavior.Restrict);
    }
}
