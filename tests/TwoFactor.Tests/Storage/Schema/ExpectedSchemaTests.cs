namespace TwoFactor.Tests.Storage.Schema;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;
using TwoFactor.Storage.Schema;
using Xunit;

/// <summary>The constant that files are compared with.</summary>
public sealed class ExpectedSchemaTests
{
    private static readonly DbContextOptions<TwoFactorDb> Options = new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite().Options;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_constant_is_what_the_migrations_make()
    {
        var made = await ExpectedSchema.MakeAsync(Options, null, Cancellation);

        Assert.True(made.Objects.Count > 50);
        Assert.True(
            made.Fingerprint == ExpectedSchema.Current.Fingerprint, $"ExpectedSchema.Current must be {made.Fingerprint}");
    }

    /// <summary>Hosts of tests make their tables without migrations.</summary>
    [Fact]
    public async Task The_model_makes_the_same_as_the_migrations()
    {
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync(Cancellation);
        await using var database =
            new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite(connection).Options);
        await database.Database.EnsureCreatedAsync(Cancellation);

        var made = FileSchema.Read(connection.Handle!).Objects;
        var migrated = (await ExpectedSchema.MakeAsync(Options, null, Cancellation)).Objects;

        Assert.Equal(migrated, made);
    }
}
