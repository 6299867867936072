namespace TwoFactor.Keys;

using System.Collections.Frozen;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>One look at the ring against the database.</summary>
/// <param name="Readable">The keys in use that open their own canary.</param>
/// <param name="Unknown">Keys that open and have no canary yet: somebody added them to the ring.</param>
/// <param name="Problem">What is wrong, as an operator reads it; null: the ring fits.</param>
public sealed record KeyRingCheck(FrozenSet<Guid> Readable, FrozenSet<Guid> Unknown, string? Problem)
{
    public bool IsConsistent => Problem is null;
}

/// <summary>Whether the ring fits the database: asked at start before anything may protect or unprotect, and each minute after.</summary>
public sealed class KeyRingHealth(SecretsRing ring)
{
    private volatile KeyRingCheck current = new(FrozenSet<Guid>.Empty, FrozenSet<Guid>.Empty, "The key ring was not read yet.");

    /// <summary>The last look.</summary>
    public KeyRingCheck Current => current;

    /// <summary>Asked before anything is protected.</summary>
    /// <exception cref="KeyRingProblemException">The ring does not fit.</exception>
    public void RequireConsistent()
    {
        if (!current.IsConsistent)
        {
            throw new KeyRingProblemException();
        }
    }

    /// <summary>Looks now, and keeps the answer. Writes nothing.</summary>
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
        var misfit = opened.Count < canaries.Count || trouble is not null
            ? await DescribeAsync(database, opened, trouble, cancellation)
            : null;
        return current = new KeyRingCheck(opened, unknown, misfit);
    }

    /// <summary>Gives keys their canaries, without which nothing protected by them can be stored.</summary>
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

    /// <summary>Counts over every table whose rows name a key, whichever noun it belongs to.</summary>
    private static async Task<(long All, long Lost)> CountSecretsAsync(
        TwoFactorDb database, FrozenSet<Guid> opened, CancellationToken cancellation)
    {
        var (all, lost) = (0L, 0L);
        var tables = database.Model.GetEntityTypes()
            .Where(entity => entity.GetForeignKeys().Any(key => key.PrincipalEntityType.ClrType == typeof(KeyCanary)))
            .Select(entity => entity.GetTableName());
        foreach (var table in tables)
        {
            // The name comes from the model, never from a request.
            var statement = $"SELECT key_id AS KeyId, COUNT(*) AS Uses FROM {table} WHERE key_id IS NOT NULL GROUP BY key_id";
            var rows = await database.Database.SqlQueryRaw<KeyUse>(statement).ToListAsync(cancellation);
            all += rows.Sum(row => row.Uses);
            lost += rows.Where(row => !opened.Contains(row.KeyId)).Sum(row => row.Uses);
        }

        return (all, lost);
    }

    private sealed record KeyUse(Guid KeyId, long Uses);
}
