namespace TwoFactor.Tests.Storage;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Storage.Schema;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What a story of these tests answers.</summary>
public sealed record StoryOutcome(bool Commits) : IOutcome
{
    public static StoryOutcome Stands { get; } = new(true);

    public static StoryOutcome HalfDone { get; } = new(false);
}

/// <summary>A database of its own, and callers who run stories in it. A story counts in the one row of "instance", and adds rows.</summary>
internal sealed class StoryTestHost : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("twofactor-stories-");
    private readonly ServiceProvider services;

    private StoryTestHost(DatabaseLimits limits, IInterceptor[] interceptors)
    {
        var database = new DatabaseConnection(ConnectionString);
        services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton<TimeProvider>(Time).AddSingleton(limits).AddSingleton(database).AddSingleton<WriteTurns>().AddSingleton<Writer>()
            .AddSingleton(ExpectedSchema.Current).AddSingleton<SchemaWatch>().AddSingleton<DiskSpace>()
            .AddScoped<SchemaCheck>().AddScoped<UnitOfWork>()
            .AddDbContext<TwoFactorDb>(
                options => options.UseSqlite(database.ForReading).AddInterceptors([new SqlitePragmas(isReader: false), .. interceptors]))
            .BuildServiceProvider();
    }

    public static Actor Stranger { get; } = new(ActorKind.Unknown, null, default, default, null);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));

    public LogLines Log { get; } = new();

    public WriteTurns Queue => services.GetRequiredService<WriteTurns>();

    private string ConnectionString => $"Data Source={Path.Combine(folder.FullName, "stories.db")}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<StoryTestHost> MakeAsync(DatabaseLimits? limits = null, params IInterceptor[] interceptors)
    {
        var host = new StoryTestHost(limits ?? new DatabaseLimits(), interceptors);
        await using var scope = host.services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TwoFactorDb>();
        await database.Database.EnsureCreatedAsync(Cancellation);
        database.Add(new Instance { Id = 1 });
        await database.SaveChangesAsync(Cancellation);
        return host;
    }

    /// <summary>One caller, with a scope of its own, as a request has.</summary>
    public Task<T> RunAsync<T>(Func<Work, Task<T>> story, Actor? actor = null, Locks? locks = null)
        where T : IOutcome =>
        AskAsync(work => work.RunAsync(actor ?? Stranger, locks ?? Locks.None, story, Cancellation));

    /// <summary>A caller who may give up.</summary>
    public Task<T> RunForAsync<T>(Func<Work, Task<T>> story, CancellationToken caller)
        where T : IOutcome =>
        AskAsync(work => work.RunAsync(Stranger, Locks.None, story, caller));

    public async Task<T> AskAsync<T>(Func<UnitOfWork, Task<T>> ask)
    {
        await using var scope = services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<UnitOfWork>());
    }

    /// <summary>The story of most tests: it counts and adds one row.</summary>
    public static async Task<StoryOutcome> CountAsync(Work work)
    {
        Assert.Equal(1, await work.ExecuteAsync($"UPDATE instance SET admin_rev=admin_rev+1"));
        work.Add(NewRow());
        return StoryOutcome.Stands;
    }

    public static KeyCanary NewRow() => new() { KeyId = Guid.NewGuid(), Canary = [1], CreatedAt = UnixTime.Unset };

    /// <summary>What was counted, and how many rows were added.</summary>
    public async Task<(long Count, int Rows)> StateAsync()
    {
        await using var scope = services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TwoFactorDb>();
        var count = await database.Database.SqlQuery<long>($"SELECT admin_rev AS Value FROM instance").SingleAsync(Cancellation);
        return (count, await database.Set<KeyCanary>().CountAsync(Cancellation));
    }

    public Task UntilWaitingAsync(int writers) => Eventually.GetAsync(
        () => Task.FromResult(Queue.Waiting == writers ? Queue : null), () => $"{Queue.Waiting} wait.");

    /// <summary>
    /// Holds the write lock of the file from outside the program's own queue, as another process does, until it is disposed.
    /// </summary>
    public async Task<IAsyncDisposable> LockFileAsync()
    {
        var other = await ConnectAsync();
        other.BeginTransaction(deferred: false);
        return other;
    }

    /// <summary>Somebody else, who writes to the file.</summary>
    public async Task<SqliteConnection> ConnectAsync()
    {
        var other = new SqliteConnection(ConnectionString + ";Pooling=False");
        await other.OpenAsync(Cancellation);
        return other;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        ConnectionPools.Clear(ConnectionString);
        folder.Delete(recursive: true);
    }
}
