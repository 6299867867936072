namespace TwoFactor.Keys;

using System.Collections.Frozen;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>The result of one check of the key ring against the database.</summary>
/// <param name="Readable">The keys in use that decrypt their own canary.</param>
/// <param name="Unknown">Readable keys that have no canary yet: somebody added them to the ring.</param>
/// <param name="Problem">What is wrong, written for an operator; null when the ring matches the database.</param>
public sealed record KeyRingCheck(FrozenSet<Guid> Readable, FrozenSet<Guid> Unknown, string? Problem)
{
    public bool IsConsistent => Problem is null;
}

/// <summary>
/// Checks whether the key ring matches the database: at the start, before anything may be protected or unprotected, and each minute after
/// that.
/// </summary>
public sealed class KeyRingHealth(SecretsRing ring)
{
    private volatile KeyRingCheck current = new(FrozenSet<Guid>.Empty, FrozenSet<Guid>.Empty, "The key ring was not read yet.");

    /// <summary>The result of the last check.</summary>
    public KeyRingCheck Current => current;

    /// <summary>Must be called before anything is protected.</summary>
    /// <exception cref="KeyRingProblemException">The key ring does not match the database.</exception>
    public void RequireConsistent()
    {
        if (!current.IsConsistent)
        {
            throw new KeyRingProblemException();
        }
    }

    /// <summary>Checks now and keeps the result in <see cref="Current"/>. Writes nothing.</summary>
    public async Task<KeyRingCheck> CheckAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        var canaries = await database.Set<KeyCanary>().AsNoTracking().ToListAsync(cancellation);
        var (readable, trouble) = ring.Read();
        var opened = canaries
            .Where(canary => readable.TryGetValue(canary.KeyId, out var encryptor) && SecretsRing.OpensCanary(canary, encryptor))
            .Select(canary => canary.KeyId)
            .ToFrozenSet();
        var unknown = readable.Keys.Except(canaries.Select(canary => canary.KeyId)).ToFrozenSet();
        if (unknown.Count == 0)
        {
            ring.ProtectWithAll();
        }

        var problem = opened.Count < canaries.Count || trouble is not null
            ? await DescribeAsync(database, opened, trouble, cancellation)
            : null;
        return current = new KeyRingCheck(opened, unknown, problem);
    }

    /// <summary>Adds the canaries of keys. Without a canary nothing that is protected with a key can be stored.</summary>
    public void AddCanaries(Work work, IReadOnlySet<Guid> keys)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var (key, encryptor) in ring.Read().Readable.Where(key => keys.Contains(key.Key)))
        {
            work.Add(new KeyCanary
            {
                KeyId = key,
                Canary = SecretsRing.MakeCanary(key, encryptor),
                CreatedAt = work.Now,
            });
        }
    }

    private async Task<string> DescribeAsync(
        TwoFactorDb database, FrozenSet<Guid> opened, string? trouble, CancellationToken cancellation)
    {
        var (all, lost) = await CountSecretsAsync(database, opened, cancellation);
        var cause = trouble is null ? "" : $" ({trouble})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The key ring in {ring.Directory} cannot read {lost:N0} of {all:N0} secrets in the database{cause}. ")
            + "Nothing was changed. Restore the ring from your backup, then run: keys check";
    }

    /// <summary>Counts the secrets in every table that refers to a key, whichever noun it belongs to.</summary>
    private static async Task<(long All, long Lost)> CountSecretsAsync(
        TwoFactorDb database, FrozenSet<Guid> opened, CancellationToken cancellation)
    {
        var (all, lost) = (0L, 0L);
        var tables = database.Model.GetEntityTypes()
            .Where(entity => entity.GetForeignKeys().Any(key => key.PrincipalEntityType.ClrType == typeof(KeyCanary)))
            .Select(entity => entity.GetTableName());
        foreach (var table in tables)
        {
            // The name of the table comes from the EF Core model, never from a request.
            var statement = $"SELECT key_id AS KeyId, COUNT(*) AS Uses FROM {table} WHERE key_id IS NOT NULL GROUP BY key_id";
            var rows = await database.Database.SqlQueryRaw<KeyUse>(statement).ToListAsync(cancellation);
            all += rows.Sum(row => row.Uses);
            lost += rows.Where(row => !opened.Contains(row.KeyId)).Sum(row => row.Uses);
        }

        return (all, lost);
    }

    private sealed record KeyUse(Guid KeyId, long Uses);
}
