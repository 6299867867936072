namespace TwoFactor.Tests.Audit;

using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Tests.Harness;
using Xunit;

public sealed class HighWaterTests : IAsyncLifetime
{
    private readonly AuditTestHost host = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_head_stands_in_two_owner_only_files_and_in_the_log()
    {
        Assert.False(await host.WriteHighWaterAsync());
        await host.SealEventsAsync(3);

        Assert.True(await host.WriteHighWaterAsync());

        var mac = Convert.ToHexStringLower((await host.EventAsync(3)).Mac!);
        Assert.Contains($"Information 3001 Audit head 3 {mac}", host.Lines, StringComparer.Ordinal);
        Assert.Equal(2, host.Marks.All.Distinct(StringComparer.Ordinal).Count());
        foreach (var file in host.Marks.All)
        {
            Assert.Matches(
                $"^TwoFactor high-water 1\nhead 3 {mac}\nhmac [0-9a-f]{{64}}\n$",
                await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
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

    /// <summary>What TwoFactor did not write is kept, named, and outvoted by the other file.</summary>
    [Theory]
    [InlineData("nothing", 0)]
    [InlineData("nothing", 1)]
    [InlineData("head 3", 0)]
    [InlineData("head 1", 1)]
    public async Task A_file_that_holds_something_else_is_left_as_it_is_and_the_other_counts(string text, int which)
    {
        await host.SealEventsAsync(3);
        Assert.True(await host.WriteHighWaterAsync());
        var file = host.Marks.All[which];
        var genuine = await File.ReadAllTextAsync(file, Cancellation);
        var altered = text is "nothing" ? text : genuine.Replace("head 3", text, StringComparison.Ordinal).Replace(
            "\nhmac", "\nset-up done\nhmac", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, altered, Cancellation);

        await host.SealEventsAsync(1);
        Assert.True(await host.WriteHighWaterAsync());

        Assert.Equal(altered, await File.ReadAllTextAsync(file, Cancellation));
        Assert.Contains(host.Lines, line => line.StartsWith($"Critical 3006 {file} ", StringComparison.Ordinal));
        var state = await host.Marks.ReadAsync(Cancellation);
        Assert.Equal([file], state.Foreign);
        Assert.Equal(4, Assert.IsType<HighWaterMark.Known>(state.Mark).Sequence);
        Assert.Null(await FindOlderAsync());
        Assert.StartsWith($"{file}: not what", Assert.IsType<AuditVerdict.Broken>(await host.VerifyAsync()).What, StringComparison.Ordinal);
    }

    /// <summary>Whoever writes to the data directory alone sets nothing back where the key ring lies elsewhere.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public async Task The_newer_of_the_two_counts(int which, bool removed)
    {
        var file = host.Marks.All[which];
        await host.SealEventsAsync(4);
        Assert.True(await host.WriteHighWaterAsync());
        var older = await File.ReadAllTextAsync(file, Cancellation);
        var copy = host.Database + ".older";
        await host.TamperAsync($"VACUUM INTO '{copy}'");
        await host.SealEventsAsync(3);
        Assert.True(await host.WriteHighWaterAsync());
        Assert.Null(await FindOlderAsync());
        if (removed)
        {
            File.Delete(file);
        }
        else
        {
            await File.WriteAllTextAsync(file, older, Cancellation);
        }

        Assert.IsType<AuditVerdict.Intact>(await host.VerifyAsync());
        await PutBackAsync(copy);

        Assert.Equal(5, Assert.IsType<AuditVerdict.Broken>(await host.VerifyAsync()).Number);
        Assert.StartsWith(
            "This database is not the newest of this installation: its last event is 4, and event 7, which was written down outside of it, "
                + "is missing or another. Somebody put back an older copy, or removed events. Nothing was changed.",
            await FindOlderAsync(),
            StringComparison.Ordinal);
        await host.SealEventsAsync(5);
        Assert.StartsWith("This database is not the newest", await FindOlderAsync(), StringComparison.Ordinal);

        // The way out that the sentence names.
        foreach (var each in host.Marks.All)
        {
            Assert.Contains(each, await FindOlderAsync() ?? each, StringComparison.Ordinal);
            File.Delete(each);
        }

        Assert.Null(await FindOlderAsync());
        Assert.True(await host.WriteHighWaterAsync());
        Assert.IsType<AuditVerdict.Intact>(await host.VerifyAsync());
    }

    [Fact]
    public async Task A_key_ring_folder_that_cannot_be_written_makes_the_mark_weak_and_says_so_once()
    {
        await host.SealEventsAsync(1);
        Assert.False(await host.Marks.IsWeakAsync(Cancellation));
        Assert.True(await host.WriteHighWaterAsync());
        Assert.False(await host.Marks.IsWeakAsync(Cancellation));

        // A folder of that name stands for a folder that is read-only: root may write everywhere.
        File.Delete(host.Marks.BesideKeyRing);
        Directory.CreateDirectory(host.Marks.BesideKeyRing);
        for (var more = 0; more < 2; more++)
        {
            await host.SealEventsAsync(1);
            Assert.True(await host.WriteHighWaterAsync());
        }

        Assert.True(await host.Marks.IsWeakAsync(Cancellation));
        Assert.Single(host.Lines, line => line.StartsWith("Warning 3010 ", StringComparison.Ordinal));
        Directory.Delete(host.Marks.BesideKeyRing);
        Assert.True(await host.Marks.IsWeakAsync(Cancellation));
        Assert.True(await host.WriteHighWaterAsync());
        Assert.False(await host.Marks.IsWeakAsync(Cancellation));
    }

    /// <summary>A line of a later version is covered by the keyed hash, and no reason to refuse.</summary>
    [Fact]
    public void A_line_that_this_version_does_not_know_is_passed_over()
    {
        const string said = "TwoFactor high-water 1\nset-up done\nlater 7\n";
        var hmac = Convert.ToHexStringLower(host.KeyedHasher.Hash("audit.high-water", System.Text.Encoding.UTF8.GetBytes(said)));

        Assert.Equal(
            new HighWaterMark.Known(0, "") { IsSetUp = true }, HighWaterMark.Parse(host.KeyedHasher, $"{said}hmac {hmac}\n"));
        Assert.Equal(
            new HighWaterMark.Known(0, "") { IsGenuine = false },
            HighWaterMark.Parse(host.KeyedHasher, $"{said.Replace("set-up done\n", "", StringComparison.Ordinal)}hmac {hmac}\n"));
        Assert.Equal(
            new HighWaterMark.Known(0, "") { IsSetUp = true, IsGenuine = false },
            HighWaterMark.Parse(host.KeyedHasher, $"{said}account nobody\naccount\nhmac {hmac}\n"));
        Assert.IsType<HighWaterMark.Unreadable>(HighWaterMark.Parse(host.KeyedHasher, said));
    }

    private async Task<string?> FindOlderAsync()
    {
        await using var database = host.Open();
        return await host.HighWater.FindOlderDatabaseAsync(database, Cancellation);
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
