namespace TwoFactor.Hosting.Startup;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;

/// <summary>
/// The checks before a process starts its work: database and key ring must match, otherwise it says why and changes nothing.
/// </summary>
public sealed class StartUp(IServiceProvider services, TwoFactorDb database, DataDirectory data, Settings settings)
{
    private enum DatabaseVersion
    {
        /// <summary>There is no file, or it has none of our tables.</summary>
        Empty,
        Older,
        Current,
        Newer,
    }

    private string DatabaseFile => new SqliteConnectionStringBuilder(settings.ConnectionString).DataSource;

    private string NoDatabase => $"There is no database in {data.Path}. Start the server first: serve";

    private string NewerDatabase => $"The database {DatabaseFile} was made by a newer version. Nothing was changed.";

    /// <summary>
    /// Checks the version of the database. Returns null when it is this version. An empty database is created, but only by <c>serve</c>.
    /// </summary>
    public async Task<string?> PrepareDatabaseAsync(bool create, CancellationToken cancellation)
    {
        if (create)
        {
            CreateOwnerOnly(DatabaseFile);
        }

        switch (await ReadVersionAsync(cancellation))
        {
            case DatabaseVersion.Empty when create:
                await MigrateAsync(cancellation);
                return null;
            case DatabaseVersion.Empty:
                return NoDatabase;
            case DatabaseVersion.Newer:
                return NewerDatabase;
            case DatabaseVersion.Older when create && await WasNeverStartedAsync(cancellation):
                await MigrateAsync(cancellation);
                return null;
            case DatabaseVersion.Older:
                return $"The database {DatabaseFile} is from an older version. Back it up, then run: database migrate";
            default:
                return null;
        }
    }

    /// <summary>Migrates an older database, which only the operator asks for. Returns null when it is this version now.</summary>
    public async Task<string?> MigrateOlderAsync(CancellationToken cancellation)
    {
        switch (await ReadVersionAsync(cancellation))
        {
            case DatabaseVersion.Empty:
                return NoDatabase;
            case DatabaseVersion.Newer:
                return NewerDatabase;
            default:
                await MigrateAsync(cancellation);
                return null;
        }
    }

    /// <summary>Checks the ring against the canaries, makes the first key on the first start only, and opens the MAC key.</summary>
    public async Task<string?> PrepareKeysAsync(bool create, CancellationToken cancellation)
    {
        var ring = services.GetRequiredService<SecretsRing>();
        var health = services.GetRequiredService<KeyRingHealth>();

        // Both are checked: somebody who deleted only the canaries must not get a new ring beside the existing secrets.
        var isFirst = !await database.Set<KeyCanary>().AnyAsync(cancellation) && !await database.Set<MacKey>().AnyAsync(cancellation);
        if (isFirst)
        {
            if (!create)
            {
                return $"The database in {data.Path} was not started yet. Start the server first: serve";
            }

            if (await CreateKeysAsync(ring, health, cancellation) is { } refusal)
            {
                return refusal;
            }
        }

        var check = await health.CheckAsync(database, cancellation);
        if (check.Problem is { } problem)
        {
            return problem;
        }

        if (!await services.GetRequiredService<KeyedHasher>().LoadAsync(database, ring, check, cancellation))
        {
            return "The key of the keyed hashes in the database does not open: its row is missing or was altered. Nothing was "
                + "changed. Restore "
                + "the database from your backup.";
        }

        if (check.Unknown.Count > 0 && !create)
        {
            return $"The key ring in {ring.Directory} has a key that the database does not know. Nothing was changed. The server "
                + "takes it in within a minute, or at its start: serve";
        }

        await AdoptAsync(check, cancellation);
        return null;
    }

