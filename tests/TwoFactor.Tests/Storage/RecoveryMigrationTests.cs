namespace TwoFactor.Tests.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A database from before there were recovery codes: after the upgrade everybody's phone still works, and codes can be made.</summary>
public sealed class RecoveryMigrationTests
{
    [Fact]
    public async Task Recovery_codes_of_a_version_without_seals_outlive_the_upgrade_and_moved_ones_do_not_get_one_later()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        var shown = await ada.Browser.GetAsync("/enroll/recovery-codes");
        var codes = shown.Document.QuerySelectorAll(".codes li").Select(code => code.TextContent.Trim()).ToList();
        await ada.Browser.SubmitAsync(shown, ("saved", "yes"));
        Assert.Equal(0, await server.StopAsync());
        var options = new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={server.DatabaseFile};Pooling=False").Options;
        await using (var database = new TwoFactorDb(options))
        {
            await database.GetService<IMigrator>().MigrateAsync("FindingBack", TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, (await server.RunAsync(["database", "migrate"])).ExitCode);
        await server.StartAsync();
        Assert.Equal("/account", (await RecoverAsync(ada, codes[0])).Path);

        Assert.Equal(0, await server.StopAsync());
        await using (var database = new TwoFactorDb(options))
        {
            await database.Database.ExecuteSqlAsync($"UPDATE recovery_set SET seal=x''", TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, (await server.RunAsync(["database", "migrate"])).ExitCode);
        await server.StartAsync();
        Assert.Contains("That recovery code did not work", (await RecoverAsync(ada, codes[1])).Words, StringComparison.Ordinal);
    }

    private static async Task<VisitedPage> RecoverAsync(NewUser who, string code)
    {
        var (browser, _) = await who.EnterPasswordAsync();
        return await browser.SubmitAsync(await browser.GetAsync("/sign-in/recovery-code"), ("recovery-code", code));
    }

    [Fact]
    public async Task Phones_and_a_picture_that_was_being_scanned_outlive_the_upgrade()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        await server.RunAsync(["account", "add", "ana", "--mail", "ana@acme.example"]);
        var letter = await server.Mailbox.TakeAsync("ana@acme.example", "invited");
        using var ana = server.Visitor();
        var picture = await ana.SubmitAsync(
            await ana.GetAsync(letter.Link("/invitation/")), ("new-password", NewUser.Password), ("new-password-again", NewUser.Password));
        Assert.Equal("/enroll", picture.Path);
        var secret = OtpNet.Base32Encoding.ToBytes((await ana.GetAsync("/enroll/manual-key")).WordsOf(".key").Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(0, await server.StopAsync());

        await using (var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={server.DatabaseFile};Pooling=False").Options))
        {
            await database.GetService<IMigrator>().MigrateAsync("SmtpDelivery", TestContext.Current.CancellationToken);
        }

        Assert.Contains("is from an older version", (await server.RunAsync(["serve"])).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync(["database", "migrate"])).ExitCode);
        await server.StartAsync();

        var (browser, page) = await ada.EnterPasswordAsync();
        Assert.Equal("/account", (await browser.SubmitAsync(page, ("code", ada.Code(ada.FirstStep + 1)))).Path);
        var codes = await ana.SubmitAsync(await ana.GetAsync("/enroll"), ("code", new OtpNet.Hotp(secret).ComputeHOTP(NewUser.Now)));
        Assert.Equal("/enroll/recovery-codes", codes.Path);
        Assert.Equal(10, codes.Document.QuerySelectorAll(".codes li").Length);
    }
}
