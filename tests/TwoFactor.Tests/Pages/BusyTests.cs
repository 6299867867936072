namespace TwoFactor.Tests.Pages;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Tests.Accounts;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>When more people bring passwords than can be checked: those beyond the places are told so, and codes go on.</summary>
public sealed class BusyTests : IDisposable
{
    private readonly PasswordQueues queues = PasswordLanes.Of(workers: 1, places: 1);
    private readonly App app;

    public BusyTests() => app = new App
    {
        Adjust = services => services.Replace(ServiceDescriptor.Singleton(
            provider => new PasswordHasher(provider.GetRequiredService<PasswordLimits>(), queues))),
    };

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task A_full_queue_says_when_to_come_back_while_codes_are_judged()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await admin.SignOutAsync();
        var code = await admin.EnterPasswordAsync();
        var before = await GuardsAsync();

        using var blocked = await BlockedWorker.InAsync(queues);
        using var one = app.Visitor();
        using var other = app.Visitor();
        var tries = new[] { TryAsync(one, await one.GetAsync("/sign-in")), TryAsync(other, await other.GetAsync("/sign-in")) };

        // One of the two took the only place and waits; the other is told so at once, whichever it was.
        var told = await Task.WhenAny(tries);
        var waits = tries.Single(each => each != told);
        var busy = await told;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, busy.Status);
        Assert.Equal("5", Assert.Single(busy.Headers.GetValues("Retry-After")));
        Assert.Contains(
            "Many people are signing in just now. Wait 5 seconds and try again. Your password was not checked.",
            busy.Words,
            StringComparison.Ordinal);
        Assert.Equal("ada", busy.Field("username")?.GetAttribute("value"));
        Assert.Null(busy.Field("password")?.GetAttribute("value"));
        ForgeryTests.AssertHeaders(busy, isAsset: false);
        Assert.False(waits.IsCompleted);

        // No code waits behind a password: wrong and right ones are judged meanwhile.
        var wrong = await admin.Browser.SubmitAsync(code, ("code", admin.WrongCode()));
        Assert.Contains("That code did not work", wrong.Words, StringComparison.Ordinal);
        Assert.Equal("/account", (await admin.Browser.SubmitAsync(wrong, ("code", admin.Code()))).Path);
        Assert.Equal(before, await GuardsAsync());

        blocked.Release();
        Assert.Equal(HttpStatusCode.OK, (await waits).Status);
    }

    private static Task<VisitedPage> TryAsync(Visitor visitor, VisitedPage form) =>
        visitor.SubmitOnceAsync(form, null, ("username", "ada"), ("password", "not the right password"));

    private Task<IReadOnlyList<int>> GuardsAsync() => app.QueryAsync<int>($"SELECT fails AS Value FROM password_guard ORDER BY device_id");
}
