namespace TwoFactor.Tests.Storage;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Hosting;
using Xunit;

/// <summary>
/// A database of another version is never touched unasked: an older one waits for its operator, a newer one for its program.
/// </summary>
[Slow]
public sealed class DatabaseVersionTests
{
    [Fact]
    public async Task An_older_database_waits_for_database_migrate()
    {
        await using var server = await StoppedAsync();
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "DELETE FROM __EFMigrationsHistory");

        await AssertRefusedAsync(
            server,
            $"The database {server.DatabaseFile} is from an older version. Back it up, then run: database migrate\n",
            ["serve"],
            ["account", "list"]);
    }

    [Fact]
    public async Task A_newer_database_is_refused_by_everything()
    {
        await using var server = await StoppedAsync();
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "INSERT INTO __EFMigrationsHistory VALUES ('20991231235959_Later', '99.0.0')");

        await AssertRefusedAsync(
            server,
            $"The database {server.DatabaseFile} was made by a newer version. Nothing was changed.\n",
            ["serve"],
            ["account", "list"],
            ["database", "migrate"]);
    }

    [Fact]
    public async Task A_database_of_this_version_has_nothing_to_migrate()
    {
        await using var server = await StoppedAsync();

        var migrated = await server.RunAsync(["database", "migrate"]);

        Assert.Equal((0, "The database is of this version.\n", ""), (migrated.ExitCode, migrated.Output, migrated.Error));
    }

    /// <summary>Whoever writes to the database and erases the seals gets none by an upgrade.</summary>
    [Fact]
    public async Task Nothing_that_database_migrate_does_makes_altered_rows_genuine()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        Assert.Equal(0, (await server.RunAsync(["account", "add", "ivan", "--mail", "ivan@acme.example"])).ExitCode);
        Assert.Equal(0, await server.StopAsync());
        await DatabaseFile.ExecuteAsync(
            server.DatabaseFile, "UPDATE account SET mail='thief@evil.example' WHERE user_name='ivan'");
        await DatabaseFile.ExecuteAsync(server.DatabaseFile, "UPDATE code_guard SET factors=x'', seal=zeroblob(33)");

        Assert.Equal(0, (await server.RunAsync(["database", "migrate"])).ExitCode);

        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.Contains(
            "The account ivan was altered in the database: guard", verified.Output + verified.Error, StringComparison.Ordinal);
        await server.StartAsync();
        using var browser = server.Visitor();
        var answer = await browser.SubmitAsync(
            await browser.GetAsync("/sign-in"), ("username", "ada"), ("current-password", NewUser.Password));
        Assert.Contains("Your account is switched off.", answer.Words, StringComparison.Ordinal);
    }

    /// <summary>Whoever removes or empties the database would get a set-up link of a new one.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("PRAGMA foreign_keys=OFF; DELETE FROM mac_key; DELETE FROM key_canary")]
    public async Task A_database_that_is_gone_or_lost_its_keys_is_not_begun_anew_while_a_mark_remembers_it(string? statements)
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        var link = await server.SetupLinkAsync();
        Assert.Equal(0, await server.StopAsync());
        if (statements is null)
        {
            File.Delete(server.DatabaseFile);
        }
        else
        {
            await DatabaseFile.ExecuteAsync(server.DatabaseFile, statements);
        }

        var (mark, other) =
            (Path.Combine(server.DataDirectory, "high-water"), Path.Combine(server.DataDirectory, "keys", "high-water"));
        foreach (var left in new[] { mark, other })
        {
            var refused = await server.RunAsync(["serve"]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Equal(
                $"The database {server.DatabaseFile} is empty or lost its keys, but {left} says that this installation was in use. "
                    + $"Nothing was set up. Restore a backup. To begin anew, delete {mark} and {other} first.\n",
                refused.Error);
            Assert.Equal(link, await server.SetupLinkAsync());
            File.Delete(left);
        }
    }

    [Fact]
    public async Task Nothing_but_serve_makes_a_database()
    {
        await using var server = new ServerProcess();
        Directory.CreateDirectory(server.DataDirectory);
        foreach (var arguments in new string[][] { ["database", "migrate"], ["keys", "check"], ["audit", "verify"], ["account", "list"] })
        {
            var refused = await server.RunAsync(arguments);
            Assert.Equal(
                (1, "", $"There is no database in {server.DataDirectory}. Start the server first: serve\n"),
                (refused.ExitCode, refused.Output, refused.Error));
        }

        Assert.DoesNotContain(Directory.GetFileSystemEntries(server.DataDirectory), path => path.Contains(".db", StringComparison.Ordinal));
    }

    private static async Task<ServerProcess> StoppedAsync()
    {
        var server = await ServerProcess.StartNewAsync();
        Assert.Equal(0, await server.StopAsync());
        return server;
    }

    private static async Task AssertRefusedAsync(ServerProcess server, string sentence, params string[][] commands)
    {
        var before = FileTree.Of(server.DataDirectory);
        foreach (var arguments in commands)
        {
            var refused = await server.RunAsync(arguments);
            Assert.Equal((1, "", sentence), (refused.ExitCode, refused.Output, refused.Error));
            Assert.Equal(before, FileTree.Of(server.DataDirectory));
        }
    }
}
