namespace TwoFactor.Tests.Audit;

using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A database file and a key ring in a folder of their own, and a clock that stands still.</summary>
public sealed class AuditTestHost : IAsyncLifetime
{
    private readonly DataDirectory directory = new(Directory.CreateTempSubdirectory("twofactor-audit-").FullName);
    private readonly SecretsRing ring;

    public AuditTestHost()
    {
        var options = new KeyRingOptions(directory.File("keys"), null, null);
        ring = new SecretsRing(options);
        Marks = new MarkFiles(directory, options, KeyedHasher);
        HighWater = NewHighWater();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));

    public KeyedHasher KeyedHasher { get; } = new();

    public AuditLimits Limits { get; } = new();

    public HighWater HighWater { get; }

    /// <summary>All log lines.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    public string Database => directory.File("twofactor.db");

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        ring.CreateFirstKey();
        await using var database = Open();
        await database.Database.EnsureCreatedAsync(cancellation);
        var health = new KeyRingHealth(ring);
        var found = await health.CheckAsync(database, cancellation);
        await database.InStoryAsync(
            work =>
            {
                health.AddCanaries(work, found.Unknown);
                return Task.FromResult(true);
            },
            cancellation);
        database.Add(KeyedHasher.Create(ring));
        await database.SaveChangesAsync(cancellation);
        Assert.True(await KeyedHasher.LoadAsync(database, ring, await health.CheckAsync(database, cancellation), cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        ring.Dispose();
        await Writers.CloseAsync(Database);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory.Path, recursive: true);
    }

    public TwoFactorDb Open() => Writers.Open(Database, Time);

    public AuditLog Log() => new(KeyedHasher);

    public MarkFiles Marks { get; }

    public HighWater NewHighWater() =>
        new(Marks, new MarkedRevisions(), new MarkedCounts(), KeyedHasher, Limits, Time, new LineLogger<HighWater>(Lines));

    /// <summary>Decides something: one transaction with one event.</summary>
    public async Task RecordAsync(string kind, Guid? account = null, string? detail = null)
    {
        await using var database = Open();
        await database.GetService<UnitOfWork>().RunAsync(
            Actor.Console,
            Locks.None,
            work =>
            {
                Log().Record(work, kind, account, detail: detail);
                return Task.FromResult(new Committed<bool>(true));
            },
            TestContext.Current.CancellationToken);
    }

    public async Task TallyAsync(string kind, Guid? account)
    {
        await using var database = Open();
        await database.GetService<UnitOfWork>().RunAsync(
            Actor.Server,
            Locks.None,
            async work =>
            {
                await Log().TallyAsync(work, kind, account);
                return new Committed<bool>(true);
            },
            TestContext.Current.CancellationToken);
    }

    public async Task<Sealing> SealAsync()
    {
        await using var database = Open();
        var sealer = new AuditSealer(
            database.GetService<UnitOfWork>(), database, KeyedHasher, Log(), Limits, Time, new LineLogger<AuditSealer>(Lines));
        return await sealer.SealAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Events of a chain, sealed.</summary>
    public async Task SealEventsAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            await RecordAsync(AuditKinds.SignInCompleted, Guid.NewGuid());
        }

        await SealAsync();
    }

    public async Task<AuditVerdict> VerifyAsync()
    {
        await using var database = Open();
        return await new AuditVerification(database, KeyedHasher, Marks).VerifyAsync(TestContext.Current.CancellationToken);
    }

    public async Task<bool> WriteHighWaterAsync()
    {
        await using var database = Open();
        return await HighWater.WriteAsync(database, TestContext.Current.CancellationToken);
    }

    /// <summary>What somebody does who can write to the database file.</summary>
    public async Task<int> TamperAsync(string statement, params object[] values)
    {
        await using var database = Open();
        return await database.Database.ExecuteSqlRawAsync(statement, values, TestContext.Current.CancellationToken);
    }

    public async Task<IReadOnlyList<AuditEvent>> EventsAsync()
    {
        await using var database = Open();
        return await database.Set<AuditEvent>().AsNoTracking().OrderBy(row => row.Place)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    public async Task<IReadOnlyList<AuditEvent>> EventsAsync(string kind) =>
        [.. (await EventsAsync()).Where(row => string.Equals(row.Kind, kind, StringComparison.Ordinal))];

    public async Task<AuditEvent> EventAsync(long sequence) => (await EventsAsync()).Single(row => row.Sequence == sequence);

    private sealed class LineLogger<T>(ConcurrentQueue<string> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)}");
    }
}
