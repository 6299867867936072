namespace TwoFactor.Storage;

using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

/// <summary>Long readings that must see one state of the database, while others go on writing.</summary>
public static class Snapshots
{
    /// <summary>Begins to read one state, which takes no write lock. It ends when it is disposed of.</summary>
    public static Task<IDbContextTransaction> BeginSnapshotAsync(this TwoFactorDb database, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        // The provider's word for a deferred transaction. Any other level is BEGIN IMMEDIATE, which locks.
        return database.Database.BeginTransactionAsync(IsolationLevel.ReadUncommitted, cancellation);
    }
}
