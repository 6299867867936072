namespace TwoFactor.Tests.Audit;

using TwoFactor.Audit;
using Xunit;

public sealed class AuditSealerTests : IAsyncLifetime
{
    private readonly AuditTestHost host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Events_are_numbered_by_their_time_and_then_by_the_order_in_which_they_were_written()
    {
        await host.RecordAsync(AuditKinds.SignInCompleted);
        await host.RecordAsync(AuditKinds.SignedOut);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.RecordAsync(AuditKinds.AccountDisabled);

        Assert.Equal(new Sealing(3, 0), await host.SealAsync());

        Assert.Equal(
            [(1L, AuditKinds.SignInCompleted), (2L, AuditKinds.SignedOut), (3L, AuditKinds.AccountDisabled)],
            (await host.EventsAsync()).Select(row => (row.Sequence!.Value, row.Kind)));
        Assert.Equal(new Sealing(0, 0), await host.SealAsync());
    }

    [Fact]
    public async Task More_events_than_a_batch_holds_are_all_sealed()
    {
        host.Limits.SealBatch = 3;
        await host.SealEventsAsync(8);

        Assert.Equal(new AuditVerdict.Intact(8, 0), await host.VerifyAsync());
    }

    [Fact]
    public async Task Two_sealers_at_once_leave_one_unbroken_chain()
    {
        host.Limits.SealBatch = 7;
        var cancellation = TestContext.Current.CancellationToken;
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                for (var number = 0; number < 25; number++)
                {
                    await host.RecordAsync(AuditKinds.SignInCompleted, Guid.NewGuid());
                }
            },
            cancellation)).ToArray();
        var sealers = Enumerable.Range(0, 2).Select(_ => Task.Run(
            async () =>
            {
                var events = 0;
                while (!Array.TrueForAll(writers, writer => writer.IsCompleted))
                {
                    events += (await host.SealAsync()).Sealed;
                }

                return events + (await host.SealAsync()).Sealed;
            },
            cancellation)).ToArray();
        await Task.WhenAll(writers);

        Assert.Equal(100, (await Task.WhenAll(sealers)).Sum());
        Assert.Equal(new AuditVerdict.Intact(100, 0), await host.VerifyAsync());
    }

    [Fact]
    public async Task A_forged_event_is_not_sealed_raises_one_alarm_and_keeps_nobody_waiting()
    {
        host.Limits.SealBatch = 1;
        await host.RecordAsync(AuditKinds.SignInCompleted);
        await host.TamperAsync(
            "INSERT INTO audit_event (id, kind, at, actor_kind, browser, platform, tag) "
            + "SELECT {0}, 'password.set', 0, actor_kind, browser, platform, tag FROM audit_event",
            Guid.NewGuid());

        Assert.Equal(new Sealing(2, 1), await host.SealAsync());
        Assert.Equal(new Sealing(0, 0), await host.SealAsync());

        Assert.Null(Assert.Single(await host.EventsAsync(AuditKinds.PasswordSet)).Sequence);
        var alarm = Assert.Single(await host.EventsAsync(AuditKinds.AlarmEventTag));
        Assert.Equal((1L, 2L), (alarm.Number, alarm.Sequence));
        Assert.Single(host.Lines, line => line.StartsWith("Critical 3002 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_changed_before_it_was_sealed_is_not_sealed()
    {
        await host.RecordAsync(AuditKinds.ResetApproved, Guid.NewGuid(), "lost the phone");
        await host.TamperAsync("UPDATE audit_event SET detail = 'new phone'");

        Assert.Equal(1, (await host.SealAsync()).Refused);
        Assert.Null((await host.EventsAsync())[0].Sequence);
    }

    [Theory]
    [InlineData("DELETE FROM audit_head")]
    [InlineData("UPDATE audit_head SET sequence = 1")]
    [InlineData("UPDATE audit_head SET mac = zeroblob(32)")]
    public async Task A_head_that_was_altered_does_not_stop_the_sealing(string change)
    {
        await host.SealEventsAsync(3);
        await host.TamperAsync(change);
        await host.SealEventsAsync(2);

        Assert.Equal(new AuditVerdict.Intact(5, 0), await host.VerifyAsync());
        Assert.Single(host.Lines, line => line.StartsWith("Critical 3004 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gap_stays_a_gap_when_the_sealing_goes_on()
    {
        await host.SealEventsAsync(3);
        await host.TamperAsync("DELETE FROM audit_event WHERE sequence = 3");
        await host.SealEventsAsync(2);

        Assert.Equal(3, Assert.IsType<AuditVerdict.Broken>(await host.VerifyAsync()).Number);
    }
}
