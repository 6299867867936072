namespace TwoFactor.Storage.Connections;

using Microsoft.EntityFrameworkCore;

/// <summary>Brings the file to the present version, over a connection of its own that may write.</summary>
public sealed class Migrator(DatabaseConnection database, DbContextOptions<TwoFactorDb> reading)
{
    /// <remarks>
    /// A process killed while migrating leaves its lock row behind; that nobody is at it now, the lock of the data directory says.
    /// </remarks>
    public async Task MigrateAsync(CancellationToken cancellation)
    {
        // As the program's own context, so that it knows the same migrations; only its connection may write.
        var options = new DbContextOptionsBuilder<TwoFactorDb>(reading)
            .UseSqlite(database.ForWriting)
            .AddInterceptors(new SqlitePragmas(isReader: false));
        await using var writing = new TwoFactorDb(options.Options);
        await writing.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await writing.Database.MigrateAsync(cancellation);
    }
}
