namespace TwoFactor.Storage.Connections;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

/// <summary>
/// The rows of runs that were rolled back. A story that runs again must forget them: what it adds or changes in them would be lost, or
/// be a lie.
/// </summary>
internal sealed class FormerRows(TwoFactorDb rows) : IDisposable
{
    private readonly Dictionary<object, IReadOnlyList<(IProperty Property, object? Value)>> known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Keeps what is tracked at the end of a run that failed.</summary>
    public void Remember()
    {
        foreach (var entry in rows.ChangeTracker.Entries())
        {
            // What the run changed is undone in memory too: the same change in the next run is then seen, and refused.
            if (entry.State == EntityState.Modified)
            {
                entry.CurrentValues.SetValues(entry.OriginalValues);
            }

            known[entry.Entity] = [.. entry.Properties.Select(
                property => (property.Metadata, property.Metadata.GetValueComparer().Snapshot(property.CurrentValue)))];
        }
    }

    /// <summary>From now on a row of a former run is refused when it is added or attached.</summary>
    public IDisposable Watch()
    {
        if (known.Count > 0)
        {
            rows.ChangeTracker.Tracking += Refuse;
        }

        return this;
    }

    /// <summary>A row of a former run that was changed since would change nothing in the database.</summary>
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

    private static InvalidOperationException Kept(object row) => new($"A story kept a {row.GetType().Name} of a run that was rolled back.");
}
