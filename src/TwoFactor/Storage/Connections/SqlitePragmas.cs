namespace TwoFactor.Storage.Connections;

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>
/// Sets what a SQLite connection must hold to, each time one opens: the pragmas belong to the connection, not to the file.
/// </summary>
/// <remarks>
/// FULL, since an acknowledged spend must survive a power cut; secure_delete, since an erased secret must leave the file;
/// trusted_schema off, since whoever writes to the file must not get code run.
/// </remarks>
/// <param name="isReader">What reads cannot write: only <see cref="UnitOfWork"/> does.</param>
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
