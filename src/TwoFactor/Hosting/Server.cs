namespace TwoFactor.Hosting;

using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration.Network;
using TwoFactor.Hosting.Pipeline;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.OpenId;
using TwoFactor.Storage;
using TwoFactor.Web;

/// <summary>Runs the web server: builds it, checks the start, prints the start-up messages, and serves until it is told to stop.</summary>
public static class Server
{
    /// <summary>Returns the exit code: 0 after a stop, 1 when the start was refused, with the reason on standard error.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(Server).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        if (Settings.Read(builder.Configuration) is not SettingsParseResult.Valid(var settings))
        {
            return await ConsoleErrors.WriteAsync(Settings.Read(builder.Configuration));
        }

        AddServices(builder, settings);
        var app = builder.Build();
        await using (app)
        {
            UsePipeline(app);
            return await ServeAsync(app, settings, cancellation);
        }
    }

    private static void AddServices(WebApplicationBuilder builder, Settings settings)
    {
        var services = builder.Services;
        services.AddTwoFactor(settings);
        services.AddPages();
        services.AddHostedService<Housekeeping>();
        services.PostConfigure<ForwardedHeadersOptions>(settings.Proxies.Apply);
        services.AddSingleton<LoggerFactory>();
        services.Replace(
            ServiceDescriptor.Singleton<ILoggerFactory>(provider => new LogFloor(provider.GetRequiredService<LoggerFactory>())));
        AddCookieKeys(services, settings.KeyRing);
        services.AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Helpdesk, policy => policy.RequireRole(Role.Helpdesk.ToToken(), Role.Admin.ToToken()))
            .AddPolicy(Policies.Admin, policy => policy.RequireRole(Role.Admin.ToToken()));
        builder.WebHost.UseUrls(settings.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        services.AddSingleton<OpenConnections>();
        services.AddSingleton<ConnectionCaps>();
        services.AddSingleton<StrangerPostLimiter>();
        services.AddScoped<Acquaintance>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var provider = kestrel.ApplicationServices;
            Limit(kestrel, provider.GetRequiredService<ServerLimits>());
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(provider.GetRequiredService<NetworkLimits>().IdleSeconds);
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                endpoint.Use(provider.GetRequiredService<ConnectionCaps>().Watch);
                endpoint.Use(provider.GetRequiredService<OpenConnections>().Watch);
            });
        });
    }

    /// <summary>
    /// The framework's key ring serves antiforgery only: its keys rotate by themselves, and losing them costs one reload.
    /// </summary>
    private static void AddCookieKeys(IServiceCollection services, KeyRingOptions options)
    {
        var ring = services.AddDataProtection().SetApplicationName("TwoFactor.Cookies")
            .AddKeyManagementOptions(keys => KeyFiles.Use(keys, options.Cookies));
        if (SecretsRing.Certificate(options) is { } certificate)
        {
            ring.ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(certificate);
        }
    }

    private static void Limit(KestrelServerOptions kestrel, ServerLimits limits)
    {
        kestrel.AddServerHeader = false;

        // A foreign cookie or User-Agent may hold any byte (RFC 9110 §5.5). As UTF-8 it would be a bare 400; what is ours is ASCII.
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.Limits.MaxRequestBodySize = limits.BodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(limits.HeaderSeconds);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.LeastBytesPerSecond, TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.LeastBytesPerSecond, TimeSpan.FromSeconds(5));
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<RequestLine>();
        app.UseMiddleware<ProxyHeaders>();
        app.UseForwardedHeaders();
        app.UseErrorAnswers();
        app.UseRouting();
        app.UseMiddleware<RequestRules>();
        app.UseAssets();
        app.UseAuthentication();
        app.UseMiddleware<StrangerPosts>();
        app.UseAuthorization();
        app.UseMiddleware<FormRules>();
        app.MapHealth();
        app.MapJwks();
        app.MapRazorPages();
    }

    private static async Task<int> ServeAsync(WebApplication app, Settings settings, CancellationToken cancellation)
    {
        if (DotNetRuntime.Refuse() is { } runtime)
        {
            return await ConsoleErrors.WriteAsync(runtime);
        }

        DataDirectory.MakeFolder(settings.Data.Path);
        using var serveLock = ServeLock.TryTake(settings.DatabaseFolder);
        if (serveLock is null)
        {
            return await ConsoleErrors.WriteAsync($"Another TwoFactor (process {ServeLock.Holder(settings.DatabaseFolder)}) uses "
                + $"{settings.DatabaseFolder.Path}. Stop it first.");
        }

        IReadOnlyList<string> startupLines;
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var startUp = scope.ServiceProvider.GetRequiredService<StartUp>();
            var refusal = await startUp.PrepareDatabaseAsync(create: true, cancellation)
                ?? await startUp.PrepareKeysAsync(create: true, cancellation);
            if (refusal is not null)
            {
                return await ConsoleErrors.WriteAsync(refusal);
            }

            await serveLock.AnnounceAsync(cancellation);
            DataDirectory.MakeFolder(settings.KeyRing.Directory);
            DataDirectory.MakeFolder(settings.KeyRing.Cookies);
            foreach (var folder in new[] { settings.Data.Path, settings.DatabaseFolder.Path, settings.KeyRing.Directory })
            {
                DataDirectory.DeleteUnfinished(folder, scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow());
            }

            scope.ServiceProvider.GetRequiredService<CommonPasswords>().Load();
            startupLines =
                await scope.ServiceProvider.GetRequiredService<StartupMessages>().PrepareAsync(!Console.IsOutputRedirected, cancellation);
        }

        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception exception) when (ListenRefusal.Of(exception, settings.Urls) is { } refusal)
        {
            return await ConsoleErrors.WriteAsync(refusal);
        }

        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<OpenConnections>().AbortSoon);
        await ConsoleText.TrySayAsync(Console.Out, startupLines);
        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }
}
