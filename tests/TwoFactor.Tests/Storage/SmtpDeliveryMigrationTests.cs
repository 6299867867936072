namespace TwoFactor.Tests.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Mail;
using Xunit;

/// <summary>A database of the first release becomes one of this version, by its operator's word, and the mails that waited in it go.</summary>
public sealed class SmtpDeliveryMigrationTests
{
    private const string FirstRelease = "20261124140443_FirstRelease";

    [Fact]
    public async Task A_letter_that_waited_in_the_first_release_s_database_is_sent_after_the_upgrade()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await ServerProcess.StartNewAsync(("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"));
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(0, (await server.RunAsync(["account", "add", "ana", "--mail", "ana@acme.example"])).ExitCode);
        await GoToAsync(server, FirstRelease);

        Assert.Contains("is from an older version", (await server.RunAsync(["serve"])).Error, StringComparison.Ordinal);
        var migrated = await server.RunAsync(["database", "migrate"]);
        Assert.Equal((0, ""), (migrated.ExitCode, migrated.Error));
        await server.StartAsync();

        var letter = await Eventually.GetAsync(async () => (await mail.LettersAsync()).SingleOrDefault(), () => $"No letter came. {server.Log}");
        Assert.Equal("ana@acme.example", letter.To);
    }

    [Fact]
    public async Task A_first_start_that_was_killed_between_two_migrations_is_gone_on_with()
    {
        await using var server = new ServerProcess();
        Directory.CreateDirectory(server.DataDirectory);
        await GoToAsync(server, FirstRelease);

        Assert.Contains("is from an older version", (await server.RunAsync(["account", "list"])).Error, StringComparison.Ordinal);
        await server.StartAsync();

        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(0, (await server.RunAsync(["keys", "check"])).ExitCode);
    }

    /// <summary>Makes the tables those of a version.</summary>
    private static async Task GoToAsync(ServerProcess server, string migration)
    {
        await using var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={server.DatabaseFile};Pooling=False").Options);
        await database.GetService<IMigrator>().MigrateAsync(migration, TestContext.Current.CancellationToken);
    }
}
