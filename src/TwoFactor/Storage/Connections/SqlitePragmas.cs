namespace TwoFactor.Storage.Connections;

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>Sets the pragmas each time a SQLite connection opens: they belong to the connection, not to the file.</summary>
/// <remarks>
/// synchronous=FULL, because an accepted code must stay used after a power cut. secure_delete, because an erased secret must leave the
/// file. trusted_schema=OFF, so that somebody who can change the schema in the file cannot run code with it.
/// </remarks>
/// <param name="isReader">Whether the connection only reads: only <see cref="UnitOfWork"/> and migrations write.</param>
public sealed class SqlitePragmas(bool isReader) : DbConnectionInterceptor
{
    public const string Statement =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
        + "PRAGMA trusted_schema=OFF; PRAGMA busy_timeout=5000;";

    private string Text => Statement + (isReader ? "PRAGMA query_only=ON;" : "PRAGMA query_only=OFF;");

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var command = connection.CreateCommand();
        command.CommandText = Text;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
        await using (command)
        {
            command.CommandText = Text;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
