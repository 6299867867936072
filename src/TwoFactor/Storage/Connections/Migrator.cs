namespace TwoFactor.Storage.Connections;

using Microsoft.EntityFrameworkCore;

/// <summary>Migrates the database to the current version, over a connection of its own that may write.</summary>
public sealed class Migrator(DatabaseConnection database, DbContextOptions<TwoFactorDb> reading)
{
    /// <remarks>
    /// A process that is killed during a migration leaves its lock row behind. The row can be dropped, because the lock of the data
    /// directory shows that no other process migrates.
    /// </remarks>
    public async Task MigrateAsync(CancellationToken cancellation)
    {
        // The options of the program's own context, so that both know the same migrations; only the connection differs.
        var options = new DbContextOptionsBuilder<TwoFactorDb>(reading)
            .UseSqlite(database.ForWriting)
            .AddInterceptors(new SqlitePragmas(isReader: false));
        await using var writing = new TwoFactorDb(options.Options);
        await writing.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);

        // The newest is named, because without a name EF Core builds its models once more, to see whether a migration is missing. A test
        // sees to that.
        await writing.Database.MigrateAsync(writing.Database.GetMigrations().Last(), cancellation);
    }
}
