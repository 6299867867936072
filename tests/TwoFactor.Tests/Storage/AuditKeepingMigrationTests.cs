namespace TwoFactor.Tests.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A database from before events could be removed or exported: after the upgrade its chain is whole, and both can be done.</summary>
public sealed class AuditKeepingMigrationTests
{
    [Fact]
    public async Task The_chain_outlives_the_upgrade_and_is_exported_and_pruned_after_it()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        Assert.Equal(0, await server.StopAsync());
        await using (var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={server.DatabaseFile};Pooling=False").Options))
        {
            await database.GetService<IMigrator>().MigrateAsync("Seals", TestContext.Current.CancellationToken);
        }

        Assert.Contains("is from an older version", (await server.RunAsync(["audit", "verify"])).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync(["database", "migrate"])).ExitCode);

        Assert.Equal(0, (await server.RunAsync(["audit", "verify"])).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["audit", "export", "--to", Path.Combine(server.DataDirectory, "audit.jsonl")])).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["audit", "prune", "--before", "2999-12-31", "--yes"])).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["audit", "verify"])).ExitCode);
    }
}
