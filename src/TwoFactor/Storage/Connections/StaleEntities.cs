namespace TwoFactor.Storage.Connections;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

/// <summary>
/// The entities of runs that were rolled back. A story that runs again must not reuse them: their changes would be lost, or would not match
/// the database.
/// </summary>
internal sealed class StaleEntities(TwoFactorDb rows) : IDisposable
{
    private readonly Dictionary<object, IReadOnlyList<(IProperty Property, object? Value)>> known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Records the entities that are tracked when a run fails.</summary>
    public void Remember()
    {
        foreach (var entry in rows.ChangeTracker.Entries())
        {
            // Undo the changes of the run in memory too. If the next run makes the same change to a kept entity, RefuseChanged then sees
            // it.
            if (entry.State == EntityState.Modified)
            {
                entry.CurrentValues.SetValues(entry.OriginalValues);
            }

            known[entry.Entity] = [.. entry.Properties.Select(
                property => (property.Metadata, property.Metadata.GetValueComparer().Snapshot(property.CurrentValue)))];
        }
    }

    /// <summary>From now on an entity of an earlier run is refused when it is added or attached.</summary>
    public IDisposable Watch()
    {
        if (known.Count > 0)
        {
            rows.ChangeTracker.Tracking += Refuse;
        }

        return this;
    }

    /// <summary>Refuses an entity of an earlier run that was changed since: the change would not reach the database.</summary>
    public void RefuseChanged()
    {
        foreach (var (row, before) in known)
        {
            var now = rows.Entry(row).CurrentValues;
            if (before.Any(property => !property.Property.GetValueComparer().Equals(property.Value, now[property.Property])))
            {
                throw Kept(row);
            }
        }
    }

    public void Dispose() => rows.ChangeTracker.Tracking -= Refuse;

    private void Refuse(object? sender, EntityTrackingEventArgs tracking)
    {
        if (known.ContainsKey(tracking.Entry.Entity))
        {
            throw Kept(tracking.Entry.Entity);
        }
    }

    private static InvalidOperationException Kept(object row) =>
        new($"A story must not reuse a {row.GetType().Name} of a run that was rolled back.");
}
