namespace TwoFactor.Tests.Storage.Schema;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Audit;
using TwoFactor.Audit.Alarms;
using TwoFactor.Hosting.Startup;
using TwoFactor.Storage;
using TwoFactor.Storage.Schema;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Whatever somebody plants in the schema: nothing is written under it, everybody is told, and reading goes on.</summary>
public sealed class PlantedSchemaTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_server_writes_nothing_says_so_and_goes_on_once_it_is_gone()
    {
        await using var app = new App();
        var ada = await TestUser.FirstAdminAsync(app);
        var elsewhere = new TestUser(app, ada.UserName, ada.Mail) { Password = ada.Password, Phone = ada.Phone };
        var codePage = await elsewhere.EnterPasswordAsync();
        var recorded = 0;
        foreach (var planting in Planting.All)
        {
            await planting.PlantAsync(app.DatabaseFile);

            var wrong = await elsewhere.Browser.SubmitOnceAsync(codePage, null, ("code", ada.WrongCode()));
            Assert.True(wrong.Status is HttpStatusCode.ServiceUnavailable, $"{planting.Named}: {wrong.Status}");
            Assert.Equal("We cannot do this just now", wrong.Heading);
            Assert.Equal("60", Assert.Single(wrong.Headers.GetValues("Retry-After")));
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, "somebody changed the schema of the database"), await ReadyAsync(elsewhere.Browser));
            Assert.Equal(HttpStatusCode.OK, (await ada.Browser.GetAsync("/account")).Status);
            Assert.Equal(0L, await DatabaseFile.AskAsync(app.DatabaseFile, "SELECT max(fails) FROM code_guard"));
            Assert.Single(app.Log.All, line => line.StartsWith("Critical", StringComparison.Ordinal)
                && line.Contains($"not TwoFactor's: {planting.Named}.", StringComparison.Ordinal));
            await CheckAsync(app);
            Assert.Equal(recorded, await AlarmsAsync(app));

            await planting.RemoveAsync(app.DatabaseFile);
            app.Log.Clear();
            await CheckAsync(app);
            await CheckAsync(app);
            Assert.Equal(++recorded, await AlarmsAsync(app));
            Assert.Equal((HttpStatusCode.OK, "ready"), await ReadyAsync(elsewhere.Browser));
        }

        var charged = await elsewhere.Browser.SubmitAsync(codePage, ("code", ada.WrongCode()));
        Assert.Contains("That code did not work", charged.Words, StringComparison.Ordinal);
        Assert.Equal(1L, await DatabaseFile.AskAsync(app.DatabaseFile, "SELECT max(fails) FROM code_guard"));
        Assert.Equal("/account", (await elsewhere.Browser.SubmitAsync(charged, ("code", ada.Code()))).Path);
    }

    [Fact]
    public async Task A_start_is_refused_and_says_which_object_is_foreign_and_what_to_do()
    {
        await using var host = await TestHost.PrepareAsync();
        var file = Path.Combine(host.DataDirectory, "twofactor.db");
        foreach (var planting in Planting.All.Append(Planting.Unseen))
        {
            await planting.PlantAsync(file);
            var before = await DatabaseDump.OfAsync(host);

            foreach (var start in new Func<StartUp, Task<string?>>[]
            {
                start => start.PrepareDatabaseAsync(create: true, Cancellation),
                start => start.PrepareDatabaseAsync(create: false, Cancellation),
                start => start.MigrateOlderAsync(Cancellation),
            })
            {
                Assert.Equal(
                    $"The schema of the database {file} is not TwoFactor's: {planting.Named}. Nothing was changed. Somebody wrote to the "
                        + "file: keep a copy of it, find out who, and restore a backup from before. What is foreign can also be dropped "
                        + "with the tool sqlite3.",
                    await host.AskAsync(start));
            }

            Assert.Equal(before, await DatabaseDump.OfAsync(host));
            await planting.RemoveAsync(file);
            Assert.Null(await host.AskAsync<StartUp, string?>(start => start.PrepareDatabaseAsync(create: true, Cancellation)));
        }
    }

    /// <summary>What a stranger planted would be in force while the migrations run.</summary>
    [Fact]
    public async Task A_database_whose_history_was_removed_is_not_migrated()
    {
        await using var host = await TestHost.PrepareAsync();
        await host.TamperAsync("DELETE FROM __EFMigrationsHistory");

        var refusal = await host.AskAsync<StartUp, string?>(start => start.MigrateOlderAsync(Cancellation));

        Assert.Contains("is not TwoFactor's: foreign index ", refusal, StringComparison.Ordinal);
        Assert.Contains(" more. Nothing was changed.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_SQLite_cannot_read_refuses_writing_and_the_start()
    {
        await using var host = await TestHost.PrepareAsync();
        var file = Path.Combine(host.DataDirectory, "twofactor.db");
        await host.RunAsync<AuditLog, int>(Actor.Server, (_, _) => Task.FromResult(0));
        await DatabaseFile.ExecuteAsync(
            file,
            "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql=sql || ' nonsense\nforged' WHERE name='IX_device_account_id';"
                + "PRAGMA schema_version=950");

        try
        {
            await Assert.ThrowsAsync<ForeignSchemaException>(
                () => host.RunAsync<AuditLog, int>(Actor.Server, (_, _) => Task.FromResult(0)));
            var refusal = await host.AskAsync<StartUp, string?>(start => start.PrepareDatabaseAsync(create: true, Cancellation));

            Assert.Contains("IX_device_account_id", refusal, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal!);
            Assert.Contains(host.Log.All, line => line.StartsWith("Critical", StringComparison.Ordinal)
                && line.Contains("malformed database schema (IX_device_account_id)", StringComparison.Ordinal));
        }
        finally
        {
            await DatabaseFile.ExecuteAsync(
                file,
                "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql=replace(sql, ' nonsense\nforged', '');PRAGMA schema_version=951");
        }

        Assert.Equal(0, await host.RunAsync<AuditLog, int>(Actor.Server, (_, _) => Task.FromResult(0)));
    }

    private static Task<bool> CheckAsync(App app) => app.AskAsync(async services =>
    {
        await services.GetRequiredService<SchemaAlarm>().CheckAsync(Cancellation);
        return true;
    });

    private static async Task<int> AlarmsAsync(App app) =>
        Assert.Single(await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM audit_event WHERE kind='alarm.schema'"));

    private static async Task<(HttpStatusCode Status, string Text)> ReadyAsync(Visitor browser)
    {
        var ready = await browser.OnceAsync(HttpMethod.Get, new Uri("/health/ready", UriKind.Relative));
        return (ready.Status, System.Text.Encoding.UTF8.GetString(ready.Content));
    }
}
