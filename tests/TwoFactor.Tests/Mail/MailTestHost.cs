namespace TwoFactor.Tests.Mail;

using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A data directory of its own with a database, a ring and an outbox.</summary>
internal sealed class MailTestHost : ILogger<OutboxSender>, IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 2, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("twofactor-mail-");

    private MailTestHost(Brand? brand, string? url, SmtpOptions? smtp, string? from)
    {
        Brand = brand ?? new Brand("Acme", "Acme", "your help desk", null);
        Url = new PublicUrl(new Uri(url ?? "https://sso.acme.example"));
        Route = new MailRoute(from ?? $"no-reply@{Url.MailDomain}", smtp);
        Memory = new SmtpBackoff(Limits, Time);
        Directory = new DataDirectory(folder.FullName);
        Ring = new SecretsRing(new KeyRingOptions(Directory.File("keys"), null, null));
        Watch = new KeyRingHealth(Ring);
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public DataDirectory Directory { get; }

    public PickupFolder Folder => new(Directory, Limits, Time);

    public SecretsRing Ring { get; }

    public KeyRingHealth Watch { get; }

    public Brand Brand { get; }

    public PublicUrl Url { get; }

    public MailRoute Route { get; }

    public MailLimits Limits { get; init; } = new();

    /// <summary>What the process remembers of the mail server.</summary>
    public SmtpBackoff Memory { get; private set; }

    public KeyedHasher KeyedHasher { get; } = new();

    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public Token Proof { get; } = Token.New();

    public Token NotMe { get; } = Token.New();

    public string DatabaseFile => Directory.File("twofactor.db");

    public static async Task<MailTestHost> OpenAsync(
        CancellationToken cancellation, Brand? brand = null, string? url = null, SmtpOptions? smtp = null, string? from = null)
    {
        var host = new MailTestHost(brand, url, smtp, from);
        host.Ring.CreateFirstKey();
        await using var database = host.Database();
        await database.Database.EnsureCreatedAsync(cancellation);
        var found = await host.Watch.CheckAsync(database, cancellation);
        await database.InStoryAsync(
            work =>
            {
                host.Watch.AddCanaries(work, found.Unknown);
                return Task.FromResult(true);
            },
            cancellation);
        database.Add(KeyedHasher.Create(host.Ring));
        await database.SaveChangesAsync(cancellation);
        Xunit.Assert.True(
            await host.KeyedHasher.LoadAsync(database, host.Ring, await host.Watch.CheckAsync(database, cancellation), cancellation));
        return host;
    }

    public TwoFactorDb Database(params IInterceptor[] interceptors) => Writers.Open(DatabaseFile, Time, interceptors);

    public MailMessage Invitation(string address = "grace@acme.example", string name = "Grace Hopper") =>
        new InvitationMessages(new MailLayout(Url, Brand, Time)).Invitation(
            new Recipient(Guid.NewGuid(), name, "grace", address), Proof, NotMe, UnixTime.Of(Start.AddDays(7)));

    public async Task AddAsync(MailMessage message, CancellationToken cancellation)
    {
        await using var database = Database();
        await database.InStoryAsync(
            work =>
            {
                new Outbox(Ring, Watch).Add(work, message);
                return Task.FromResult(true);
            },
            cancellation);
    }

    public async Task<int> SendAsync(CancellationToken cancellation, KeyRingHealth? health = null, params IInterceptor[] interceptors)
    {
        await using var database = Database(interceptors);
        return await Sender(database, health).SendAsync(cancellation);
    }

    public async Task SweepAsync(CancellationToken cancellation)
    {
        await using var database = Database();
        await Sender(database).SweepAsync(cancellation);
    }

    /// <summary>The process ended and another began: what it remembered is gone.</summary>
    public void Restart() => Memory = new SmtpBackoff(Limits, Time);

    /// <summary>What was audited of mails: account and reason.</summary>
    public async Task<List<(Guid? Account, long? Reason)>> SetAsideAsync(CancellationToken cancellation)
    {
        await using var database = Database();
        var events = await database.Set<AuditEvent>()
            .AsNoTracking()
            .Where(row => row.Kind == AuditKinds.MailSetAside)
            .OrderBy(row => row.Place)
            .ToListAsync(cancellation);
        return [.. events.Select(row => (row.AccountId, row.Number))];
    }

    public async Task<List<OutboxMessage>> RowsAsync(CancellationToken cancellation)
    {
        await using var database = Database();
        return await database.Set<OutboxMessage>().AsNoTracking().OrderBy(row => row.CreatedAt).ThenBy(row => row.Id)
            .ToListAsync(cancellation);
    }

    public string[] Files() =>
        System.IO.Directory.Exists(Folder.Path)
            ? [.. System.IO.Directory.GetFiles(Folder.Path).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Asks what was not sent, in the process that sends.</summary>
    public async Task<T> UnsentAsync<T>(Func<UnsentMail, Task<T>> ask)
    {
        await using var database = Database();
        return await ask(new UnsentMail(database, Rows(database), new Outbox(Ring, Watch), Memory, Limits, Time));
    }

    /// <summary>The way by which mails leave.</summary>
    public MailTransport Transport() => Route.Smtp is { } smtp
        ? new SmtpTransport(smtp, Memory, Limits, Time, this)
        : new PickupFolderTransport(Folder, this);

    private OutboxSender Sender(TwoFactorDb database, KeyRingHealth? health = null) => new(
        Rows(database), new Outbox(Ring, health ?? Watch), new MimeMessageFactory(Url, Brand, Route), Transport(), Memory, Folder, this);

    private OutboxRows Rows(TwoFactorDb database) =>
        new(database, database.GetService<UnitOfWork>(), new AuditLog(KeyedHasher), Limits, Time, this);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception)));

    /// <summary>No line of the log has an address of anybody.</summary>
    public void AssertNamesNobody() => Assert.All(
        Lines, line => Assert.DoesNotContain("@acme", line.Text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await Writers.CloseAsync(DatabaseFile);
        ConnectionPools.Clear($"Data Source={DatabaseFile}");
        Ring.Dispose();
        folder.Delete(recursive: true);
    }
}
