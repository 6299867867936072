namespace TwoFactor.Tests.Harness;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Storage;
using Xunit;

/// <summary>
/// The nouns without the web: a prepared data directory of its own, a clock that only the test moves, and stories told through the
/// program's own doors.
/// </summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly DirectoryInfo home;
    private readonly IInterceptor[] interceptors;
    private ServiceProvider services;
    private bool wasAttacked;

    private TestHost(DirectoryInfo home, IInterceptor[] interceptors)
    {
        (this.home, this.interceptors) = (home, interceptors);
        Settings = Read(DataDirectory);
        services = Build();
    }

    /// <summary>Of everybody.</summary>
    public static TypedPassword Password { get; } = new("seven green bicycles at noon");

    /// <summary>The beginning of a time step.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 11, 24, 10, 2, 0, TimeSpan.Zero);

    public FakeTimeProvider Time { get; } = new(Start);

    public Settings Settings { get; private set; }

    public LogLines Log { get; } = new();

    public string DataDirectory => home.FullName;

    public UnixTime Now => Time.Now();

    public TimeStep Step => TotpCode.StepAt(Time.Now());

    /// <summary>A browser that has proven nothing.</summary>
    public static Actor Stranger { get; } = Actor.Request(
        ActorKind.Unknown, null, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", System.Net.IPAddress.Loopback);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string ConnectionString => Settings.ConnectionString;

    /// <param name="interceptors">See, count or break the calls to the database.</param>
    public static async Task<TestHost> PrepareAsync(params IInterceptor[] interceptors)
    {
        var prepared = await PreparedDirectory.AtAsync(Start);
        var folder = Directory.CreateTempSubdirectory("twofactor-host-");
        prepared.CopyTo(folder.FullName);
        var testHost = new TestHost(folder, interceptors);
        await testHost.StartAsync();
        return testHost;
    }

    /// <summary>The server was stopped and starts again on the same files: what it had in memory is gone.</summary>
    public async Task RestartAsync(params KeyValuePair<string, string?>[] settings)
    {
        await services.DisposeAsync();
        Settings = Read(DataDirectory, settings);
        services = Build();
        await StartAsync();
    }

    /// <summary>Asks one noun as a command beside the server would: on the same files, and with a memory of its own.</summary>
    public async Task<T> AskBesideAsync<TNoun, T>(Func<TNoun, Task<T>> ask)
        where TNoun : notnull
    {
        var beside = Build();
        await using (beside)
        {
            await using var scope = beside.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<StartUp>().PrepareKeysAsync(create: false, Cancellation);
            return await ask(scope.ServiceProvider.GetRequiredService<TNoun>());
        }
    }

    /// <summary>The settings that belong to a data directory.</summary>
    public static Settings Read(string directory, params KeyValuePair<string, string?>[] others)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
            [
                new("TwoFactor:DataDirectory", directory),
                new("TwoFactor:Issuer", "Acme"),

                // Hundreds write at once: on a slow machine none of them is to be sent away.
                new("Limits:Database:WaitSeconds", "60"),

                // All of them come from one address.
                new("Limits:Network:NetworkMails", "1000000"),
                .. others,
            ])
            .Build();
        return Assert.IsType<SettingsParseResult.Valid>(Settings.Read(configuration)).Settings;
    }

    /// <summary>Asks one noun in a scope of its own, as one request would.</summary>
    public async Task<T> AskAsync<TNoun, T>(Func<TNoun, Task<T>> ask)
        where TNoun : notnull
    {
        await using var scope = services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<TNoun>());
    }

    /// <summary>Tells a part of a story in a transaction of its own.</summary>
    public async Task<T> InStoryAsync<TNoun, T>(Func<TNoun, Task<T>> story)
        where TNoun : notnull
    {
        await using var scope = services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TwoFactorDb>();
        return await database.InStoryAsync(() => story(scope.ServiceProvider.GetRequiredService<TNoun>()), Cancellation);
    }

    /// <summary>Tells a part of a story in a story of its own, which stands.</summary>
    public async Task<T> RunAsync<TNoun, T>(Actor actor, Func<TNoun, Work, Task<T>> story)
        where TNoun : notnull
    {
        await using var scope = services.CreateAsyncScope();
        var told = await scope.ServiceProvider.GetRequiredService<UnitOfWork>().RunAsync(
            actor, Locks.None, async work =>
                new Committed<T>(await story(scope.ServiceProvider.GetRequiredService<TNoun>(), work)), Cancellation);
        return told.Value;
    }

    /// <summary>Looks at the key ring, as the server does each minute.</summary>
    public Task<KeyRingCheck> LookAtRingAsync() =>
        AskAsync<TwoFactorDb, KeyRingCheck>(database => services.GetRequiredService<KeyRingHealth>().CheckAsync(database, Cancellation));

    /// <summary>The numbers that the nouns here go by.</summary>
    public T Limits<T>()
        where T : notnull => services.GetRequiredService<T>();

    public KeyedHasher KeyedHasher => services.GetRequiredService<KeyedHasher>();

    public Task<CodeGuard> GuardAsync(Guid account) => AskAsync<CodeGuards, CodeGuard>(guards => guards.ReadAsync(account, Cancellation));

    /// <summary>All rows of an entity.</summary>
    public Task<List<T>> RowsAsync<T>()
        where T : class => AskAsync<TwoFactorDb, List<T>>(database => database.Set<T>().AsNoTracking().ToListAsync(Cancellation));

    /// <summary>The events of a kind, about an account, in the order of writing.</summary>
    public async Task<List<AuditEvent>> EventsAsync(string kind, Guid? account) =>
        [.. (await RowsAsync<AuditEvent>()).Where(
            row => string.Equals(row.Kind, kind, StringComparison.Ordinal) && row.AccountId == account).OrderBy(row => row.Place)];

    /// <summary>Writes a state that the program could have reached by itself, and seals it as the program would have.</summary>
    public async Task<int> ArrangeAsync(string statement, params (string Name, object Value)[] values)
    {
        var changed = await ListCopies.FollowAsync(
            Path.Combine(DataDirectory, "twofactor.db"), statement, () => ChangeAsync(statement, values));
        await using var scope = services.CreateAsyncScope();
        await AccountSealing.SealAllAsync(scope.ServiceProvider);
        return changed;
    }

    /// <summary>"Somebody changed the database": past the program, by another connection.</summary>
    public Task<int> TamperAsync(string statement, params (string Name, object Value)[] values)
    {
        wasAttacked = true;
        return ListCopies.FollowAsync(Path.Combine(DataDirectory, "twofactor.db"), statement, () => ChangeAsync(statement, values));
    }

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddCheapTwoFactor(Settings);
        collection.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
        collection.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(interceptors));
        return collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    private async Task StartAsync() => await AskAsync<StartUp, bool>(async start =>
    {
        Assert.Null(await start.PrepareDatabaseAsync(create: true, Cancellation));
        Assert.Null(await start.PrepareKeysAsync(create: true, Cancellation));
        return true;
    });

    private async Task<int> ChangeAsync(string statement, (string Name, object Value)[] values)
    {
        var connection = new SqliteConnection(ConnectionString);
        await using (connection)
        {
            await connection.OpenAsync(Cancellation);
            var command = connection.CreateCommand();
            await using (command)
            {
                command.CommandText = statement;
                foreach (var (name, value) in values)
                {
                    command.Parameters.AddWithValue(name, value);
                }

                return await command.ExecuteNonQueryAsync(Cancellation);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!wasAttacked)
        {
            await AccountSealing.AssertRightAsync(Path.Combine(DataDirectory, "twofactor.db"), KeyedHasher);
        }

        await services.DisposeAsync();
        ConnectionPools.Clear(ConnectionString);
        try
        {
            ListCopies.AssertTrue(Path.Combine(DataDirectory, "twofactor.db"));
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
