namespace TwoFactor.Tests.Audit;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

public sealed class AuditVerificationTests : IAsyncLifetime
{
    private readonly AuditTestHost host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task An_untouched_log_is_intact_and_its_newest_events_are_counted_apart()
    {
        Assert.Equal(new AuditVerdict.Intact(0, 0), await host.VerifyAsync());
        await host.SealEventsAsync(5);
        await host.RecordAsync(AuditKinds.SignedOut);
        await host.WriteHighWaterAsync();

        Assert.Equal(new AuditVerdict.Intact(5, 1), await host.VerifyAsync());
    }

    [Theory]
    [InlineData("kind = 'password.set'")]
    [InlineData("at = at + 1")]
    [InlineData("account_id = NULL")]
    [InlineData("actor_kind = 1")]
    [InlineData("actor = '11111111-1111-1111-1111-111111111111'")]
    [InlineData("browser = 1")]
    [InlineData("platform = 1")]
    [InlineData("address = x'7f000001'")]
    [InlineData("number = 1")]
    [InlineData("detail = 'asked by phone'")]
    [InlineData("tag = zeroblob(32)")]
    [InlineData("mac = zeroblob(32)")]
    public async Task A_changed_event_is_named(string change)
    {
        await host.SealEventsAsync(6);
        var victim = await host.EventAsync(4);

        Assert.Equal(1, await host.TamperAsync($"UPDATE audit_event SET {change} WHERE sequence = 4"));

        AssertBroken(4, victim.Id, await host.VerifyAsync());
    }

    [Fact]
    public async Task An_event_whose_id_was_changed_is_named()
    {
        await host.SealEventsAsync(6);
        var other = Guid.NewGuid();
        await host.TamperAsync("UPDATE audit_event SET id = {0} WHERE sequence = 2", other);

        AssertBroken(2, other, await host.VerifyAsync());
    }

    [Fact]
    public async Task A_removed_event_is_named_by_its_number()
    {
        await host.SealEventsAsync(6);
        await host.TamperAsync("DELETE FROM audit_event WHERE sequence = 3");

        AssertBroken(3, null, await host.VerifyAsync());
    }

    [Fact]
    public async Task A_removed_event_whose_gap_was_closed_is_found_at_the_gap()
    {
        await host.SealEventsAsync(6);
        var next = await host.EventAsync(4);
        await host.TamperAsync("DELETE FROM audit_event WHERE sequence = 3");
        for (var number = 4; number <= 6; number++)
        {
            await host.TamperAsync("UPDATE audit_event SET sequence = {0} WHERE sequence = {1}", number - 1, number);
        }

        await host.TamperAsync("UPDATE audit_head SET sequence = 5");

        AssertBroken(3, next.Id, await host.VerifyAsync());
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(7L)]
    public async Task An_inserted_event_is_named(long sequence)
    {
        await host.SealEventsAsync(6);
        var forged = Guid.NewGuid();
        await CopyAsync(from: 6, forged, sequence);

        AssertBroken(sequence, forged, await host.VerifyAsync());
    }

    [Fact]
    public async Task Two_events_that_changed_places_are_found_at_the_first()
    {
        await host.SealEventsAsync(6);
        var moved = await host.EventAsync(5);
        await host.TamperAsync("UPDATE audit_event SET sequence = 1000 WHERE sequence = 2");
        await host.TamperAsync("UPDATE audit_event SET sequence = 2 WHERE sequence = 5");
        await host.TamperAsync("UPDATE audit_event SET sequence = 5 WHERE sequence = 1000");

        AssertBroken(2, moved.Id, await host.VerifyAsync());
    }

    [Fact]
    public async Task A_cut_tail_is_found_by_the_head()
    {
        await host.SealEventsAsync(6);
        await host.TamperAsync("DELETE FROM audit_event WHERE sequence > 4");

        AssertBroken(5, null, await host.VerifyAsync());
    }

