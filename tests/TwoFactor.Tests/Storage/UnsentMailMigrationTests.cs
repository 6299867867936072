namespace TwoFactor.Tests.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Mail;
using Xunit;

/// <summary>A letter that an older version set aside is listed after the upgrade, and goes when somebody asks.</summary>
public sealed class UnsentMailMigrationTests
{
    [Fact]
    public async Task A_letter_that_an_older_version_set_aside_can_be_sent_after_the_upgrade()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await ServerProcess.StartNewAsync(("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"));
        Assert.Equal(0, (await server.RunAsync(["account", "add", "ana", "--mail", "once-refused@acme.example"])).ExitCode);
        await Eventually.GetAsync(
            async () => (await server.RunAsync(["mail", "list"])).Output.Contains("550", StringComparison.Ordinal) ? "refused" : null, () => $"No mail was refused. {server.Log}");
        Assert.Equal(0, await server.StopAsync());
        await using (var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={server.DatabaseFile};Pooling=False").Options))
        {
            await database.GetService<IMigrator>().MigrateAsync("Seals", TestContext.Current.CancellationToken);
        }

        Assert.Contains("is from an older version", (await server.RunAsync(["serve"])).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync(["database", "migrate"])).ExitCode);
        Assert.Contains("once-refused@acme.example", (await server.RunAsync(["mail", "list"])).Output, StringComparison.Ordinal);
        Assert.StartsWith("Due now: 1.", (await server.RunAsync(["mail", "retry"])).Output, StringComparison.Ordinal);
        await server.StartAsync();

        Assert.NotNull(await Eventually.GetAsync(async () => (await mail.LettersAsync()).SingleOrDefault(), () => $"No letter came. {server.Log}"));
    }
}
