namespace TwoFactor.Tests.Storage;

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A database from before there were lists by coverage: after the upgrade everybody is in the right one, and found by name.</summary>
public sealed class PeopleMigrationTests
{
    [Fact]
    public async Task Everybody_of_an_older_version_is_in_the_right_list_and_found()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        await ada.Browser.SubmitAsync(await ada.Browser.GetAsync("/enroll/recovery-codes"), ("saved", "yes"));
        Assert.Equal(0, (await server.RunAsync(["account", "add", "ivan", "--mail", "ivan@acme.example", "--name", "Ivan Groß"])).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["account", "add", "hal", "--mail", "hal@acme.example"])).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["account", "disable", "hal"])).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["account", "add", "old", "--mail", "old@acme.example"])).ExitCode);
        Assert.Equal(0, await server.StopAsync());
        await using (var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={server.DatabaseFile};Pooling=False").Options))
        {
            await database.GetService<IMigrator>().MigrateAsync("Seals", TestContext.Current.CancellationToken);
            // As sweeping does, long after its time is over.
            await database.Database.ExecuteSqlAsync(
                $"DELETE FROM ticket WHERE account_id=(SELECT id FROM account WHERE user_name='old')", TestContext.Current.CancellationToken);
        }

        var migrated = await server.RunAsync(["database", "migrate"]);
        Assert.Equal((0, ""), (migrated.ExitCode, migrated.Error));

        Assert.Equal(["ivan"], await NamesAsync(server, "--state", "invited"));
        Assert.Equal(["old"], await NamesAsync(server, "--state", "not-enrolled"));
        Assert.Equal(["hal"], await NamesAsync(server, "--state", "held"));
        Assert.Equal(["ada"], await NamesAsync(server, "--state", "enrolled"));
        Assert.Empty(await NamesAsync(server, "--state", "without-recovery-codes"));
        Assert.Empty(await NamesAsync(server, "--state", "never"));
        Assert.Equal(["ivan"], await NamesAsync(server, "--search", "groß"));
    }

    /// <summary>Also when the upgrade was cut off before all were written. Whoever blanks one later does not get it back.</summary>
    [Theory]
    [InlineData("People")]
    [InlineData("AddressSeals")]
    public async Task Addresses_of_a_version_without_seals_get_one_and_altered_ones_do_not_get_one_later(string older)
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        Assert.Equal(0, (await server.RunAsync(["account", "add", "ivan", "--mail", "ivan@acme.example"])).ExitCode);
        Assert.Equal(0, await server.StopAsync());
        await using (var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={server.DatabaseFile};Pooling=False").Options))
        {
            await database.GetService<IMigrator>().MigrateAsync("AddressSeals", TestContext.Current.CancellationToken);
            await database.Database.ExecuteSqlAsync($"UPDATE account SET address_seal=x'' WHERE user_name='ivan'", TestContext.Current.CancellationToken);
            await database.GetService<IMigrator>().MigrateAsync(older, TestContext.Current.CancellationToken);
        }

        Assert.Contains("is from an older version", (await server.RunAsync(["audit", "verify"])).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync(["database", "migrate"])).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["audit", "verify"])).ExitCode);

        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "UPDATE account SET mail='thief@evil.example', address_seal=x'' WHERE user_name='ivan'");
        Assert.Equal(0, (await server.RunAsync(["database", "migrate"])).ExitCode);
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.Contains("The mail addresses of ivan were written by somebody else", verified.Output + verified.Error, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string?>> NamesAsync(ServerProcess server, params string[] filter)
    {
        using var answer = JsonDocument.Parse((await server.RunAsync(["account", "list", "--json", .. filter])).Output);
        return [.. answer.RootElement.EnumerateArray().Select(row => row.GetProperty("user_name").GetString())];
    }
}
