namespace TwoFactor.Hosting.Startup;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;

/// <summary>
/// What stands between a process and its work: database and key ring must fit each other, or it says why and changes nothing.
/// </summary>
public sealed class StartUp(IServiceProvider services, TwoFactorDb database, DataDirectory data, Settings settings)
{
    private enum DatabaseVersion
    {
        /// <summary>There is no file, or none of our tables in it.</summary>
        Empty,
        Older,
        Current,
        Newer,
    }

    private string DatabaseFile => new SqliteConnectionStringBuilder(settings.ConnectionString).DataSource;

    private string NoDatabase => $"There is no database in {data.Path}. Start the server first: serve";

    private string NewerDatabase => $"The database {DatabaseFile} was made by a newer version. Nothing was changed.";

    /// <summary>Looks at the database. Null: it is of this version. An empty one is made, but only by <c>serve</c>.</summary>
    public async Task<string?> PrepareDatabaseAsync(bool create, CancellationToken cancellation)
    {
        if (create)
        {
            CreateOwnerOnly(DatabaseFile);
        }

        switch (await LookAtDatabaseAsync(cancellation))
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

    /// <summary>Brings an older database to this version, which only the operator asks for. Null: it is of this version now.</summary>
    public async Task<string?> MigrateOlderAsync(CancellationToken cancellation)
    {
        switch (await LookAtDatabaseAsync(cancellation))
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

    /// <summary>Checks the ring against the canaries, makes the first key on the first start only, and opens the verifier key.</summary>
    public async Task<string?> PrepareKeysAsync(bool create, CancellationToken cancellation)
    {
        var ring = services.GetRequiredService<SecretsRing>();
        var health = services.GetRequiredService<KeyRingHealth>();

        // Both are asked: who deleted the canaries alone must not get a new ring beside the secrets.
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
        if (check.Problem is { } misfit)
        {
            return misfit;
        }

        if (!await services.GetRequiredService<KeyedHasher>().LoadAsync(database, ring, check, cancellation))
        {
            return "The verifier key in the database does not open: its row is missing or was altered. Nothing was changed. Restore "
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
    /// Takes in the keys that somebody added to a ring that fits: Data Protection may protect with any of them from now on.
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
                return Task.FromResult(new Kept<int>(check.Unknown.Count));
            },
            cancellation);
        await health.CheckAsync(database, cancellation);
    }

    private async Task<string?> CreateKeysAsync(SecretsRing ring, KeyRingHealth health, CancellationToken cancellation)
    {
        var (readable, trouble) = ring.Read();
        if (trouble is not null && Directory.Exists(ring.Directory))
        {
            return $"The key ring in {ring.Directory} is not empty and does not open ({trouble}). Nothing was changed. Empty the "
                + "folder, or give the certificate that wraps it.";
        }

        if (readable.Count == 0)
        {
            ring.CreateFirstKey();
        }

        // All of it or nothing: a kill in between must not leave keys whose making no event tells.
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

                // The event takes the key that was made just now; a story that runs again makes another, and loads that.
                var check = await health.CheckAsync(work.Rows, CancellationToken.None);
                await services.GetRequiredService<KeyedHasher>().LoadAsync(work.Rows, ring, check, CancellationToken.None);
                services.GetRequiredService<AuditLog>().Record(work, AuditKinds.KeysCreated, null);
                return new Kept<Guid>(check.Readable.First());
            },
            cancellation);
        return null;
    }

    /// <summary>A first start that was killed between two migrations left an older database, in which nobody has anything yet.</summary>
    private async Task<bool> WasNeverStartedAsync(CancellationToken cancellation) =>
        (await database.Database.SqlQuery<int>($"SELECT (SELECT COUNT(*) FROM key_canary) + (SELECT COUNT(*) FROM mac_key) AS Value")
            .ToListAsync(cancellation))
            .Single() == 0;

    private async Task<DatabaseVersion> LookAtDatabaseAsync(CancellationToken cancellation)
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

    /// <summary>SQLite would make the file readable by everybody; its wal and shm take over the mode of an existing one.</summary>
    private static void CreateOwnerOnly(string file)
    {
        if (!File.Exists(file))
        {
            new FileStream(file, DataDirectory.OwnerOnly(FileMode.OpenOrCreate, FileShare.ReadWrite)).Dispose();
        }
    }

    /// <summary>None of our tables; the bookkeeping of migrations alone is what a kill during the first one leaves.</summary>
    private async Task<bool> IsEmptyAsync(CancellationToken cancellation) =>
        (await database.Database
            .SqlQuery<int>(
                $"""
                 SELECT COUNT(*) AS Value FROM sqlite_master
                  WHERE type='table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#' AND name NOT LIKE '#_#_EF%' ESCAPE '#'
                 """)
            .ToListAsync(cancellation)).Single() == 0;
}
