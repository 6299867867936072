namespace TwoFactor.Hosting.Startup;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>How the database stands to this program.</summary>
public enum DatabaseVersion
{
    /// <summary>There is no file, or it has none of our tables.</summary>
    Empty,
    Older,
    Current,
    Newer,
}

/// <summary>Reads from the database which program made it.</summary>
public sealed class DatabaseVersions(TwoFactorDb database)
{
    /// <summary>
    /// Whether no start was ever completed. A first start that was killed between two migrations leaves an older database that holds
    /// nothing yet.
    /// </summary>
    public async Task<bool> WasNeverStartedAsync(CancellationToken cancellation) =>
        (await database.Database.SqlQuery<int>($"SELECT (SELECT COUNT(*) FROM key_canary) + (SELECT COUNT(*) FROM mac_key) AS Value")
            .ToListAsync(cancellation))
            .Single() == 0;

    public async Task<DatabaseVersion> ReadAsync(string file, CancellationToken cancellation)
    {
        if (!File.Exists(file) || await IsEmptyAsync(cancellation))
        {
            return DatabaseVersion.Empty;
        }

        var known = database.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellation)).ToList();
        if (applied.Any(migration => !known.Contains(migration)))
        {
            return DatabaseVersion.Newer;
        }

        return applied.Count == known.Count ? DatabaseVersion.Current : DatabaseVersion.Older;
    }

    /// <summary>The last migration that was applied; null when none was.</summary>
    public async Task<string?> LastAppliedAsync(CancellationToken cancellation) =>
        (await database.Database.GetAppliedMigrationsAsync(cancellation)).LastOrDefault();

    /// <summary>
    /// Whether the database has none of our tables. EF's table of migrations alone is left when a process is killed during the first
    /// migration.
    /// </summary>
    private async Task<bool> IsEmptyAsync(CancellationToken cancellation) =>
        (await database.Database
            .SqlQuery<int>(
                $"""
                 SELECT COUNT(*) AS Value FROM sqlite_master
                  WHERE type='table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#' AND name NOT LIKE '#_#_EF%' ESCAPE '#'
                 """)
            .ToListAsync(cancellation)).Single() == 0;
}
