namespace TwoFactor.Tests.Harness;

using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Hosting;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using Xunit;

/// <summary>The program in this process, on a data directory of its own, with a clock that only the test moves.</summary>
public sealed class App(params (string Name, string Value)[] settings) : WebApplicationFactory<global::TwoFactor.Program>
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 10, TimeSpan.Zero);

    /// <summary>What is known of the types of forms: the same in each of them, and half of what a start costs.</summary>
    private static IModelMetadataProvider? models;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string directory = Directory.CreateTempSubdirectory("twofactor-app-").FullName;
    private Settings? read;
    private Mailbox? mailbox;
    private IHost? running;
    private bool wasAttacked;

    public FakeTimeProvider Time { get; } = new(Start);

    /// <summary>Below the temporary folder, as the first start leaves it: the server would make the same.</summary>
    public string DataDirectory => Path.Combine(directory, "data");

    public string DatabaseFile => Path.Combine(DataDirectory, "twofactor.db");

    /// <summary>What was logged, at the level that the settings ask for.</summary>
    public LogLines Log { get; } = new();

    /// <summary>
    /// Whether it seals, mails and sweeps by itself. Each second of a clock that jumps by a week would be made up for, so most stories
    /// ask for what they need.
    /// </summary>
    public bool KeepsHouse { get; init; }

    /// <summary>The server makes its data directory itself: for stories of the first start.</summary>
    public bool StartsFirst { get; init; }

    /// <summary>
    /// Passwords and recovery codes are hashed at what they really cost: for stories of that. All others need only that they are
    /// hashed.
    /// </summary>
    public bool HashesAtFullCost { get; init; }

    /// <summary>Changes services before the program starts: interceptors, say.</summary>
    public Action<IServiceCollection>? Adjust { get; init; }

    /// <summary>
    /// As if a mail server took the mails: they become files all the same, where <see cref="MailboxAsync"/> finds them.
    /// </summary>
    public static App WithMail(Action<IServiceCollection>? adjust = null) => new(("Smtp:Host", "localhost"))
    {
        Adjust = services =>
        {
            LetFilesTake(services);
            adjust?.Invoke(services);
        },
    };

    /// <summary>What <see cref="WithMail"/> does, for an app with settings of its own.</summary>
    public static void LetFilesTake(IServiceCollection services) =>
        services.Replace(
            ServiceDescriptor.Scoped<MailTransport>(provider => ActivatorUtilities.CreateInstance<PickupFolderTransport>(provider)));

    public Visitor Visitor() => Harness.Visitor.Of(this);

    /// <summary>Runs against the program's own services, as one request would.</summary>
    public async Task<T> AskAsync<T>(Func<IServiceProvider, Task<T>> ask)
    {
        await using var scope = Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider);
    }

    /// <summary>"Somebody changed the database": past the program, which has sealed something else.</summary>
    public Task<int> ExecuteAsync(FormattableString statement)
    {
        wasAttacked = true;
        return ListCopies.FollowAsync(DatabaseFile, statement.Format, () => AskAsync(services =>
            services.GetRequiredService<TwoFactorDb>()
                .InStoryAsync(work => work.ExecuteAsync(statement), TestContext.Current.CancellationToken)));
    }

    /// <summary>Writes a state that the program could have reached by itself, and seals it as the program would have.</summary>
    public async Task<int> ArrangeAsync(FormattableString statement)
    {
        var changed = await ListCopies.FollowAsync(DatabaseFile, statement.Format, () => AskAsync(services =>
            services.GetRequiredService<TwoFactorDb>()
                .InStoryAsync(work => work.ExecuteAsync(statement), TestContext.Current.CancellationToken)));
        await AskAsync(AccountSealing.SealAllAsync);
        return changed;
    }

    public Task<IReadOnlyList<T>> QueryAsync<T>(FormattableString statement) => AskAsync<IReadOnlyList<T>>(async services =>
        await services.GetRequiredService<TwoFactorDb>().Database.SqlQuery<T>(statement)
            .ToListAsync(TestContext.Current.CancellationToken));

    /// <summary>The newest set-up link, as the file has it.</summary>
    public async Task<Uri> SetupLinkAsync()
    {
        _ = Server;
        return new Uri(
            (await File.ReadAllTextAsync(Path.Combine(DataDirectory, "setup-link"), TestContext.Current.CancellationToken)).Trim());
    }

    /// <summary>The mails that are on their way, now.</summary>
    public async Task<Mailbox> MailboxAsync()
    {
        await AskAsync(services => services.GetRequiredService<OutboxSender>().SendAsync(TestContext.Current.CancellationToken));
        return mailbox ??= new Mailbox(Path.Combine(DataDirectory, "outbox"));
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // A ring of its own, a certificate: then the server makes what belongs to them.
        if (!StartsFirst
            && !Directory.Exists(DataDirectory)
            && !settings.Any(setting => setting.Name.StartsWith("KeyRing:", StringComparison.Ordinal)))
        {
            TwoFactor.Storage.DataDirectory.MakeFolder(DataDirectory);
            PreparedDirectory.AtAsync(Start).GetAwaiter().GetResult().CopyTo(DataDirectory);
        }

        builder.UseSetting("Urls", "http://localhost");
        builder.UseSetting("TwoFactor:PublicUrl", "http://localhost");
        builder.UseSetting("TwoFactor:DataDirectory", DataDirectory);
        foreach (var (name, value) in settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
            services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(Log);
            services.Replace(ServiceDescriptor.Singleton<IModelMetadataProvider>(provider => LazyInitializer.EnsureInitialized(
                ref models, () => ActivatorUtilities.CreateInstance<DefaultModelMetadataProvider>(provider))));
            read = (Settings)services.Single(service => service.ServiceType == typeof(Settings)).ImplementationInstance!;
            if (!HashesAtFullCost)
            {
                services.Replace(
                    ServiceDescriptor.Singleton(provider => MakeCheap(provider.GetRequiredService<IOptions<PasswordLimits>>().Value)));
            }

            if (!KeepsHouse)
            {
                services.Remove(services.Single(service => service.ImplementationType == typeof(Housekeeping)));
            }

            Adjust?.Invoke(services);
        });
    }

    protected override IHost CreateHost(IHostBuilder builder) => running = base.CreateHost(builder);

    public override ValueTask DisposeAsync()
    {
        if (running is not null)
        {
            AssertSealed(running);
            End(running);
            running = null;
        }

        return base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(directory))
        {
            try
            {
                ListCopies.AssertTrue(DatabaseFile);
            }
            finally
            {
                ConnectionPools.Clear(read?.ConnectionString);
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    /// <summary>Dispose without async ends the host by itself, and takes the services away before anything can be asked.</summary>
    private void AssertSealed(IHost host)
    {
        if (!wasAttacked)
        {
            AccountSealing.AssertRightAsync(DatabaseFile, host.Services.GetRequiredService<KeyedHasher>()).GetAwaiter().GetResult();
        }
    }

    /// <summary>
    /// As a signal would, until the program, which runs on a thread of its own, has let go of its directory: whoever takes the host or
    /// the directory away before finds it in the middle of its work.
    /// </summary>
    private void End(IHost host)
    {
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.True(SpinWait.SpinUntil(IsLetGo, Patience), "The program does not end.");
    }

    private bool IsLetGo()
    {
        using var held = Directory.Exists(DataDirectory) ? ServeLock.TryTake(read!.DatabaseFolder) : null;
        return held is not null || !Directory.Exists(DataDirectory);
    }

    /// <summary>Past the settings, which allow nothing so cheap. What a test chose itself stays.</summary>
    private static PasswordLimits MakeCheap(PasswordLimits passwords)
    {
        var usual = new PasswordLimits();
        if (passwords.MemoryKibibytes == usual.MemoryKibibytes && passwords.Iterations == usual.Iterations)
        {
            (passwords.MemoryKibibytes, passwords.Iterations) = (64, 1);
        }

        return passwords;
    }
}
