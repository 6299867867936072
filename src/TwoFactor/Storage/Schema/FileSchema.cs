namespace TwoFactor.Storage.Schema;

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

/// <summary>One entry of the schema: a table, an index, a trigger or a view.</summary>
/// <param name="Sql">The statement that made it; null for an index that SQLite made by itself.</param>
public sealed record SchemaObject(string Type, string Name, string Table, string? Sql);

/// <summary>The schema as it stands in a database file.</summary>
public sealed class FileSchema
{
    private const string Query = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";

    /// <summary>
    /// What may stand in the file or not, each with its exact text: the bookkeeping of migrations, and the statistics of ANALYZE. Somebody
    /// who adds a constraint to one of these makes another text.
    /// </summary>
    private static readonly HashSet<SchemaObject> Optional =
    [
        Table("__EFMigrationsHistory", """
            CREATE TABLE "__EFMigrationsHistory" (
                "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
                "ProductVersion" TEXT NOT NULL
            )
            """),
        new("index", "sqlite_autoindex___EFMigrationsHistory_1", "__EFMigrationsHistory", null),
        Table("__EFMigrationsLock", """
            CREATE TABLE "__EFMigrationsLock" (
                "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
                "Timestamp" TEXT NOT NULL
            )
            """),
        Table("sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)"),
        Table("sqlite_stat4", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"),
    ];

    internal FileSchema(IReadOnlyList<SchemaObject> objects)
    {
        Objects = objects;
        Fingerprint = Hash(objects);
    }

    /// <summary>Without what is optional.</summary>
    public IReadOnlyList<SchemaObject> Objects { get; }

    /// <summary>SHA-256 over <see cref="Objects"/>, in hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads the schema from the file itself, not what the connection remembers of it.</summary>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    internal static FileSchema Read(sqlite3 connection)
    {
        var objects = new List<SchemaObject>();
        Check(connection, raw.sqlite3_prepare_v2(connection, Query, out var statement), raw.SQLITE_OK);
        using (statement)
        {
            int answer;
            while ((answer = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
            {
                var entry = new SchemaObject(
                    Text(statement, 0) ?? "", Text(statement, 1) ?? "", Text(statement, 2) ?? "", Text(statement, 3));
                if (!Optional.Contains(entry))
                {
                    objects.Add(entry);
                }
            }

            Check(connection, answer, raw.SQLITE_DONE);
        }

        return new FileSchema(objects);
    }

    internal static void Check(sqlite3 connection, int answer, int expected)
    {
        const int primary = 0xff;
        if (answer != expected)
        {
            throw new SqliteException(raw.sqlite3_errmsg(connection).utf8_to_string(), answer & primary, answer);
        }
    }

    /// <summary>
    /// All bytes of the text: what stands behind a zero byte counts too. Line ends do not: they are those of the system that made the text.
    /// </summary>
    private static string? Text(sqlite3_stmt statement, int column) =>
        raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL
            ? null
            : Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column)).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static SchemaObject Table(string name, string sql) => new("table", name, name, sql.ReplaceLineEndings("\n"));

    /// <summary>Each text goes in with its length, so that two schemas never make the same bytes.</summary>
    private static string Hash(IReadOnlyList<SchemaObject> objects)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var text in objects.SelectMany(entry => new[] { entry.Type, entry.Name, entry.Table, entry.Sql }))
        {
            var bytes = Encoding.UTF8.GetBytes(text ?? "");
            BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
