namespace TwoFactor.Storage;

using System.Data;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

/// <summary>
/// The database. It knows no noun: each entity carries its own mapping. Tables and columns have the names of types and properties in snake
/// case, unless the mapping sets another name.
/// </summary>
public sealed partial class TwoFactorDb(DbContextOptions<TwoFactorDb> options) : DbContext(options)
{
    /// <summary>
    /// Begins a read transaction on one state of the database, for a long read while others write. It takes no write lock and ends when it
    /// is disposed.
    /// </summary>
    /// <remarks>
    /// Microsoft.Data.Sqlite begins a deferred transaction only at this level. Any other level means BEGIN IMMEDIATE, which takes the write
    /// lock.
    /// </remarks>
    public Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken cancellation) =>
        Database.BeginTransactionAsync(IsolationLevel.ReadUncommitted, cancellation);

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder)
    {
        ArgumentNullException.ThrowIfNull(optionsBuilder);
        ColumnValueOptions.AddTo(optionsBuilder);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(TwoFactorDb).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            if (((IConventionEntityType)entity).GetTableNameConfigurationSource() is not ConfigurationSource.Explicit)
            {
                entity.SetTableName(SnakeCase(entity.ClrType.Name));
            }

            foreach (var property in entity.GetProperties())
            {
                if (((IConventionProperty)property).GetColumnNameConfigurationSource() is not ConfigurationSource.Explicit)
                {
                    property.SetColumnName(SnakeCase(property.Name));
                }
            }
        }
    }

    private static string SnakeCase(string name) => WordStart().Replace(name, "_").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();
}

/// <summary>Lets the migration tool build the model without starting the program's services.</summary>
internal sealed class TwoFactorDbDesign : IDesignTimeDbContextFactory<TwoFactorDb>
{
    public TwoFactorDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite("Data Source=:memory:").Options);
}
