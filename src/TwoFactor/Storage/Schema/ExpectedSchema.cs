namespace TwoFactor.Storage.Schema;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

/// <summary>The schema that all migrations make together.</summary>
/// <param name="Fingerprint">As <see cref="FileSchema.Fingerprint"/>.</param>
public sealed record ExpectedSchema(string Fingerprint)
{
    /// <summary>Belongs to the newest migration. A test makes it anew from the migrations and says what must stand here.</summary>
    public static ExpectedSchema Current { get; } = new("8e74850beccde413604c0380d4537f28ffeff143177aaef0dab53606bfa71333");

    /// <summary>Runs the migrations on an empty database in memory, and reads what they made.</summary>
    /// <param name="options">They know the migrations.</param>
    /// <param name="last">The last migration to run; null for all.</param>
    internal static async Task<FileSchema> MakeAsync(
        DbContextOptions<TwoFactorDb> options, string? last, CancellationToken cancellation)
    {
        // An open connection: EF Core then runs none of the interceptors that are meant for a file.
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync(cancellation);
        await using var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>(options).UseSqlite(connection).Options);
        await database.GetService<IMigrator>().MigrateAsync(last, cancellation);
        return FileSchema.Read(connection.Handle!);
    }
}
