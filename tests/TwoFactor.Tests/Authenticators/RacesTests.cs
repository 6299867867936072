namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Many at once, in one process and in two: exact counts, or it is no second factor.</summary>
[Slow]
public sealed class RacesTests : IAsyncLifetime
{
    private const int Rounds = 100;

    private TestHost testHost = null!;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task Fifty_right_codes_at_once_are_one_sign_in()
    {
        var ana = await testHost.AddAsync();
        var tally = await PlayAsync(ana.Phone.Code(), await testHost.PendingsAsync(ana, 50));
        Assert.Equal(new Tally(1, 0, 49), tally);
    }

    [Fact]
    public async Task Five_hundred_wrong_codes_at_once_are_charged_exactly_to_the_cap()
    {
        var ana = await testHost.AddAsync();
        var pendings = await testHost.PendingsAsync(ana, 100);
        var tally = await PlayAsync(ana.Phone.WrongCode(), pendings.SelectMany(pending => Enumerable.Repeat(pending, 5)));
        Assert.Equal(new Tally(0, 10, 490), tally);
        Assert.Equal(10, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    [Fact]
    public async Task Fifty_right_codes_in_two_processes_are_one_sign_in()
    {
        var ana = await testHost.AddAsync();
        await using var second = await SecondProcess.StartAsync(testHost);
        var pendings = await testHost.PendingsAsync(ana, 50);
        var tally = await BothAsync(second, ana.Phone.Code(), pendings);
        Assert.Equal(new Tally(1, 0, 49), tally);
    }

    [Fact]
    public async Task Five_hundred_wrong_codes_in_two_processes_are_charged_exactly_to_the_cap()
    {
        var ana = await testHost.AddAsync();
        await using var second = await SecondProcess.StartAsync(testHost);
        var pendings = (await testHost.PendingsAsync(ana, 100)).SelectMany(pending => Enumerable.Repeat(pending, 5)).ToList();
        var tally = await BothAsync(second, ana.Phone.WrongCode(), pendings);
        Assert.Equal(new Tally(0, 10, 490), tally);
        Assert.Equal(10, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    [Fact]
    public async Task In_a_hundred_rounds_two_processes_accept_each_code_once()
    {
        var ana = await testHost.AddAsync();
        await using var second = await SecondProcess.StartAsync(testHost);
        for (var round = 0; round < Rounds; round++)
        {
            var tally = await BothAsync(second, ana.Phone.Code(), await testHost.PendingsAsync(ana, 2));
            Assert.True(tally.Accepted == 1, $"Round {round}: {tally}");
            testHost.GoOn();
        }
    }

    /// <summary>Half of the pending sign-ins each, at the same time.</summary>
    private async Task<Tally> BothAsync(SecondProcess second, string code, IReadOnlyList<Token> pendings)
    {
        var half = pendings.Count / 2;
        var there = second.PlayAsync(testHost, code, pendings.Take(half));
        var here = PlayAsync(code, pendings.Skip(half));
        return await there + await here;
    }

    private async Task<Tally> PlayAsync(string code, IEnumerable<Token> pendings)
    {
        var outcomes = await Task.WhenAll(pendings.Select(pending => Task.Run(() => testHost.EnterCodeAsync(pending, code))));
        var accepted = outcomes.Count(outcome => outcome is SignInOutcome.SignedIn);
        var wrong = outcomes.Count(outcome => outcome is SignInOutcome.Refused { Verdict: CodeVerdict.Wrong } or SignInOutcome.OutOfTries);
        return new Tally(accepted, wrong, outcomes.Length - accepted - wrong);
    }
}
