namespace TwoFactor.Tests.Storage.Connections;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using Xunit;

/// <summary>No connection, reading or writing, obeys what lies in the file, and none is used that would not keep a setting.</summary>
public sealed class SqlitePragmasTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("twofactor-pragmas-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => Path.Combine(folder.FullName, "pragmas.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_trigger_does_nothing_a_view_is_refused_and_a_foreign_key_is_obeyed()
    {
        await PlantAsync();
        await using var database = Open(isReader: false);

        await database.Database.ExecuteSqlAsync($"INSERT INTO guard VALUES (1, 0), (2, 0)", Cancellation);
        await database.Database.ExecuteSqlAsync($"INSERT INTO child VALUES (1)", Cancellation);
        await database.Database.ExecuteSqlAsync($"UPDATE guard SET fails=fails+1", Cancellation);
        Assert.Equal([1, 1], await database.Database.SqlQuery<int>($"SELECT fails AS Value FROM guard").ToListAsync(Cancellation));
        Assert.Equal([7L], await database.Database.SqlQuery<long>(
            $"UPDATE guard SET fails=7 WHERE id=2 RETURNING fails AS Value").ToListAsync(Cancellation));
        await database.Database.ExecuteSqlAsync($"DELETE FROM guard WHERE id=1", Cancellation);
        Assert.Equal([0], await database.Database.SqlQuery<int>($"SELECT COUNT(*) AS Value FROM child").ToListAsync(Cancellation));

        foreach (var isReader in new[] { true, false })
        {
            await using var asks = Open(isReader);
            var refused = await Assert.ThrowsAsync<SqliteException>(
                () => asks.Database.SqlQuery<int>($"SELECT fails AS Value FROM planted_view").ToListAsync(Cancellation));
            Assert.Contains("prohibited", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("UPDATE sqlite_schema SET sql=sql", "may not be modified")]
    [InlineData("UPDATE guard SET fails=\"no column\"", "no such column")]
    public async Task Neither_the_schema_nor_a_mistyped_name_is_written(string statement, string refusal)
    {
        await PlantAsync();
        await using var database = Open(isReader: false);
        await database.Database.ExecuteSqlAsync($"PRAGMA writable_schema=ON", Cancellation);

        var refused = await Assert.ThrowsAsync<SqliteException>(() => database.Database.ExecuteSqlRawAsync(statement, Cancellation));

        Assert.Contains(refusal, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_cannot_write_and_a_setting_that_did_not_hold_is_an_error()
    {
        await PlantAsync();
        await using (var reading = Open(isReader: true))
        {
            Assert.Equal(8, (await Assert.ThrowsAsync<SqliteException>(
                () => reading.Database.ExecuteSqlAsync($"UPDATE guard SET fails=1", Cancellation))).SqliteErrorCode);
        }

        // A database in memory has no write-ahead log, as a file on some network drives has none.
        await using var memory = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite("Data Source=:memory:")
            .AddInterceptors(new SqlitePragmas(isReader: false)).Options);
        var refused = await Assert.ThrowsAsync<UnsafeConnectionException>(() => memory.Database.OpenConnectionAsync(Cancellation));
        Assert.Equal("SQLite did not take the setting journal_mode; it says: memory.", refused.Message);
    }

    /// <summary>The settings belong to the connection: asking for each of them at each use would cost more than most reads.</summary>
    [Fact]
    public async Task A_connection_from_the_pool_is_not_set_up_again()
    {
        await PlantAsync();
        await using (var first = Open(isReader: true))
        {
            await first.Database.OpenConnectionAsync(Cancellation);
            await first.Database.ExecuteSqlAsync($"PRAGMA busy_timeout=1234", Cancellation);
        }

        await using var second = Open(isReader: true);
        Assert.Equal([1234], await second.Database.SqlQuery<int>($"PRAGMA busy_timeout").ToListAsync(Cancellation));

        // It reads still: a writer's settings are others.
        await using var writing = Open(isReader: false);
        Assert.Equal([5000], await writing.Database.SqlQuery<int>($"PRAGMA busy_timeout").ToListAsync(Cancellation));
    }

    private TwoFactorDb Open(bool isReader) => new(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={File}")
        .AddInterceptors(new SqlitePragmas(isReader)).Options);

    private async Task PlantAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            CREATE TABLE guard (id INTEGER PRIMARY KEY, fails INTEGER);
            CREATE TABLE child (id INTEGER REFERENCES guard(id) ON DELETE CASCADE);
            CREATE VIEW planted_view AS SELECT * FROM guard;
            CREATE TRIGGER planted AFTER UPDATE ON guard BEGIN UPDATE guard SET fails=0 WHERE id=new.id; END;
            """;
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
