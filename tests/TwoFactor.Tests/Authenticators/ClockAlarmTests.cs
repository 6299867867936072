namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Five people whose codes are off to the same side within ten minutes: one alarm, for as long as it lasts.</summary>
public sealed class ClockAlarmTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(-4, -5)]
    [InlineData(3, 5)]
    public async Task Five_accounts_on_one_side_raise_it_once_and_say_which(int offset, int number)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var people = await AddAsync(testHost, 5);
        foreach (var who in people[..4])
        {
            await FailAsync(testHost, who, offset);
        }

        Assert.False(await CheckAsync(testHost));
        await FailAsync(testHost, people[4], offset);
        Assert.True(await CheckAsync(testHost));
        Assert.False(await CheckAsync(testHost));

        Assert.Equal(number, Assert.Single(await testHost.EventsAsync(AuditKinds.AlarmClock, null)).Number);
        Assert.Contains(testHost.Log.All, line => line.Contains("check this server's clock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_person_with_five_wrong_codes_and_people_on_both_sides_raise_none()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var people = await AddAsync(testHost, 8);
        for (var time = 0; time < 5; time++)
        {
            await FailAsync(testHost, people[0], -4);
            await FailAsync(testHost, people[0], 4);
        }

        foreach (var who in people[1..4])
        {
            await FailAsync(testHost, who, -4);
        }

        foreach (var who in people[4..7])
        {
            await FailAsync(testHost, who, 4);
        }

        await FailAsync(testHost, people[7], null);
        Assert.False(await CheckAsync(testHost));
    }

    [Fact]
    public async Task What_lies_ten_minutes_back_does_not_count()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var people = await AddAsync(testHost, 5);
        await FailAsync(testHost, people[0], -4);
        testHost.Time.Advance(TimeSpan.FromMinutes(10));
        foreach (var who in people[1..])
        {
            await FailAsync(testHost, who, -4);
        }

        Assert.False(await CheckAsync(testHost));
    }

    [Fact]
    public async Task While_it_goes_on_there_is_no_second_event_and_after_ten_quiet_minutes_there_is()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var people = await AddAsync(testHost, 5);
        for (var round = 0; round < 3; round++)
        {
            await FailAllAsync(testHost, people, -4);
            Assert.Equal(round == 0, await CheckAsync(testHost));
            testHost.Time.Advance(TimeSpan.FromMinutes(9));
        }

        Assert.Single(await testHost.EventsAsync(AuditKinds.AlarmClock, null));
        testHost.Time.Advance(TimeSpan.FromMinutes(20));
        await FailAllAsync(testHost, people, -4);
        Assert.True(await CheckAsync(testHost));
        Assert.Equal(2, (await testHost.EventsAsync(AuditKinds.AlarmClock, null)).Count);
    }

    [Fact]
    public async Task A_turn_to_the_other_side_is_an_alarm_of_its_own()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var people = await AddAsync(testHost, 6);
        await FailAllAsync(testHost, people[..5], -4);
        Assert.True(await CheckAsync(testHost));
        await FailAllAsync(testHost, people, 4);
        Assert.True(await CheckAsync(testHost));

        Assert.Equal([-5L, 6L], (await testHost.EventsAsync(AuditKinds.AlarmClock, null)).Select(row => row.Number));
    }

    [Fact]
    public async Task Of_two_that_look_at_once_one_tells()
    {
        await using var testHost = await TestHost.PrepareAsync();
        await FailAllAsync(testHost, await AddAsync(testHost, 5), -4);

        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CheckAsync(testHost)));

        Assert.Single(told, raised => raised);
        Assert.Single(await testHost.EventsAsync(AuditKinds.AlarmClock, null));
    }

    [Fact]
    public async Task Looking_reads_the_wrong_codes_of_those_minutes_only_whatever_else_the_log_holds()
    {
        var queryPlans = new QueryPlans();
        await using var testHost = await TestHost.PrepareAsync(queryPlans);

        await CheckAsync(testHost);

        var steps = Assert.Single(queryPlans.Of("FROM audit_event"));
        Assert.Contains("SEARCH audit_event USING INDEX IX_audit_event_kind_at (kind=? AND at>?)", steps);
        Assert.DoesNotContain(steps, step => step.StartsWith("SCAN", StringComparison.Ordinal));
    }

    private static async Task<List<Colleague>> AddAsync(TestHost testHost, int count)
    {
        var people = new List<Colleague>();
        for (var number = 0; number < count; number++)
        {
            people.Add(await testHost.AddAsync($"p{number}"));
        }

        testHost.GoOn(30);
        return people;
    }

    private static async Task FailAllAsync(TestHost testHost, IEnumerable<Colleague> people, int offset)
    {
        foreach (var who in people)
        {
            await FailAsync(testHost, who, offset);
        }
    }

    /// <summary>A wrong code: of another time step, or of none.</summary>
    private static async Task FailAsync(TestHost testHost, Colleague who, int? offset) => Assert.IsType<CodeVerdict.Wrong>(
        CodeVerdictTests.Verdict(await testHost.SignInAsync(who, offset is { } steps ? who.Phone.Code(steps) : who.Phone.WrongCode())));

    private static Task<bool> CheckAsync(TestHost testHost) => testHost.AskAsync<ClockAlarm, bool>(alarm => alarm.CheckAsync(Cancellation));
}
