namespace TwoFactor.Storage.Connections;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

/// <summary>How the database is opened: once for writing, by <see cref="UnitOfWork"/> alone, and as often as needed for reading.</summary>
/// <param name="Text">The configured connection string.</param>
public sealed record DatabaseConnection(string Text)
{
    /// <summary>
    /// The text differs from <see cref="Text"/>, so that readers have a connection pool of their own: a pooled connection keeps its
    /// pragmas.
    /// </summary>
    public string ForReading => new SqliteConnectionStringBuilder(Text) { Pooling = true }.ToString();

    /// <summary>The folder of the database file.</summary>
    public string Folder => Path.GetDirectoryName(Path.GetFullPath(new SqliteConnectionStringBuilder(Text).DataSource))!;

    /// <summary>The writer's connection stays open, so it needs no pool. The driver must never block a thread on a lock for long.</summary>
    public string ForWriting => new SqliteConnectionStringBuilder(Text) { Pooling = false, DefaultTimeout = 1 }.ToString();

    /// <summary>Sets the options of a context that reads or of one that writes.</summary>
    /// <remarks>
    /// EF Core shares its services and the model, which takes long to build, between contexts whose options have the same parts in the same
    /// order. Where the context is a service, the part of the interceptors is always the first, so here it comes first too.
    /// </remarks>
    public void SetOptions(DbContextOptionsBuilder options, bool isReader)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddInterceptors(new SqlitePragmas(isReader)).UseSqlite(isReader ? ForReading : ForWriting);
        ColumnValueOptions.AddTo(options);
    }
}
