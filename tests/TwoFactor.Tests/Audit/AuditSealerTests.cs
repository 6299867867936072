namespace TwoFactor.Tests.Audit;

using TwoFactor.Audit;
using Xunit;

public sealed class AuditSealerTests : IAsyncLifetime
{
    private readonly AuditTestHost ground = new();

    public ValueTask InitializeAsync() => ground.InitializeAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task Events_are_numbered_by_their_time_and_then_by_the_order_in_which_they_were_written()
    {
        await ground.RecordAsync(AuditKinds.SignInCompleted);
        await ground.RecordAsync(AuditKinds.SignedOut);
        ground.Time.Advance(TimeSpan.FromSeconds(1));
        await ground.RecordAsync(AuditKinds.AccountDisabled);

        Assert.Equal(new Sealing(3, 0), await ground.SealAsync());

        Assert.Equal(
            [(1L, AuditKinds.SignInCompleted), (2L, AuditKinds.SignedOut), (3L, AuditKinds.AccountDisabled)],
            (await ground.EventsAsync()).Select(row => (row.Sequence!.Value, row.Kind)));
        Assert.Equal(new Sealing(0, 0), await ground.SealAsync());
    }

    [Fact]
    public async Task More_events_than_a_batch_holds_are_all_sealed()
    {
        ground.Limits.SealBatch = 3;
        await ground.SealEventsAsync(8);

        Assert.Equal(new AuditVerdict.Intact(8, 0), await ground.VerifyAsync());
    }

    [Fact]
    public async Task Two_sealers_at_once_leave_one_unbroken_chain()
    {
        ground.Limits.SealBatch = 7;
        var cancellation = TestContext.Current.CancellationToken;
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                for (var number = 0; number < 25; number++)
                {
                    await ground.RecordAsync(AuditKinds.SignInCompleted, Guid.NewGuid());
                }
            },
            cancellation)).ToArray();
        var sealers = Enumerable.Range(0, 2).Select(_ => Task.Run(
            async () =>
            {
                var events = 0;
                while (!Array.TrueForAll(writers, writer => writer.IsCompleted))
                {
                    events += (await ground.SealAsync()).Sealed;
                }

                return events + (await ground.SealAsync()).Sealed;
            },
            cancellation)).ToArray();
        await Task.WhenAll(writers);

        Assert.Equal(100, (await Task.WhenAll(sealers)).Sum());
        Assert.Equal(new AuditVerdict.Intact(100, 0), await ground.VerifyAsync());
    }

    [Fact]
    public async Task A_forged_event_is_not_sealed_raises_one_alarm_and_keeps_nobody_waiting()
    {
        ground.Limits.SealBatch = 1;
        await ground.RecordAsync(AuditKinds.SignInCompleted);
        await ground.TamperAsync(
            "INSERT INTO audit_event (id, kind, at, actor_kind, browser, platform, tag) "
            + "SELECT {0}, 'password.set', 0, actor_kind, browser, platform, tag FROM audit_event",
            Guid.NewGuid());

        Assert.Equal(new Sealing(2, 1), await ground.SealAsync());
        Assert.Equal(new Sealing(0, 0), await ground.SealAsync());

        Assert.Null(Assert.Single(await ground.EventsAsync(AuditKinds.PasswordSet)).Sequence);
        var alarm = Assert.Single(await ground.EventsAsync(AuditKinds.AlarmEventTag));
        Assert.Equal((1L, 2L), (alarm.Number, alarm.Sequence));
        Assert.Single(ground.Lines, line => line.StartsWith("Critical 3002 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_changed_before_it_was_sealed_is_not_sealed()
    {
        await ground.RecordAsync(AuditKinds.ResetApproved, Guid.NewGuid(), "lost the phone");
        await ground.TamperAsync("UPDATE audit_event SET detail = 'new phone'");

        Assert.Equal(1, (await ground.SealAsync()).Refused);
        Assert.Null((await ground.EventsAsync())[0].Sequence);
    }

    [Theory]
    [InlineData("DELETE FROM audit_head")]
    [InlineData("UPDATE audit_head SET sequence = 1")]
    [InlineData("UPDATE audit_head SET mac = zeroblob(32)")]
    public async Task A_head_that_was_altered_does_not_stop_the_sealing(string change)
    {
        await ground.SealEventsAsync(3);
        await ground.TamperAsync(change);
        await ground.SealEventsAsync(2);

        Assert.Equal(new AuditVerdict.Intact(5, 0), await ground.VerifyAsync());
        Assert.Single(ground.Lines, line => line.StartsWith("Critical 3004 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gap_stays_a_gap_when_the_sealing_goes_on()
    {
        await ground.SealEventsAsync(3);
        await ground.TamperAsync("DELETE FROM audit_event WHERE sequence = 3");
        await ground.SealEventsAsync(2);

        Assert.Equal(3, Assert.IsType<AuditVerdict.Broken>(await ground.VerifyAsync()).Number);
    }
}
