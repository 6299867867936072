namespace TwoFactor.Hosting.Startup;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Storage.Schema;

/// <summary>
/// The checks before a process starts its work: database and key ring must match, otherwise it says why and changes nothing.
/// </summary>
public sealed class StartUp(
    IServiceProvider services,
    TwoFactorDb database,
    DatabaseVersions versions,
    SchemaCheck schema,
    MarkFiles marks,
    DataDirectory data,
    Settings settings)
{
    private string DatabaseFile => new SqliteConnectionStringBuilder(settings.ConnectionString).DataSource;

    private string NoDatabase => $"There is no database in {data.Path}. Start the server first: serve";

    /// <summary>Whoever removed the database, or what is in it, gets no new set-up by that.</summary>
    private string UsedBefore(string mark) =>
        $"The database {DatabaseFile} is empty or lost its keys, but {mark} says that this installation was in use. Nothing was set up. "
            + $"Restore a backup. To begin anew, delete {string.Join(" and ", marks.All)} first.";

    private string NewerDatabase => $"The database {DatabaseFile} was made by a newer version. Nothing was changed.";

    /// <summary>
    /// Checks the version and the schema of the database. Returns null when both are right. An empty database is created, but only by
    /// <c>serve</c>.
    /// </summary>
    public Task<string?> PrepareDatabaseAsync(bool create, CancellationToken cancellation) =>
        TryAsync(async () =>
        {
            if (create)
            {
                CreateOwnerOnly(DatabaseFile);
            }

            switch (await versions.ReadAsync(DatabaseFile, cancellation))
            {
                case DatabaseVersion.Empty when create && marks.Existing() is { } mark:
                    return UsedBefore(mark);
                case DatabaseVersion.Empty when create:
                    break;
                case DatabaseVersion.Empty:
                    return NoDatabase;
                case DatabaseVersion.Newer:
                    return NewerDatabase;
                case DatabaseVersion.Older when create && await versions.WasNeverStartedAsync(cancellation):
                    break;
                case DatabaseVersion.Older:
                    return $"The database {DatabaseFile} is from an older version. Back it up, then run: database migrate";
                default:
                    return ForeignSchema(await schema.FindAsync(database, cancellation));
            }

            return await MigrateAsync(cancellation);
        });

    /// <summary>Migrates an older database, which only the operator asks for. Returns null when it is this version now.</summary>
    public Task<string?> MigrateOlderAsync(CancellationToken cancellation) =>
        TryAsync(async () => await versions.ReadAsync(DatabaseFile, cancellation) switch
        {
            DatabaseVersion.Empty => NoDatabase,
            DatabaseVersion.Newer => NewerDatabase,
            _ => await MigrateAsync(cancellation),
        });

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

            if (marks.Existing() is { } mark)
            {
                return UsedBefore(mark);
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

        await services.GetRequiredService<HighWater>().RememberAsync(cancellation);
        if (create && await services.GetRequiredService<HighWater>().FindOlderDatabaseAsync(database, cancellation) is { } older)
        {
            return older;
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
    /// Migrates only a schema that our migrations made: what somebody planted would be in force while they run, and stay.
    /// </summary>
    private async Task<string?> MigrateAsync(CancellationToken cancellation)
    {
        var last = await versions.LastAppliedAsync(cancellation);
        if (ForeignSchema(await schema.FindInOlderAsync(database, last, cancellation)) is { } refusal)
        {
            return refusal;
        }

        await services.GetRequiredService<Migrator>().MigrateAsync(cancellation);
        return ForeignSchema(await schema.FindAsync(database, cancellation));
    }

    private string? ForeignSchema(IReadOnlyList<string> differences) => differences.Count == 0
        ? null
        : $"The schema of the database {DatabaseFile} is not TwoFactor's: {SchemaCheck.Summary(differences)}. Nothing was changed. "
            + "Somebody wrote to the file: keep a copy of it, find out who, and restore a backup from before. What is foreign can also be "
            + "dropped with the tool sqlite3.";

    /// <summary>Says in a sentence why SQLite cannot open or read the file.</summary>
    private async Task<string?> TryAsync(Func<Task<string?>> prepare)
    {
        try
        {
            return await prepare();
        }
        catch (UnsafeConnectionException unsafeConnection)
        {
            return $"The database {DatabaseFile} cannot be used: {unsafeConnection.Message} Nothing was changed.";
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            return $"The database {DatabaseFile} cannot be read ({SchemaCheck.Printable(damaged.Message)}). Nothing was changed. Keep a "
                + "copy of it, and restore a backup.";
        }
        catch (SqliteException closed) when (closed.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_FULL or raw.SQLITE_IOERR
            or raw.SQLITE_READONLY)
        {
            return $"The database {DatabaseFile} cannot be opened ({SchemaCheck.Printable(closed.Message)}). Look whether its disk is "
                + "full, and whether this user may write to its folder.";
        }
    }

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
}
