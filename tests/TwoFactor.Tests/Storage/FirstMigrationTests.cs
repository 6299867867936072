namespace TwoFactor.Tests.Storage;

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Keys;
using Xunit;

/// <summary>A first start that was cut off at any moment is gone on with by the next one: one schema, one key, one first event.</summary>
[Slow]
public sealed class FirstMigrationTests
{
    private const int Kills = 12;

    /// <summary>As EF Core makes it, letter by letter: another text is a foreign table.</summary>
    private const string Lock = """
        CREATE TABLE "__EFMigrationsLock" (
            "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
            "Timestamp" TEXT NOT NULL
        )
        """;

    [Fact]
    public async Task Whenever_the_first_start_is_killed_the_next_one_goes_on()
    {
        await using var server = new ServerProcess();
        var beforeTheEnd = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            // A start that has reached its end is begun anew, so that each of these kills falls into a first start or soon after it.
            if (File.Exists(Path.Combine(server.DataDirectory, "setup-link")))
            {
                Directory.Delete(server.DataDirectory, recursive: true);
            }

            await StartAndKillAsync(server, TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(40 * (kill + 1))));
            beforeTheEnd += File.Exists(Path.Combine(server.DataDirectory, "setup-link")) ? 0 : 1;
        }

        await server.StartAsync();

        Assert.Equal(0, await server.StopAsync());
        Assert.True(beforeTheEnd > 0, "No kill came before the first start was over.");
        await AssertWholeAsync(server);
    }

    [Theory]
    [InlineData(Lock)]
    [InlineData($"""
        {Lock};
        INSERT INTO __EFMigrationsLock VALUES (1, '2026-11-24 10:00:00.0000000+00:00');
        CREATE TABLE "__EFMigrationsHistory" (
            "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
            "ProductVersion" TEXT NOT NULL
        )
        """)]
    public async Task The_lock_of_a_killed_migration_keeps_nobody_waiting(string leftover)
    {
        await using var server = new ServerProcess();
        Directory.CreateDirectory(server.DataDirectory);
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, leftover);

        await server.StartAsync();

        Assert.Equal(0, await server.StopAsync());
        await AssertWholeAsync(server);
    }

    /// <summary>Kills it a while after its database appeared, so that the kills fall where they can hurt.</summary>
    private static async Task StartAndKillAsync(ServerProcess server, TimeSpan after)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, "TwoFactor.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["Urls"] = server.Address.GetLeftPart(UriPartial.Authority);
        start.Environment["TwoFactor__DataDirectory"] = server.DataDirectory;
        using var process = Process.Start(start)!;
        try
        {
            await Eventually.GetAsync(
                () => Task.FromResult(File.Exists(Path.Combine(server.DataDirectory, "serve.lock")) ? "begun" : null), () =>
                    "It never began.");
            await Task.Delay(after, TestContext.Current.CancellationToken);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task AssertWholeAsync(ServerProcess server)
    {
        var file = server.DatabaseFile;
        Assert.Equal("ok", await DatabaseFile.AskAsync(file, "PRAGMA integrity_check"));
        Assert.Single(RingFiles.In(RingFiles.FolderOf(server)));
        foreach (var (what, expected) in new[]
        {
            ("key_canary", 1), ("mac_key", 1), ("instance", 1), ("audit_event WHERE kind = "
                + "'keys.created'", 1), ("__EFMigrationsHistory", Migrations()),
        })
        {
            var count = await DatabaseFile.AskAsync(file, string.Create(CultureInfo.InvariantCulture, $"SELECT COUNT(*) FROM {what}"));
            Assert.True(expected == (long)count!, string.Create(CultureInfo.InvariantCulture, $"{count} rows of {what}"));
        }

        Assert.Equal(0, (await server.RunAsync(["audit", "verify"])).ExitCode);
    }

    private static int Migrations()
    {
        using var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite("Data Source=:memory:").Options);
        return database.Database.GetMigrations().Count();
    }
}
