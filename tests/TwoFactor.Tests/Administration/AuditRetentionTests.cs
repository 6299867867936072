namespace TwoFactor.Tests.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Counts;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The oldest events go, and whatever is done to what stays is still found.</summary>
public sealed class AuditRetentionTests : IAsyncLifetime
{
    private TestHost testHost = null!;
    private Colleague ana = null!;
    private DateTimeOffset before;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Ana has mistyped seven codes, and has been frozen by herself; then months go by, and there is more.</summary>
    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync();
        var ada = await testHost.FirstAdminAsync();
        ana = await testHost.AddAsync();
        await testHost.FailAsync(ana, 7);
        testHost.GoOn();
        var agent = await testHost.AgentAsync(ada);
        Assert.IsType<LockoutOutcome.Done>(await testHost.AskAsync<AccountLockout, LockoutOutcome>(accountLockout =>
            accountLockout.DisableAsync(
                agent, ana.Id, "left", ada.Phone.Code(), TestHost.Stranger with { Kind = ActorKind.Agent, Account = ada.Id },
                Cancellation)));
        await SealAsync();
        testHost.Time.Advance(TimeSpan.FromDays(120));
        before = testHost.Time.GetUtcNow().AddDays(-90);
        await testHost.InviteAsync("bob");
        await testHost.InviteAsync("cyd");
        await SealAsync();
    }

    public async ValueTask DisposeAsync() => await testHost.DisposeAsync();

    [Fact]
    public async Task What_is_older_goes_and_the_rest_is_whole_with_the_guards_as_they_were()
    {
        var events = await testHost.RowsAsync<AuditEvent>();
        var old = events.Count(row => row.At < UnixTime.Of(before));

        var result = await PruneAsync();
        Assert.Equal(new RetentionResult(old, old, null), result);
        var left = await testHost.RowsAsync<AuditEvent>();
        Assert.Equal(
            events.Where(row => row.Sequence > old).Select(row => row.Id),
            left.Where(row => row.Kind != AuditKinds.AuditPruned).Select(row => row.Id));
        Assert.All(left, row => Assert.True(row.At >= UnixTime.Of(before)));
        Assert.Equal(old, Assert.Single(left, row => row.Kind == AuditKinds.AuditPruned).Number);
        await AssertWholeAsync(old);
        await SealAsync();
        await AssertWholeAsync(old);
        Assert.Equal(new RetentionResult(0, old, null), await PruneAsync());
    }

    [Fact]
    public async Task It_goes_in_small_transactions_each_with_its_event_and_never_takes_the_last()
    {
        testHost.Limits<AuditLimits>().SealBatch = 5;
        var sealedEvents = (await testHost.RowsAsync<AuditEvent>()).Count;
        before = testHost.Time.GetUtcNow().AddDays(1);

        var result = await PruneAsync();
        Assert.Equal(sealedEvents - 1, result.Removed);
        var told = (await testHost.EventsAsync(AuditKinds.AuditPruned, null)).ConvertAll(row => row.Number!.Value);
        Assert.Equal((sealedEvents - 1 + 4) / 5, told.Count);
        Assert.Equal(result.Last, told.Max());
        await AssertWholeAsync(result.Last);
    }

    [Fact]
    public async Task What_is_said_of_the_guards_is_carried_on_over_many_removals()
    {
        await PruneAsync();
        await EnableAsync();
        await testHost.FailAsync(ana, 2);
        await SealAsync();
        testHost.Time.Advance(TimeSpan.FromDays(100));
        before = testHost.Time.GetUtcNow().AddDays(-90);
        var second = await PruneAsync();
        await SealAsync();
        Assert.True(second.Removed > 0);
        await AssertWholeAsync(second.Last);
        await testHost.FailAsync(ana, 1);
        await SealAsync();
        await AssertWholeAsync(second.Last);

        await testHost.TamperAsync($"UPDATE code_guard SET fails30 = 0 WHERE account_id = '{ana.Id}' COLLATE NOCASE");
        Assert.Equal([ana.Id], await AlteredAsync());
    }

    [Theory]
    [InlineData("UPDATE audit_anchor SET sequence = sequence + 1")]
    [InlineData("UPDATE audit_anchor SET mac = zeroblob(32)")]
    [InlineData("UPDATE audit_anchor SET checkpoints = zeroblob(32)")]
    [InlineData("UPDATE audit_anchor SET tag = zeroblob(32)")]
    [InlineData("DELETE FROM audit_anchor")]
    [InlineData("DELETE FROM audit_event WHERE sequence = (SELECT sequence + 1 FROM audit_anchor)")]
    [InlineData("UPDATE audit_event SET detail = 'x' WHERE sequence = (SELECT sequence + 2 FROM audit_anchor)")]
    [InlineData("DELETE FROM audit_event WHERE sequence = (SELECT sequence FROM audit_head)")]
    [InlineData("DELETE FROM audit_event WHERE kind = 'audit.pruned'")]
    public async Task A_changed_beginning_and_a_changed_rest_are_found(string tampering)
    {
        await PruneAsync();
        await SealAsync();
        await testHost.TamperAsync(tampering);

        Assert.IsType<AuditVerdict.Broken>(await VerifyAsync());
        var events = (await testHost.RowsAsync<AuditEvent>()).Count;
        Assert.Equal("The chain is broken.", (await PruneAsync(testHost.Time.GetUtcNow().AddDays(1))).Broken);
        Assert.Equal(events, (await testHost.RowsAsync<AuditEvent>()).Count);
    }

    [Theory]
    [InlineData("UPDATE guard_checkpoint SET fails30 = 0")]
    [InlineData("UPDATE guard_checkpoint SET rev = rev - 1")]
    [InlineData("UPDATE guard_checkpoint SET fails30_from = 0")]
    [InlineData("DELETE FROM guard_checkpoint WHERE fails30 = 0")]
    [InlineData("DELETE FROM guard_checkpoint")]
    [InlineData("INSERT INTO guard_checkpoint SELECT 'X' || substr(account_id, 2), 0, 0, rev FROM guard_checkpoint WHERE fails30 > 0")]
    public async Task A_changed_checkpoint_is_found_and_nothing_more_is_removed(string tampering)
    {
        await PruneAsync();
        await SealAsync();
        Assert.True(await HasRightCheckpointsAsync());
        Assert.NotEqual(0, await testHost.TamperAsync(tampering));

        Assert.False(await HasRightCheckpointsAsync());
        Assert.NotNull((await PruneAsync(testHost.Time.GetUtcNow().AddDays(1))).Broken);
    }

    [Fact]
    public async Task An_older_beginning_that_is_put_back_is_found_with_and_without_the_events_that_were_removed()
    {
        await PruneAsync();
        await SealAsync();
        // In a file of its own: the program writes nothing beside a table that it does not know.
        Task<int> BesideAsync(string statements) =>
            testHost.TamperAsync($"ATTACH '{Path.Combine(testHost.DataDirectory, "old.db")}' AS old; {statements}; DETACH old");
        await BesideAsync("CREATE TABLE old.anchor AS SELECT * FROM audit_anchor; CREATE TABLE old.event AS SELECT * FROM audit_event");
        await PruneAsync(testHost.Time.GetUtcNow().AddDays(1));
        await SealAsync();
        Assert.IsType<AuditVerdict.Intact>(await VerifyAsync());

        await BesideAsync("DELETE FROM audit_anchor; INSERT INTO audit_anchor SELECT * FROM old.anchor");
        Assert.Equal("This event was removed.", Assert.IsType<AuditVerdict.Broken>(await VerifyAsync()).What);

        await BesideAsync("INSERT INTO audit_event SELECT * FROM old.event WHERE place NOT IN (SELECT place FROM audit_event)");
        Assert.Contains(
            "an older beginning was put back", Assert.IsType<AuditVerdict.Broken>(await VerifyAsync()).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_high_water_file_names_an_event_that_stays_and_goes_on()
    {
        await PruneAsync(testHost.Time.GetUtcNow().AddDays(1));
        await SealAsync();
        var mark = await testHost.AskAsync<MarkFiles, MarkState>(files => files.ReadAsync(Cancellation));
        Assert.Contains(await testHost.RowsAsync<AuditEvent>(), row => row.Sequence == ((HighWaterMark.Known)mark.Mark).Sequence);

        Assert.True(await testHost.AskAsync<HighWater, bool>(
            file => testHost.AskAsync<TwoFactorDb, bool>(database => file.WriteAsync(database, Cancellation))));
        await testHost.TamperAsync("DELETE FROM audit_event WHERE sequence = (SELECT sequence FROM audit_head); UPDATE audit_head SET "
            + "sequence = sequence - 1, mac = (SELECT mac FROM audit_event ORDER BY sequence DESC LIMIT 1)");
        Assert.Contains(
            "the high-water file knows event", Assert.IsType<AuditVerdict.Broken>(await VerifyAsync()).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_that_were_sealed_out_of_their_order_of_writing_go_together_or_not_at_all()
    {
        // The clock goes back between two events that one sealing takes.
        await testHost.InviteAsync("dan");
        testHost.Time.SetUtcNow(testHost.Time.GetUtcNow());
        await SealAsync();
        testHost.Limits<AuditLimits>().SealBatch = 4;
        await testHost.TamperAsync("UPDATE audit_event SET place = -place WHERE sequence IN (3, 4)");
        await testHost.TamperAsync("UPDATE audit_event SET place = CASE sequence WHEN 3 THEN 4 ELSE 3 END WHERE place < 0");
        Assert.IsType<AuditVerdict.Intact>(await VerifyAsync());

        var result = await PruneAsync();
        Assert.True(result.Removed > 4);
        await AssertWholeAsync(result.Last);
    }

    [Fact]
    public async Task A_head_from_before_the_beginning_is_told_to_be_gone()
    {
        var mac = Convert.ToHexStringLower((await testHost.RowsAsync<AuditEvent>()).Single(row => row.Sequence == 2).Mac!);
        var head = HighWaterMark.Known.Parse($"2 {mac}");
        Assert.IsType<AuditVerdict.Intact>(await VerifyAsync(head));

        await PruneAsync();

        var broken = Assert.IsType<AuditVerdict.Broken>(await VerifyAsync(head));
        Assert.Equal(2, broken.Number);
        Assert.Contains("is not kept any more", broken.What, StringComparison.Ordinal);
    }

    private Task<RetentionResult> PruneAsync(DateTimeOffset? until = null) =>
        testHost.AskAsync<AuditRetention, RetentionResult>(retention => retention.PruneAsync(until ?? before, Actor.Server, Cancellation));

    private Task<Sealing> SealAsync() => testHost.AskAsync<AuditSealer, Sealing>(sealer => sealer.SealAsync(Cancellation));

    private Task<AuditVerdict> VerifyAsync(HighWaterMark.Known? head = null) =>
        testHost.AskAsync<AuditVerification, AuditVerdict>(verification => verification.VerifyAsync(head, null, Cancellation));

    private Task<IReadOnlyList<Guid>> AlteredAsync() =>
        testHost.AskAsync<GuardHistory, IReadOnlyList<Guid>>(history => history.FindAlteredAsync(Cancellation));

    private Task<bool> HasRightCheckpointsAsync() =>
        testHost.AskAsync<GuardHistory, bool>(history => history.HasRightCheckpointsAsync(Cancellation));

    private Task<LockoutOutcome> EnableAsync() => testHost.AskAsync<AccountLockout, LockoutOutcome>(
        accountLockout => accountLockout.EnableAsync(null, ana.Id, "back", null, Actor.Console, Cancellation));

    private async Task AssertWholeAsync(long removed)
    {
        Assert.Equal(removed, Assert.IsType<AuditVerdict.Intact>(await VerifyAsync()).Removed);
        Assert.Empty(await AlteredAsync());
        Assert.True(await HasRightCheckpointsAsync());
    }
}
