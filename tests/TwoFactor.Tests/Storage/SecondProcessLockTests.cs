namespace TwoFactor.Tests.Storage;

using System.Net;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Another process holds the write lock of the database file, for real seconds, while somebody types a code.</summary>
[Slow]
public sealed class SecondProcessLockTests : IAsyncLifetime
{
    private readonly App app = new();

    private TestUser ana = null!;
    private VisitedPage codePage = null!;
    private SecondProcess other = null!;

    public async ValueTask InitializeAsync()
    {
        ana = await TestUser.FirstAdminAsync(app);
        await ana.SignOutAsync();
        codePage = await ana.EnterPasswordAsync();
        other = await SecondProcess.StartAsync(app.DataDirectory, app.Time.Now());
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_short_lock_is_waited_for_and_nobody_notices()
    {
        await other.HoldFileAsync();
        var typed = ana.Browser.SubmitAsync(codePage, ("code", ana.Code()));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(typed.IsCompleted);

        await other.FreeFileAsync();

        Assert.Equal("/account", (await typed).Path);
    }

    [Fact]
    public async Task A_lock_longer_than_the_limit_is_answered_with_when_to_come_back_and_the_code_is_still_good()
    {
        await other.HoldFileAsync();
        var right = ana.Browser.SubmitOnceAsync(codePage, null, ("code", ana.Code()));
        var wrong = ana.Browser.SubmitOnceAsync(codePage, null, ("code", ana.WrongCode()));

        // The lock is held until both are answered.
        foreach (var answer in await Task.WhenAll(right, wrong))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "We are very busy just now"), (answer.Status, answer.Heading));
            Assert.Equal("1", Assert.Single(answer.Headers.GetValues("Retry-After")));
        }

        await other.FreeFileAsync();
        Assert.Equal([0], await app.QueryAsync<int>($"SELECT fails AS Value FROM code_guard"));
        Assert.Equal("/account", (await ana.Browser.SubmitAsync(codePage, ("code", ana.Code()))).Path);
    }
}
