namespace TwoFactor.Tests;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Nothing slow slips into the fast run, and nothing of the first start into the tests that take a copy of it.</summary>
public sealed class HarnessSpeedTests
{
    [Fact]
    public void A_test_that_is_not_slow_starts_no_process()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new ServerProcess());

        Assert.Equal("The built program as a process takes its time: mark the test, or its class, [Slow].", refused.Message);
    }

    [Fact]
    public async Task A_test_that_is_not_slow_starts_no_second_process()
    {
        await using var testHost = await TestHost.PrepareAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => SecondProcess.StartAsync(testHost));
    }

    [Fact]
    public async Task A_test_that_is_not_slow_opens_no_browser()
    {
        await using var browser = new Browser();

        await Assert.ThrowsAsync<InvalidOperationException>(() => browser.OpenAsync(new Uri("http://localhost")));
    }

    /// <summary>All other stories in this process hash more cheaply than any setting allows.</summary>
    [Fact]
    public async Task A_password_costs_what_the_limits_say_where_nobody_makes_it_cheap()
    {
        using var app = new App { HashesAtFullCost = true };
        await TestUser.FirstAdminAsync(app);

        Assert.StartsWith(
            "$argon2id$v=19$m=19456,t=2,p=1$",
            Assert.Single(await app.QueryAsync<string>($"SELECT password_hash AS Value FROM account")),
            StringComparison.Ordinal);
        Assert.Equal(19_456, Assert.Single(await app.QueryAsync<int>($"SELECT memory_kibibytes AS Value FROM recovery_set")));
    }

    [Fact]
    [Slow]
    public async Task A_slow_test_does() => await new ServerProcess().DisposeAsync();
}
