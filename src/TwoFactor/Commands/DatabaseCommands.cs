namespace TwoFactor.Commands;

using System.CommandLine;
using TwoFactor.Hosting.Startup;

/// <summary><c>database …</c></summary>
internal static class DatabaseCommands
{
    public static Command Build()
    {
        var migrate = new Command("migrate", "Bring the database of an older version to this one; back it up first");
        migrate.SetAction((parsed, cancellation) =>
            CommandHost.RunWithoutKeysAsync(parsed, (services, token) => MigrateAsync(parsed, services, token), cancellation));
        return new Command("database", "The database") { migrate };
    }

    private static async Task<int> MigrateAsync(ParseResult parsed, IServiceProvider services, CancellationToken cancellation)
    {
        var folder = services.GetRequiredService<Settings>().DatabaseFolder;
        using var held = ServeLock.TryTake(folder);
        if (held is null)
        {
            return await CommandHost.RefuseAsync(
                parsed, $"Another TwoFactor (process {ServeLock.Holder(folder)}) uses {folder.Path}. Stop it first.");
        }

        if (await services.GetRequiredService<StartUp>().MigrateOlderAsync(cancellation) is { } refusal)
        {
            return await CommandHost.RefuseAsync(parsed, refusal);
        }

        await Json.WriteAsync(parsed, new { Migrated = true }, "The database is of this version.");
        return 0;
    }
}
