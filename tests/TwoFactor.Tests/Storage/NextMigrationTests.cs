namespace TwoFactor.Tests.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Hosting.Startup;
using TwoFactor.Mail.Sending;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// A database that the first migration alone made becomes one of the next version, by its operator's word, and everything in it goes on
/// working.
/// </summary>
[Slow]
public sealed class NextMigrationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_of_this_version_waits_for_its_operator_and_keeps_every_row()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        await ada.Browser.SubmitAsync(await ada.Browser.GetAsync("/enroll/recovery-codes"), ("saved", "yes"));
        Assert.Equal(0, (await server.RunAsync(["account", "add", "ivan", "--mail", "ivan@acme.example", "--name", "Ivan Groß"])).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["account", "add", "hal", "--mail", "hal@acme.example"])).ExitCode);
        Assert.Equal(0, (await server.RunAsync(["account", "disable", "hal"])).ExitCode);
        Assert.Equal(0, await server.StopAsync());

        // With a mail server, a command leaves its mail to the running server: it waits over the change of the version.
        await using (var mailing = new ServerProcess(("TwoFactor:DataDirectory", server.DataDirectory), ("Smtp:Host", "localhost")))
        {
            Assert.Equal(0, (await mailing.RunAsync(["account", "add", "ana", "--mail", "ana@acme.example"])).ExitCode);
        }

        var before = await DumpAsync(server);
        await using (var next = new NextVersion(server.DataDirectory))
        {
            Assert.Equal(
                $"The database {server.DatabaseFile} is from an older version. Back it up, then run: database migrate",
                await next.AskAsync<StartUp, string?>(start => start.PrepareDatabaseAsync(create: true, Cancellation)));
            Assert.Equal(before, await DumpAsync(server));

            Assert.Null(await next.AskAsync<StartUp, string?>(start => start.MigrateOlderAsync(Cancellation)));

            Assert.Equal(before, await DumpAsync(server));
            Assert.Equal(4L, await DatabaseFile.AskAsync(
                server.DatabaseFile, $"SELECT COUNT(*) FROM account WHERE {NextVersion.NewColumn}='{NextVersion.NewValue}'"));
            await AssertWorksAsync(next, ada);
        }

        var older = await server.RunAsync(["serve"]);
        Assert.Equal(
            (1, $"The database {server.DatabaseFile} was made by a newer version. Nothing was changed.\n"), (older.ExitCode, older.Error));
    }

    [Fact]
    public async Task A_first_start_that_was_killed_between_two_migrations_is_gone_on_with()
    {
        await using var server = new ServerProcess();
        Directory.CreateDirectory(server.DataDirectory);
        await using (var database = new TwoFactorDb(
            new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={server.DatabaseFile};Pooling=False").Options))
        {
            await database.GetService<IMigrator>().MigrateAsync(targetMigration: null, Cancellation);
        }

        await using var next = new NextVersion(server.DataDirectory);
        Assert.Contains(
            "is from an older version",
            await next.AskAsync<StartUp, string?>(start => start.PrepareDatabaseAsync(create: false, Cancellation)),
            StringComparison.Ordinal);

        Assert.Null(await next.AskAsync<StartUp, string?>(start => start.PrepareDatabaseAsync(create: true, Cancellation)));

        Assert.Null(await next.AskAsync<StartUp, string?>(start => start.PrepareKeysAsync(create: true, Cancellation)));
        Assert.Equal(1L, await DatabaseFile.AskAsync(server.DatabaseFile, "SELECT COUNT(*) FROM key_canary"));
        Assert.Null(await next.AskAsync<StartUp, string?>(start => start.PrepareDatabaseAsync(create: false, Cancellation)));
    }

    /// <summary>The log is whole, ada's phone signs in, every seal fits, and the mail that waited goes.</summary>
    private static async Task AssertWorksAsync(NextVersion next, NewUser ada)
    {
        Assert.Null(await next.AskAsync<StartUp, string?>(start => start.PrepareDatabaseAsync(create: false, Cancellation)));
        Assert.Null(await next.AskAsync<StartUp, string?>(start => start.PrepareKeysAsync(create: false, Cancellation)));
        Assert.IsType<AuditVerdict.Intact>(await next.AskAsync<AuditVerification, AuditVerdict>(audit => audit.VerifyAsync(Cancellation)));
        var proven = Assert.IsType<PasswordOutcome.Proven>(await next.AskAsync<PasswordStep, PasswordOutcome>(
            step => step.SubmitAsync("ada", new TypedPassword(NewUser.Password), null, null, null, TestHost.Stranger, Cancellation)));
        var code = await ada.NextCodeAsync();
        Assert.IsType<SignInOutcome.SignedIn>(await next.AskAsync<SignIn, SignInOutcome>(
            signIn => signIn.CompleteAsync(proven.Pending, Guid.Empty, code, null, null, TestHost.Stranger, Cancellation)));
        var rows =
            await next.AskAsync<TwoFactorDb, List<Account>>(database => database.Set<Account>().AsNoTracking().ToListAsync(Cancellation));
        Assert.Empty(await next.AskAsync<SealVerification, IReadOnlyList<Misfit>>(seals => seals.FindAsync(Cancellation)));
        Assert.Equal(10, rows.Single(row => row.UserName is "ada").RecoveryLeft);
        Assert.Equal(1, await next.AskAsync<OutboxSender, int>(sender => sender.SendAsync(Cancellation)));
    }

    /// <summary>All rows, without what the next version adds.</summary>
    private static async Task<string> DumpAsync(ServerProcess server)
    {
        await using var database = new TwoFactorDb(
            new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={server.DatabaseFile};Pooling=False").Options);
        var lines = (await DatabaseDump.OfAsync(database)).Split('\n').Where(line => !line.StartsWith("__EF", StringComparison.Ordinal));
        return string.Join('\n', lines).Replace($" {NextVersion.NewColumn}='{NextVersion.NewValue}'", "", StringComparison.Ordinal);
    }
}
