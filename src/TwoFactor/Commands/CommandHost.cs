namespace TwoFactor.Commands;

using System.CommandLine;
using TwoFactor.Administration.Altered;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Hosting;
using TwoFactor.Hosting.Startup;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Storage.Schema;

/// <summary>Runs commands with the server's own services on the same database, beside a running server or without one.</summary>
internal static class CommandHost
{
    private const int No = 1;
    private const string Altered =
        "This account was altered in the database. Nothing was changed. What is wrong: audit verify. To accept it: account rewrite NAME";

    private const string Busy = "The database is busy: others write to it. Look whether this was done, then try again.";

    /// <summary>
    /// Runs a command after checking that database and key ring match. Before it ends, it seals events and writes mails. Where there is a
    /// mail server, the running server sends them, so that a command never waits for it.
    /// </summary>
    public static async Task<int> RunAsync(
        ParseResult parsed, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancellation)
    {
        return await OpenAsync(
            async (services, token) =>
            {
                var code = await act(services, token);
                await FinishAsync(parsed, services, token);
                return code;
            },
            checkKeys: true,
            parsed,
            cancellation);
    }

    /// <summary>The command's result stands even when this fails: the server will do it.</summary>
    private static async Task FinishAsync(ParseResult parsed, IServiceProvider services, CancellationToken cancellation)
    {
        try
        {
            await services.GetRequiredService<AlteredAccountAlarms>().RaiseAsync(Actor.Console, cancellation);
            await services.GetRequiredService<AuditSealer>().SealAsync(cancellation);
            await services.GetRequiredService<HighWater>().WriteIfDueAsync(services.GetRequiredService<TwoFactorDb>(), cancellation);
            await services.GetRequiredService<OutboxSender>().FinishAsync(cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Data.Common.DbException
            or BusyException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"This was done. Its events or mails wait for the server: {exception.Message}");
        }
    }

    /// <summary>Runs a command without checking the database and its keys, and without sealing events or writing mails.</summary>
    public static Task<int> RunWithoutKeysAsync(
        ParseResult parsed, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancellation) =>
        OpenAsync(act, checkKeys: false, parsed, cancellation);

    public static async Task<int> RefuseAsync(ParseResult parsed, string why)
    {
        await ConsoleText.TrySayAsync(parsed.InvocationConfiguration.Error, why);
        return No;
    }

    private static string WhyNot(BusyException busy) => busy switch
    {
        ForeignSchemaException foreign => foreign.Message,
        DiskFullException full => $"{full.Message} Nothing was changed.",
        _ => Busy,
    };

    private static async Task<int> OpenAsync(
        Func<IServiceProvider, CancellationToken, Task<int>> act, bool checkKeys, ParseResult parsed, CancellationToken cancellation)
    {
        // The web host reads its settings in this order too, so that a command's links are the server's.
        var host = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").Build();
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(host)
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddJsonFile(
                Path.Combine(AppContext.BaseDirectory, $"appsettings.{host["Environment"] ?? Environments.Production}.json"),
                optional: true)
            .AddEnvironmentVariables()
            .Build();
        if (Settings.Read(configuration) is not SettingsParseResult.Valid(var settings))
        {
            return await ConsoleErrors.WriteAsync(Settings.Read(configuration));
        }

        if (!Directory.Exists(settings.Data.Path))
        {
            return await RefuseAsync(parsed, $"There is no data directory {settings.Data.Path}. Start the server first: serve");
        }

        var services = new ServiceCollection()
            .AddLogging(logging =>
                logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning))
            .AddTwoFactor(settings)
            .BuildServiceProvider();
        await using (services)
        {
            await using var scope = services.CreateAsyncScope();
            try
            {
                if (checkKeys)
                {
                    var startUp = scope.ServiceProvider.GetRequiredService<StartUp>();
                    var refusal = await startUp.PrepareDatabaseAsync(create: false, cancellation)
                        ?? await startUp.PrepareKeysAsync(create: false, cancellation);
                    if (refusal is not null)
                    {
                        return await RefuseAsync(parsed, refusal);
                    }
                }

                return await act(scope.ServiceProvider, cancellation);
            }
            catch (BusyException busy)
            {
                return await RefuseAsync(parsed, WhyNot(busy));
            }
            catch (AlteredAccountException)
            {
                await FinishAsync(parsed, scope.ServiceProvider, cancellation);
                return await RefuseAsync(parsed, Altered);
            }
        }
    }
}
