namespace TwoFactor.Tests.Audit;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Administration.Altered;
using TwoFactor.Audit;
using TwoFactor.Audit.Alarms;
using TwoFactor.Audit.Retention;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Keys;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>What the server does by itself, and what it notices.</summary>
internal static class ServerKindStories
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task TamperedAsync(App app)
    {
        await TestUser.FirstAdminAsync(app);
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await app.ExecuteAsync(
            $"""
             UPDATE authenticator SET ciphertext = (SELECT ciphertext FROM authenticator
               WHERE account_id <> (SELECT id FROM account WHERE user_name = 'ana') AND state = 'active')
              WHERE account_id = (SELECT id FROM account WHERE user_name = 'ana')
             """);
        await ana.Elsewhere(app).EnterPasswordAsync();
        await app.RaiseAlarmsAsync();

        // Whoever accepts this secret on the console has not seen that it is another account's.
        var id = await app.IdAsync("ana");
        await app.AskAsync(services => services.GetRequiredService<AccountRewriting>().RewriteAsync(id, Cancellation));
        var half = ana.Elsewhere(app);
        await half.Browser.SubmitAsync(await half.EnterPasswordAsync(), ("code", ana.Code()));
        await app.ExecuteAsync($"UPDATE audit_event SET number = 1 WHERE kind = 'alarm.altered'");
        await SealAsync(app);
        await app.AskAsync(services => services.GetRequiredService<ChainCheck>().RunAsync(Cancellation));
    }

    public static async Task PlantedAsync(App app)
    {
        _ = app.Server;
        await DatabaseFile.ExecuteAsync(app.DatabaseFile, "CREATE VIEW planted AS SELECT 1");
        await CheckSchemaAsync();
        await DatabaseFile.ExecuteAsync(app.DatabaseFile, "DROP VIEW planted");
        await CheckSchemaAsync();

        Task<bool> CheckSchemaAsync() => app.AskAsync(async services =>
        {
            await services.GetRequiredService<SchemaAlarm>().CheckAsync(Cancellation);
            return true;
        });
    }

    public static async Task RehashAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        await app.AskAsync(services =>
        {
            services.GetRequiredService<PasswordLimits>().Iterations++;
            return Task.FromResult(true);
        });
        await ada.Elsewhere(app).EnterPasswordAsync();
    }

    public static async Task AlteredMailAsync(App app)
    {
        await app.InviteByConsoleAsync("ivan");
        await app.ExecuteAsync($"UPDATE outbox_message SET ciphertext = zeroblob(200)");
        await app.MailboxAsync();
    }

    public static async Task KeysAsync(App app)
    {
        _ = app.Server;
        var folder = Path.Combine(app.DataDirectory, "keys", "secrets");
        RingFiles.Add(folder, app.Time.GetUtcNow().AddDays(-1));
        await TickUntilAsync(app, AuditKinds.KeysAdopted);
        Directory.Move(folder, folder + ".away");
        await TickUntilAsync(app, AuditKinds.KeysInconsistent);
    }

    public static async Task AuditAsync(App app)
    {
        await TestUser.FirstAdminAsync(app);
        await app.AskAsync(async services =>
        {
            await services.GetRequiredService<ExportSigning>().EnsureAsync(Cancellation);
            return true;
        });
        await SealAsync(app);
        await app.AskAsync(services =>
            services.GetRequiredService<AuditRetention>().PruneAsync(app.Time.GetUtcNow().AddDays(1), Actor.Console, Cancellation));
    }

    private static Task<Sealing> SealAsync(App app) =>
        app.AskAsync(services => services.GetRequiredService<AuditSealer>().SealAsync(Cancellation));

    /// <summary>A minute goes by, and the housekeeping does what it does each minute.</summary>
    private static async Task TickUntilAsync(App app, string kind)
    {
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.GetAsync(
            async () => (await app.QueryAsync<string>($"SELECT kind AS Value FROM audit_event WHERE kind = {kind}")).Count > 0
                ? kind
                : null,
            () => $"No {kind} was written.");
    }
}
