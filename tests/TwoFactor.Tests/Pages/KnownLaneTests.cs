namespace TwoFactor.Tests.Pages;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Tests.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>While strangers fill their lane, whoever has a session, a link or a known browser goes on.</summary>
public sealed class KnownLaneTests : IDisposable
{
    private readonly PasswordQueues queues = PasswordLanes.Of(workers: 1, places: 8);
    private readonly App app;

    public KnownLaneTests() => app = new App(("Smtp:Host", "localhost"))
    {
        Adjust = services =>
        {
            App.LetFilesTake(services);
            services.Replace(ServiceDescriptor.Singleton(
                provider => new PasswordHasher(provider.GetRequiredService<PasswordLimits>(), queues)));
        },
    };

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task A_session_a_link_and_a_known_browser_do_not_wait_behind_strangers()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var invited = await TestUsers.InviteAsync(app, ada, "ivy", accept: false);
        await TestUsers.InviteAsync(app, ada, "fred");
        await app.AskForLinkAsync("fred");
        var back = await TestUsers.InviteAsync(app, ada, "bea");
        await back.SignOutAsync();
        await ada.ProveAsync(app);
        var change = await ada.Browser.GetAsync("/account/password");
        var invitation = await invited.Browser.GetAsync(
            (await (await app.MailboxAsync()).TakeAsync(invited.Mail, "invit")).Link("/invitation/"));
        using var elsewhere = app.Visitor();
        var link = await elsewhere.GetAsync((await app.LinksAsync())[^1].Link);
        var known = await back.Browser.GetAsync("/sign-in");

        using var blocked = await BlockedWorker.InAsync(queues);
        while (queues.TryEnter(() => true, PasswordLanes.Stranger(), out _, TestContext.Current.CancellationToken))
        {
        }

        using var stranger = app.Visitor();
        var refused = await stranger.SubmitOnceAsync(
            await stranger.GetAsync("/sign-in"), null, ("username", "bea"), ("password", back.Password));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        const string password = ForgottenPasswordActions.NewPassword;
        var all = new[]
        {
            ada.Browser.SubmitAsync(
                change, ("current-password", ada.Password), ("new-password", password), ("new-password-again", password)),
            invited.Browser.SubmitAsync(invitation, ("new-password", password), ("new-password-again", password)),
            elsewhere.SubmitAsync(link, ("new-password", password), ("new-password-again", password)),
            back.Browser.SubmitAsync(known, ("username", "bea"), ("password", back.Password)),
        };
        blocked.Release();

        Assert.Equal(["/account", "/enroll", "/sign-in", "/sign-in/code"], (await Task.WhenAll(all)).Select(page => page.Path));
    }
}
