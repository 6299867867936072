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
    public async Task Phones_and_a_picture_that_was_being_scanned_outlive_the_upgrade()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await Newcomer.FirstAdminAsync(server);
        await server.RunAsync(["account", "add", "ana", "--mail", "ana@acme.example"]);
        var letter = await server.Mailbox.TakeAsync("ana@acme.example", "invited");
        using var ana = server.Visitor();
        var picture = await ana.SubmitAsync(
            await ana.GetAsync(letter.Link("/invitation/")), ("new-password", Newcomer.Password), ("new-password-again", Newcomer.Password));
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
        var codes = await ana.SubmitAsync(await ana.GetAsync("/enroll"), ("code", new OtpNet.Hotp(secret).ComputeHOTP(Newcomer.Now)));
        Assert.Equal("/enroll/recovery-codes", codes.Path);
        Assert.Equal(10, codes.Document.QuerySelectorAll(".codes li").Length);
    }
}
