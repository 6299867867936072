namespace TwoFactor.Tests.Audit;

using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using Xunit;

public sealed class HighWaterTests : IAsyncLifetime
{
    private readonly AuditTestHost ground = new();

    public ValueTask InitializeAsync() => ground.InitializeAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task The_head_stands_in_an_owner_only_file_and_in_the_log()
    {
        Assert.False(await ground.WriteHighWaterAsync());
        await ground.SealEventsAsync(3);

        Assert.True(await ground.WriteHighWaterAsync());

        var mac = Convert.ToHexStringLower((await ground.EventAsync(3)).Mac!);
        Assert.Equal($"3 {mac}\n", await File.ReadAllTextAsync(ground.HighWater.File, TestContext.Current.CancellationToken));
        Assert.Contains($"Information 3001 Audit head 3 {mac}", ground.Lines, StringComparer.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ground.HighWater.File));
        }
    }

    [Fact]
    public async Task It_is_written_after_a_minute_or_after_a_hundred_events()
    {
        await ground.SealEventsAsync(1);
        Assert.True(await WriteIfDueAsync());
        await ground.SealEventsAsync(99);
        Assert.False(await WriteIfDueAsync());
        await ground.SealEventsAsync(1);
        Assert.True(await WriteIfDueAsync());

        await ground.SealEventsAsync(1);
        ground.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(await WriteIfDueAsync());
        ground.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await WriteIfDueAsync());
        ground.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(await WriteIfDueAsync());
    }

    [Fact]
    public async Task An_older_database_that_was_put_back_is_found_also_after_it_went_on_and_the_mark_is_kept()
    {
        await ground.SealEventsAsync(4);
        var older = ground.Database + ".older";
        await ground.TamperAsync($"VACUUM INTO '{older}'");
        await ground.SealEventsAsync(3);
        await ground.WriteHighWaterAsync();
        await PutBackAsync(older);

        Assert.Equal(5, Assert.IsType<AuditVerdict.Broken>(await ground.VerifyAsync()).Number);

        await ground.SealEventsAsync(1);
        Assert.False(await ground.WriteHighWaterAsync());
        Assert.Equal(6, Assert.IsType<AuditVerdict.Broken>(await ground.VerifyAsync()).Number);
        await ground.SealEventsAsync(9);
        Assert.False(await ground.WriteHighWaterAsync());
        Assert.Equal(7, Assert.IsType<AuditVerdict.Broken>(await ground.VerifyAsync()).Number);
        Assert.Equal(2, ground.Lines.Count(line => line.StartsWith("Critical 3005 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_left_as_it_is()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await ground.SealEventsAsync(1);
        await File.WriteAllTextAsync(ground.HighWater.File, "nothing", cancellation);

        Assert.False(await ground.WriteHighWaterAsync());
        Assert.Equal("nothing", await File.ReadAllTextAsync(ground.HighWater.File, cancellation));
    }

    private async Task<bool> WriteIfDueAsync()
    {
        await using var database = ground.Open();
        return await ground.HighWater.WriteIfDueAsync(database, TestContext.Current.CancellationToken);
    }

    /// <summary>With the program stopped, as an operator does it.</summary>
    private async Task PutBackAsync(string older)
    {
        await Writers.CloseAsync(ground.Database);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.Delete(ground.Database + "-wal");
        File.Delete(ground.Database + "-shm");
        File.Move(older, ground.Database, overwrite: true);
    }
}
