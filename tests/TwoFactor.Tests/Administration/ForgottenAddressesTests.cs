namespace TwoFactor.Tests.Administration;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Where the mail for a forgotten password goes, and who gets an invitation in its place, or nothing.</summary>
public sealed class ForgottenAddressesTests : IAsyncLifetime, IDisposable
{
    private readonly App app = App.WithMail();
    private TestUser admin = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => admin = await TestUser.FirstAdminAsync(app);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task For_72_hours_after_a_change_the_old_address_gets_it_and_no_other_then_the_new()
    {
        await TestUsers.InviteAsync(app, admin, "ursula");
        await ChangeAsync("ursula", (addresses, work, id) => addresses.ChangeAsync(work, id, "thief@evil.example"));
        foreach (var typed in new[] { "ursula", "ursula@acme.example", "thief@evil.example" })
        {
            await app.AskForLinkAsync(typed);
        }

        Assert.Equal(Enumerable.Repeat("ursula@acme.example", 3), (await app.LinksAsync()).Select(link => link.To));
        app.Time.Advance(TimeSpan.FromHours(72) - TimeSpan.FromSeconds(1));
        await app.AskForLinkAsync("ursula");
        Assert.Equal("ursula@acme.example", (await app.LinksAsync())[^1].To);

        app.Time.Advance(TimeSpan.FromSeconds(1));
        await app.AskForLinkAsync("ursula@acme.example");
        Assert.Equal(4, (await app.LinksAsync()).Count);
        await app.AskForLinkAsync("thief@evil.example");
        Assert.Equal("thief@evil.example", (await app.LinksAsync())[^1].To);
    }

    [Fact]
    public async Task A_second_address_gets_the_same_link_once_it_is_relied_upon()
    {
        await TestUsers.InviteAsync(app, admin, "ursula");
        await ChangeAsync("ursula", (addresses, work, id) => addresses.ChangeSecondAsync(work, id, "home@ursula.example"));
        await app.AskForLinkAsync("ursula");
        Assert.Equal("ursula@acme.example", Assert.Single(await app.LinksAsync()).To);

        app.Time.Advance(TimeSpan.FromHours(72));
        await app.AskForLinkAsync("ursula");
        var both = (await app.LinksAsync()).Skip(1).ToList();
        Assert.Equal(["home@ursula.example", "ursula@acme.example"], both.Select(link => link.To).Order(StringComparer.Ordinal));
        Assert.Single(both.Select(link => link.Link).Distinct());
    }

    [Fact]
    public async Task Who_never_finished_an_invitation_gets_a_new_one_three_an_hour_and_never_a_link()
    {
        var invited = await TestUsers.InviteAsync(app, admin, "ivan", accept: false);
        for (var asked = 0; asked < 5; asked++)
        {
            // Mails of one second have no order.
            app.Time.Advance(TimeSpan.FromSeconds(1));
            await app.AskForLinkAsync("ivan");
        }

        var invitations = await InvitationsAsync(invited);
        Assert.Equal(3, invitations.Count);
        Assert.Empty(await app.LinksAsync());
        Assert.NotNull((await invited.Browser.GetAsync(invitations[0])).Field("new-password"));
        app.Time.Advance(TimeSpan.FromHours(1));
        await app.AskForLinkAsync("ivan@acme.example");
        invitations = await InvitationsAsync(invited);
        Assert.Equal(4, invitations.Count);

        await invited.ConfirmAsync(await invited.ChoosePasswordAsync(await invited.Browser.GetAsync(invitations[3])));
        await app.AskForLinkAsync("ivan");
        Assert.Equal(invited.Mail, Assert.Single(await app.LinksAsync()).To);
    }

    /// <summary>Whoever knows a name must not keep its owner from enrolling.</summary>
    [Fact]
    public async Task A_stranger_who_asks_does_not_end_the_enrollment_under_way_and_its_first_code_ends_all_invitations()
    {
        var invited = await TestUsers.InviteAsync(app, admin, "ivan", accept: false);
        var picture = await invited.ChoosePasswordAsync(await invited.Browser.GetAsync((await InvitationsAsync(invited))[0]));
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await app.AskForLinkAsync("ivan");

        await invited.ConfirmAsync(picture);

        var later = (await InvitationsAsync(invited))[1];
        using var thief = app.Visitor();
        Assert.Null((await thief.GetAsync(later)).Field("new-password"));
    }

    [Fact]
    public async Task An_invitation_that_its_owner_stopped_is_not_made_anew_by_asking()
    {
        var invited = await TestUsers.InviteAsync(app, admin, "ivan", accept: false);
        var message = await (await app.MailboxAsync()).TakeAsync(invited.Mail, "invited");
        await invited.Browser.PressAsync(await invited.Browser.GetAsync(message.Link("/not-me/")), "Stop it");

        await app.AskForLinkAsync("ivan");

        Assert.Single(await InvitationsAsync(invited));
        Assert.Empty(await app.LinksAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_account_that_is_switched_off_gets_nothing(bool enrolled)
    {
        var user = await TestUsers.InviteAsync(app, admin, "ursula", accept: enrolled);
        var id = await app.IdAsync("ursula");
        await app.AskAsync(
            services => services.GetRequiredService<AccountLockout>().DisableAsync(null, id, null, null, Actor.Console, Cancellation));

        await app.AskForLinkAsync("ursula");

        Assert.Empty(await app.LinksAsync());
        Assert.Single(await InvitationsAsync(user));
        Assert.Equal(1, await app.CountAsync(AuditKinds.PasswordLinkRefused, id));
    }

    [Fact]
    public async Task A_first_admin_who_was_never_invited_is_not_invited_by_a_stranger()
    {
        using var fresh = App.WithMail();
        using var half = fresh.Visitor();
        var form = await half.GetAsync(await fresh.SetupLinkAsync());
        await half.SubmitAsync(
            form, ("username", "ada"), ("email", "typo@elsewhere.example"), ("new-password", TestUser.GoodPassword),
            ("new-password-again", TestUser.GoodPassword));

        await fresh.AskForLinkAsync("ada");

        Assert.Empty(await (await fresh.MailboxAsync()).AllAsync());
    }

    /// <summary>What a change of an address does, and every change of factors with it.</summary>
    private async Task ChangeAsync(string userName, Func<Addresses, Work, Guid, Task> change)
    {
        var id = await app.IdAsync(userName);
        await app.AskAsync(services => services.GetRequiredService<TwoFactorDb>().InStoryAsync(
            async work =>
            {
                await services.GetRequiredService<CodeGuards>().RaiseEpochAsync(work, id);
                await change(services.GetRequiredService<Addresses>(), work, id);
                services.GetRequiredService<AuditLog>().Record(work, AuditKinds.AddressChanged, id, number: 1);
                return true;
            },
            Cancellation));
    }

    private async Task<IReadOnlyList<Uri>> InvitationsAsync(TestUser user) =>
        [.. (await (await app.MailboxAsync()).AllAsync()).Where(
            message => message.To == user.Mail && message.Subject.Contains("invited", StringComparison.Ordinal))
            .Select(message => message.Link("/invitation/"))];
}
