namespace TwoFactor.Tests.Audit;

using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

public sealed class AuditLogTests : IAsyncLifetime
{
    private readonly AuditTestHost host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task What_a_story_rolls_back_left_no_event_and_no_count()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var database = host.Open();
        var log = host.Log();
        await database.InStoryAsync(
            async work =>
            {
                log.Record(work, AuditKinds.SignInCompleted, Guid.NewGuid());
                await log.TallyAsync(work, AuditKinds.PasswordUnknown, null);
                return false;
            },
            keep: kept => kept,
            cancellation);
        await host.TallyAsync(AuditKinds.PasswordUnknown, null);

        Assert.Single(await host.EventsAsync());
        Assert.Equal([(AuditKinds.PasswordUnknown, (long?)null)], await SealedAfterTheMinuteAsync());
    }

    [Fact]
    public async Task Of_many_the_first_is_an_event_at_once_and_the_rest_one_event_after_the_minute()
    {
        var account = Guid.NewGuid();
        for (var time = 0; time < 5; time++)
        {
            await host.TallyAsync(AuditKinds.PasswordWrong, account);
        }

        Assert.Equal([(AuditKinds.PasswordWrong, (long?)null)], await SealedAsync());
        host.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Single(await SealedAsync());

        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([(AuditKinds.PasswordWrong, null), (AuditKinds.PasswordWrong, (long?)4)], await SealedAsync());
        Assert.All(await host.EventsAsync(), row => Assert.Equal(account, row.AccountId));
        host.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, (await SealedAsync()).Count);
        Assert.Equal(new AuditVerdict.Intact(2, 0), await host.VerifyAsync());
    }

    [Fact]
    public async Task Kinds_accounts_and_minutes_are_counted_apart()
    {
        var account = Guid.NewGuid();
        await host.TallyAsync(AuditKinds.PasswordWrong, account);
        await host.TallyAsync(AuditKinds.PasswordWaiting, account);
        await host.TallyAsync(AuditKinds.PasswordWrong, Guid.NewGuid());
        await host.TallyAsync(AuditKinds.PasswordUnknown, null);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await host.TallyAsync(AuditKinds.PasswordWrong, account);

        Assert.Equal(5, (await SealedAfterTheMinuteAsync()).Count);
        Assert.Null(Assert.Single(await host.EventsAsync(AuditKinds.PasswordUnknown)).AccountId);
    }

    [Fact]
    public async Task Two_that_count_in_parallel_lose_nothing()
    {
        var counting = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var time = 0; time < 50; time++)
            {
                await host.TallyAsync(AuditKinds.PasswordUnknown, null);
            }
        }));
        await Task.WhenAll(counting);

        Assert.Equal([(AuditKinds.PasswordUnknown, null), (AuditKinds.PasswordUnknown, (long?)99)], await SealedAfterTheMinuteAsync());
    }

    [Theory]
    [InlineData("UPDATE audit_tally SET n = 7")]
    [InlineData("UPDATE audit_tally SET kind = 'account.disabled'")]
    [InlineData("UPDATE audit_tally SET minute = minute - 1")]
    public async Task A_forged_count_becomes_no_event_also_when_we_counted_on(string forgery)
    {
        await host.TallyAsync(AuditKinds.PasswordWrong, null);
        await host.TallyAsync(AuditKinds.PasswordWrong, null);
        Assert.Equal(1, await host.TamperAsync(forgery));
        await host.TallyAsync(AuditKinds.PasswordWrong, null);

        await SealedAfterTheMinuteAsync();

        Assert.All(await host.EventsAsync(AuditKinds.PasswordWrong), row => Assert.Null(row.Number));
        Assert.Empty(await host.EventsAsync(AuditKinds.AccountDisabled));
        Assert.Single(await host.EventsAsync(AuditKinds.AlarmEventTag));
    }

    [Fact]
    public async Task An_event_and_a_count_after_their_story_are_mistakes_of_the_caller()
    {
        await using var database = host.Open();
        var over = await database.InStoryAsync(Task.FromResult, TestContext.Current.CancellationToken);

        Assert.Throws<InvalidOperationException>(() => host.Log().Record(over, AuditKinds.SignInCompleted, null));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => host.Log().TallyAsync(over, AuditKinds.PasswordWrong, null));
    }

    [Fact]
    public async Task A_word_that_is_no_kind_and_a_kind_that_is_not_tallied_are_mistakes_of_the_caller()
    {
        await using var database = host.Open();
        var log = host.Log();
        await database.InStoryAsync(
            async work =>
            {
                Assert.Throws<ArgumentException>(() => log.Record(work, "signed-up", null));
                Assert.Throws<ArgumentException>(() => log.Record(
                    work, AuditKinds.ResetApproved, null, detail: new string('a', AuditEvent.DetailLength + 1)));
                await Assert.ThrowsAsync<ArgumentException>(() => log.TallyAsync(work, AuditKinds.SignInCompleted, null));
                return true;
            },
            TestContext.Current.CancellationToken);
    }

    private async Task<List<(string Kind, long? Number)>> SealedAfterTheMinuteAsync()
    {
        host.Time.Advance(TimeSpan.FromMinutes(1));
        return await SealedAsync();
    }

    private async Task<List<(string Kind, long? Number)>> SealedAsync()
    {
        await host.SealAsync();
        return [.. (await host.EventsAsync()).Where(row => row.Sequence is not null)
            .OrderBy(row => row.Sequence).Select(row => (row.Kind, row.Number))];
    }
}
