namespace TwoFactor.Tests.Mail;

using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>A data directory of its own with a database, a ring and an outbox.</summary>
internal sealed class Desk : ILogger<OutboxSender>, IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 2, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("twofactor-mail-");

    private Desk(Brand? brand, string? url)
    {
        Brand = brand ?? new Brand("Acme", "Acme", "your help desk", null);
        Url = new PublicUrl(new Uri(url ?? "https://sso.acme.example"));
        Directory = new DataDirectory(folder.FullName);
        Ring = new SecretsRing(new KeyRingOptions(Directory.File("keys"), null, null));
        Watch = new RingWatch(Ring, Time);
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public DataDirectory Directory { get; }

    public SecretsRing Ring { get; }

    public RingWatch Watch { get; }

    public Brand Brand { get; }

    public PublicUrl Url { get; }

    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public Token Proof { get; } = Token.New();

    public Token NotMe { get; } = Token.New();

    public string DatabaseFile => Directory.File("twofactor.db");

    public static async Task<Desk> OpenAsync(CancellationToken cancellation, Brand? brand = null, string? url = null)
    {
        var desk = new Desk(brand, url);
        desk.Ring.CreateFirstKey();
        await using var database = desk.Database();
        await database.Database.EnsureCreatedAsync(cancellation);
        desk.Watch.AddCanaries(database, (await desk.Watch.LookAsync(database, cancellation)).Unknown);
        await database.SaveChangesAsync(cancellation);
        await desk.Watch.LookAsync(database, cancellation);
        return desk;
    }

    public TwoFactorDb Database(params IInterceptor[] interceptors) =>
        new(new DbContextOptionsBuilder<TwoFactorDb>()
            .UseSqlite($"Data Source={DatabaseFile}")
            .AddInterceptors([new SqlitePragmas(), .. interceptors])
            .Options);

    public Letter Invitation(string address = "grace@acme.example", string name = "Grace Hopper") =>
        new Letters(Url, Brand, Time).Invitation(
            new Recipient(Guid.NewGuid(), name, "grace", address), Proof, NotMe, Start.AddDays(7).ToUnixTimeSeconds());

    public async Task AddAsync(Letter letter, CancellationToken cancellation)
    {
        await using var database = Database();
        await database.InTransactionAsync(
            () =>
            {
                new Outbox(database, Ring, Time).Add(letter);
                return Task.FromResult(true);
            },
            cancellation);
    }

    public async Task<int> SendAsync(CancellationToken cancellation, RingWatch? watch = null, params IInterceptor[] interceptors)
    {
        await using var database = Database(interceptors);
        return await new OutboxSender(database, Ring, watch ?? Watch, Directory, Url, Brand, Time, this).SendAsync(cancellation);
    }

    public async Task<List<OutboxMessage>> RowsAsync(CancellationToken cancellation)
    {
        await using var database = Database();
        return await database.Set<OutboxMessage>().AsNoTracking().OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).ToListAsync(cancellation);
    }

    public string[] Files() =>
        System.IO.Directory.Exists(Directory.File(OutboxSender.Folder))
            ? [.. System.IO.Directory.GetFiles(Directory.File(OutboxSender.Folder)).Order(StringComparer.Ordinal)]
            : [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception)));

    public ValueTask DisposeAsync()
    {
        using var pool = new SqliteConnection($"Data Source={DatabaseFile}");
        SqliteConnection.ClearPool(pool);
        Ring.Dispose();
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