    [Fact]
    public async Task A_cut_tail_whose_head_was_set_back_is_found_by_the_high_water_file()
    {
        await host.SealEventsAsync(6);
        await host.WriteHighWaterAsync();
        await CutAfterAsync(4);

        AssertBroken(5, null, await host.VerifyAsync());
    }

    [Fact]
    public async Task A_cut_tail_that_grew_again_is_found_by_the_high_water_file()
    {
        await host.SealEventsAsync(6);
        await host.WriteHighWaterAsync();
        await CutAfterAsync(4);
        await host.SealEventsAsync(5);

        AssertBroken(6, (await host.EventAsync(6)).Id, await host.VerifyAsync());
    }

    [Theory]
    [InlineData("DELETE FROM audit_head")]
    [InlineData("UPDATE audit_head SET sequence = 5")]
    [InlineData("UPDATE audit_head SET mac = zeroblob(32)")]
    public async Task A_changed_head_is_found_at_the_last_event(string change)
    {
        await host.SealEventsAsync(6);
        await host.TamperAsync(change);

        AssertBroken(6, (await host.EventAsync(6)).Id, await host.VerifyAsync());
    }

    [Fact]
    public async Task A_forged_event_that_is_not_sealed_yet_is_named()
    {
        await host.SealEventsAsync(6);
        var forged = Guid.NewGuid();
        await CopyAsync(from: 6, forged, sequence: null);

        AssertBroken(null, forged, await host.VerifyAsync());
        await host.SealAsync();
        AssertBroken(null, forged, await host.VerifyAsync());
    }

    [Fact]
    public async Task A_genuine_event_that_was_kept_from_the_chain_is_named()
    {
        await host.RecordAsync(AuditKinds.AccountDisabled);
        await host.TamperAsync("UPDATE audit_event SET refused_at = 1");
        await host.SealAsync();

        AssertBroken(null, (await host.EventsAsync())[0].Id, await host.VerifyAsync());
    }

    [Fact]
    public async Task A_high_water_file_that_holds_something_else_is_told()
    {
        await host.SealEventsAsync(2);
        await File.WriteAllTextAsync(host.Marks.BesideDatabase, "2 abc", TestContext.Current.CancellationToken);

        AssertBroken(null, null, await host.VerifyAsync());
    }

    [Fact]
    public async Task Verifying_neither_waits_for_a_writer_nor_keeps_one_waiting()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await host.SealEventsAsync(2);
        await using var writer = host.Open();
        await writer.InStoryAsync(
            async work =>
            {
                host.Log().Record(work, AuditKinds.SignedOut, null);
                await work.SaveAsync();
                Assert.Equal(new AuditVerdict.Intact(2, 0), await host.VerifyAsync());
                return true;
            },
            cancellation);

        Assert.Equal(new AuditVerdict.Intact(2, 1), await host.VerifyAsync());
    }

    private static void AssertBroken(long? number, Guid? row, AuditVerdict verdict)
    {
        var broken = Assert.IsType<AuditVerdict.Broken>(verdict);
        Assert.Equal((number, row), (broken.Number, broken.Event));
        Assert.NotEmpty(broken.What);
    }

    private async Task CutAfterAsync(long sequence)
    {
        var last = await host.EventAsync(sequence);
        await host.TamperAsync("DELETE FROM audit_event WHERE sequence > {0}", sequence);
        await host.TamperAsync("UPDATE audit_head SET sequence = {0}, mac = {1}", sequence, last.Mac!);
    }

    private async Task CopyAsync(long from, Guid id, long? sequence)
    {
        var number = sequence?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "NULL";
        var mac = sequence is null ? "NULL" : "mac";
        await host.TamperAsync(
            "INSERT INTO audit_event (id, kind, at, account_id, actor_kind, browser, platform, tag, sequence, mac) "
            + $"SELECT {{0}}, 'password.set', at, account_id, actor_kind, browser, platform, tag, {number}, {mac} "
            + "FROM audit_event WHERE sequence = {1}",
            id,
            from);
    }
}
