namespace TwoFactor.Tests.Harness;

using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Internal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoFactor.Storage;
using TwoFactor.Storage.Schema;

/// <summary>The version after this one, over a data directory that this one made: the same program with one more migration.</summary>
internal sealed class NextVersion : IAsyncDisposable
{
    /// <summary>The column that the next version adds to each account, and what it writes there.</summary>
    public const string NewColumn = "next_note";
    public const string NewValue = "brought over";

    /// <summary>The program has a constant, which belongs to its newest migration.</summary>
    private static readonly Lazy<ExpectedSchema> Expected = new(() => new ExpectedSchema(ExpectedSchema.MakeAsync(
        new DbContextOptionsBuilder<TwoFactorDb>().ReplaceService<IMigrationsAssembly, WithOneMore>().Options, null, CancellationToken.None)
            .GetAwaiter().GetResult().Fingerprint));

    private readonly ServiceProvider services;

    public NextVersion(string dataDirectory)
    {
        var collection = new ServiceCollection().AddLogging().AddCheapTwoFactor(TestHost.Read(dataDirectory));
        collection.ConfigureDbContext<TwoFactorDb>(options => options.ReplaceService<IMigrationsAssembly, WithOneMore>());
        collection.Replace(ServiceDescriptor.Singleton(Expected.Value));
        services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    /// <summary>Asks one noun in a scope of its own, as one request or command would.</summary>
    public async Task<T> AskAsync<TNoun, T>(Func<TNoun, Task<T>> ask)
        where TNoun : notnull
    {
        await using var scope = services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<TNoun>());
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

#pragma warning disable EF1001 // There is no public way to have migrations in two assemblies; a test may break when EF changes.
    private sealed class WithOneMore(
        ICurrentDbContext context, IDbContextOptions options, IMigrationsIdGenerator ids,
        IDiagnosticsLogger<DbLoggerCategory.Migrations> logger)
        : MigrationsAssembly(context, options, ids, logger)
    {
        public override IReadOnlyDictionary<string, TypeInfo> Migrations =>
            new SortedList<string, TypeInfo>(
                base.Migrations.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
            { [Next.Id] = typeof(Next).GetTypeInfo() };
    }
#pragma warning restore EF1001

    [DbContext(typeof(TwoFactorDb))]
    [Migration(Id)]
    private sealed class Next : Migration
    {
        public const string Id = "29991231235959_Next";

        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(NewColumn, "account", nullable: true);
            migrationBuilder.Sql($"UPDATE account SET {NewColumn}='{NewValue}'");
        }
    }
}