    /// <summary>
    /// Accepts the keys that somebody added to a consistent ring: Data Protection may protect with any of them from now on.
    /// </summary>
    public async Task AdoptAsync(KeyRingCheck check, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(check);
        if (!check.IsConsistent || check.Unknown.Count == 0)
        {
            return;
        }

        var health = services.GetRequiredService<KeyRingHealth>();
        await services.GetRequiredService<UnitOfWork>().RunAsync(
            Actor.Server,
            Locks.None,
            work =>
            {
                health.AddCanaries(work, check.Unknown);
                services.GetRequiredService<AuditLog>().Record(work, AuditKinds.KeysAdopted, null, check.Unknown.Count);
                return Task.FromResult(new Committed<int>(check.Unknown.Count));
            },
            cancellation);
        await health.CheckAsync(database, cancellation);
    }

    private async Task<string?> CreateKeysAsync(SecretsRing ring, KeyRingHealth health, CancellationToken cancellation)
    {
        var (readable, problem) = ring.Read();
        if (problem is not null && Directory.Exists(ring.Directory))
        {
            return $"The key ring in {ring.Directory} is not empty and does not open ({problem}). Nothing was changed. Empty the "
                + "folder, or give the certificate that wraps it.";
        }

        if (readable.Count == 0)
        {
            ring.CreateFirstKey();
        }

        // One story: a process that is killed in between must not leave keys without the event of their creation.
        await services.GetRequiredService<UnitOfWork>().RunAsync(
            Actor.Server,
            Locks.None,
            async work =>
            {
                health.AddCanaries(work, (await health.CheckAsync(work.Rows, CancellationToken.None)).Unknown);
                await work.SaveAsync();
                work.Add(KeyedHasher.Create(ring));
                work.Add(new Instance { Id = 1 });
                await work.SaveAsync();

                // Recording the event needs the MAC key that was made just now. A story that is run again makes another key, and loads that
                // one.
                var check = await health.CheckAsync(work.Rows, CancellationToken.None);
                await services.GetRequiredService<KeyedHasher>().LoadAsync(work.Rows, ring, check, CancellationToken.None);
                services.GetRequiredService<AuditLog>().Record(work, AuditKinds.KeysCreated, null);
                return new Committed<Guid>(check.Readable.First());
            },
            cancellation);
        return null;
    }

    /// <summary>
    /// Whether no start was ever completed. A first start that was killed between two migrations leaves an older database that holds
    /// nothing yet.
    /// </summary>
    private async Task<bool> WasNeverStartedAsync(CancellationToken cancellation) =>
        (await database.Database.SqlQuery<int>($"SELECT (SELECT COUNT(*) FROM key_canary) + (SELECT COUNT(*) FROM mac_key) AS Value")
            .ToListAsync(cancellation))
            .Single() == 0;

    private async Task<DatabaseVersion> ReadVersionAsync(CancellationToken cancellation)
    {
        if (!File.Exists(DatabaseFile) || await IsEmptyAsync(cancellation))
        {
            return DatabaseVersion.Empty;
        }

        var known = database.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellation)).ToList();
        if (applied.Any(migration => !known.Contains(migration)))
        {
            return DatabaseVersion.Newer;
        }

        return applied.Count == known.Count ? DatabaseVersion.Current : DatabaseVersion.Older;
    }

    private Task MigrateAsync(CancellationToken cancellation) => services.GetRequiredService<Migrator>().MigrateAsync(cancellation);

    /// <summary>
    /// Creates the file itself, because SQLite would make it readable by everybody. SQLite's wal and shm files take over its mode.
    /// </summary>
    private static void CreateOwnerOnly(string file)
    {
        if (!File.Exists(file))
        {
            new FileStream(file, DataDirectory.OwnerOnly(FileMode.OpenOrCreate, FileShare.ReadWrite)).Dispose();
        }
    }

    /// <summary>
    /// Whether the database has none of our tables. EF's table of migrations alone is left when a process is killed during the first
    /// migration.
    /// </summary>
    private async Task<bool> IsEmptyAsync(CancellationToken cancellation) =>
        (await database.Database
            .SqlQuery<int>(
                $"""
                 SELECT COUNT(*) AS Value FROM sqlite_master
                  WHERE type='table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#' AND name NOT LIKE '#_#_EF%' ESCAPE '#'
                 """)
            .ToListAsync(cancellation)).Single() == 0;
}
