namespace TwoFactor.Tests.Audit;

using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using Xunit;

public sealed class HighWaterTests : IAsyncLifetime
{
    private readonly AuditTestHost host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_head_stands_in_an_owner_only_file_and_in_the_log()
    {
        Assert.False(await host.WriteHighWaterAsync());
        await host.SealEventsAsync(3);

        Assert.True(await host.WriteHighWaterAsync());

        var mac = Convert.ToHexStringLower((await host.EventAsync(3)).Mac!);
        Assert.Equal($"3 {mac}\n", await File.ReadAllTextAsync(host.HighWater.File, TestContext.Current.CancellationToken));
        Assert.Contains($"Information 3001 Audit head 3 {mac}", host.Lines, StringComparer.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(host.HighWater.File));
        }
    }

    [Fact]
    public async Task It_is_written_after_a_minute_or_after_a_hundred_events()
    {
        await host.SealEventsAsync(1);
        Assert.True(await WriteIfDueAsync());
        await host.SealEventsAsync(99);
        Assert.False(await WriteIfDueAsync());
        await host.SealEventsAsync(1);
        Assert.True(await WriteIfDueAsync());

        await host.SealEventsAsync(1);
        host.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(await WriteIfDueAsync());
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await WriteIfDueAsync());
        host.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(await WriteIfDueAsync());
    }

    [Fact]
    public async Task An_older_database_that_was_put_back_is_found_also_after_it_went_on_and_the_mark_is_kept()
    {
        await host.SealEventsAsync(4);
        var older = host.Database + ".older";
        await host.TamperAsync($"VACUUM INTO '{older}'");
        await host.SealEventsAsync(3);
        await host.WriteHighWaterAsync();
        await PutBackAsync(older);

        Assert.Equal(5, Assert.IsType<AuditVerdict.Broken>(await host.VerifyAsync()).Number);

        await host.SealEventsAsync(1);
        Assert.False(await host.WriteHighWaterAsync());
        Assert.Equal(6, Assert.IsType<AuditVerdict.Broken>(await host.VerifyAsync()).Number);
        await host.SealEventsAsync(9);
        Assert.False(await host.WriteHighWaterAsync());
        Assert.Equal(7, Assert.IsType<AuditVerdict.Broken>(await host.VerifyAsync()).Number);
        Assert.Equal(2, host.Lines.Count(line => line.StartsWith("Critical 3005 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_left_as_it_is()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await host.SealEventsAsync(1);
        await File.WriteAllTextAsync(host.HighWater.File, "nothing", cancellation);

        Assert.False(await host.WriteHighWaterAsync());
        Assert.Equal("nothing", await File.ReadAllTextAsync(host.HighWater.File, cancellation));
    }

    private async Task<bool> WriteIfDueAsync()
    {
        await using var database = host.Open();
        return await host.HighWater.WriteIfDueAsync(database, TestContext.Current.CancellationToken);
    }

    /// <summary>With the program stopped, as an operator does it.</summary>
    private async Task PutBackAsync(string older)
    {
        await Writers.CloseAsync(host.Database);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.Delete(host.Database + "-wal");
        File.Delete(host.Database + "-shm");
        File.Move(older, host.Database, overwrite: true);
    }
}
