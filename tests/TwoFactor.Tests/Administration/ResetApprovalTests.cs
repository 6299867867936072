namespace TwoFactor.Tests.Administration;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Where one agent is not enough: who asks, who approves, who hands over, and what stops it.</summary>
public sealed class ResetApprovalTests : IAsyncLifetime, IDisposable
{
    private readonly App app = App.WithMail();
    private TestUser ada = null!;
    private TestUser user = null!;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        user = await TestUsers.InviteAsync(app, ada, "ursula");
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task An_admin_is_reset_by_another_with_a_third_and_the_one_who_asked_hands_over()
    {
        var (bea, cleo, _) = await app.StaffAsync();
        var id = await app.IdAsync("cleo");
        var request = await app.AskForSecondAsync(ada, cleo);

        // Nothing is held yet, and everybody was told.
        Assert.Equal(HeldBy.None, (await app.GuardAsync(id)).Held);
        Assert.Equal("/account", (await cleo.Browser.GetAsync("/account")).Path);
        var mailbox = await app.MailboxAsync();
        Assert.Contains(
            "A second person must approve it.",
            (await mailbox.TakeAsync(cleo.Mail, "was asked for a reset")).Text,
            StringComparison.Ordinal);
        Assert.Contains($"/admin/resets", (await mailbox.TakeAsync(bea.Mail, "waits for a second person")).Text, StringComparison.Ordinal);

        // Whoever asked cannot approve, nor hand over what nobody approved.
        Assert.Contains("For you", (await bea.Browser.GetAsync("/admin/resets")).Words, StringComparison.Ordinal);
        Assert.DoesNotContain("For you", (await ada.Browser.GetAsync("/admin/resets")).Words, StringComparison.Ordinal);
        var approved = await app.ApproveAsync(bea, request);
        Assert.Contains("Approved. Whoever asked for it hands it over.", approved.Words, StringComparison.Ordinal);
        Assert.Equal(HeldBy.Reset, (await app.GuardAsync(id)).Held);
        Assert.DoesNotContain("key", approved.Html.Split("<main", 2)[1], StringComparison.Ordinal);

        var shown = await app.HandOverAsync(ada, request);
        Assert.Contains("It is shown once. Hand it over in person.", shown.Words, StringComparison.Ordinal);
        var picture = await cleo.Browser.SubmitAsync(await cleo.EnterPasswordAsync(), ("ticket", shown.WordsOf(".key")));
        await cleo.ConfirmAsync(picture);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.Browser.GetAsync($"/admin/resets/{request}")).Status);
        Assert.Equal(
            4, await CountsAsync(id, AuditKinds.ResetAsked, AuditKinds.ResetApproved, AuditKinds.RequestApproved, AuditKinds.TicketShown));
        Assert.DoesNotContain(
            await (await app.MailboxAsync()).AllAsync(), message => message.Subject.Contains("your ticket", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_admin_whose_role_was_just_taken_away_still_takes_two()
    {
        var (_, cleo, _) = await app.StaffAsync();
        await ada.Browser.SubmitAsync(await ada.Browser.GetAsync("/proof?for=accounts"), ("code", ada.Code()));
        await ada.Browser.SubmitAsync(await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("cleo")}/edit"), ("role", "user"));
        app.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains(
            "Asked. A second person must approve it",
            (await app.HelpAsync(ada, cleo, "reset", "badge", "hand-over")).Words,
            StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(await app.IdAsync("cleo"))).Held);
    }

    [Fact]
    public async Task What_the_help_desk_asked_for_an_admin_approves_and_hands_over_at_once_with_a_badge_seen()
    {
        var (_, _, hugo) = await app.StaffAsync();
        var request = await app.AskForSecondAsync(hugo, user);
        var unseen = await app.ApproveAsync(ada, request, badge: false);
        Assert.Contains("and say that you saw the badge.", unseen.WordsOf("#verified-error"), StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(await app.IdAsync("ursula"))).Held);

        var shown = await app.ApproveAsync(ada, request);
        var picture = await user.Browser.SubmitAsync(await user.EnterPasswordAsync(), ("ticket", shown.WordsOf(".key")));
        await user.ConfirmAsync(picture);
        var told = await (await app.MailboxAsync()).TakeAsync(user.Mail, "started a reset");
        Assert.Contains("hugo, approved by ada", told.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("own")]
    [InlineData("target")]
    [InlineData("helpdesk")]
    [InlineData("user")]
    public async Task Nobody_approves_who_may_not(string who)
    {
        var (bea, cleo, hugo) = await app.StaffAsync();
        var request = await app.AskForSecondAsync(bea, cleo);
        var (agent, status, words) = who switch
        {
            "own" => (bea, HttpStatusCode.Forbidden, "You asked for this yourself. Somebody else must approve it."),
            "target" => (cleo, HttpStatusCode.NotFound, ""),
            "helpdesk" => (hugo, HttpStatusCode.NotFound, ""),
            _ => (user, HttpStatusCode.NotFound, ""),
        };
        var answer = await HelpDeskActions.ForceAsync(
            agent, $"/admin/resets/{request}?handler=Approve", ("code", agent.Code()), ("verified", "badge"));
        Assert.Equal(status, answer.Status);
        Assert.Contains(words, answer.Words, StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(await app.IdAsync("cleo"))).Held);
        Assert.Equal(0, await app.CountAsync(AuditKinds.ResetApproved, await app.IdAsync("cleo")));
    }

    [Fact]
    public async Task Two_of_the_help_desk_hand_nothing_over_for_neither_may_see_a_ticket()
    {
        var (_, _, hugo) = await app.StaffAsync();
        var hilda = await TestUsers.AddAsync(app, "hilda", Role.Helpdesk);
        await app.LetAgentsBeOldAsync();
        var request = await app.AskForSecondAsync(hugo, user);
        var answer = await HelpDeskActions.ForceAsync(
            hilda, $"/admin/resets/{request}?handler=Approve", ("code", hilda.Code()), ("verified", "badge"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("An admin must approve this.", answer.Words, StringComparison.Ordinal);
        Assert.Contains(
            "An admin must approve this.", (await hilda.Browser.GetAsync($"/admin/resets/{request}")).Words, StringComparison.Ordinal);
        Assert.Equal(1, await app.CountAsync(AuditKinds.ResetRefused, await app.IdAsync("ursula")));

        // An admin's own request the help desk may approve; the admin hands over.
        app.Time.Advance(TimeSpan.FromSeconds(30));
        var other = await app.AskForSecondAsync(ada, user);
        Assert.Contains("Approved.", (await app.ApproveAsync(hilda, other)).Words, StringComparison.Ordinal);
        var refused = await HelpDeskActions.ForceAsync(
            hilda, $"/admin/resets/{other}?handler=HandOver", ("code", hilda.Code()), ("verified", "badge"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("It is shown once.", (await app.HandOverAsync(ada, other)).Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not me")]
    [InlineData("stopped")]
    [InlineData("too late")]
    [InlineData("altered")]
    [InlineData("words")]
    [InlineData("demoted")]
    [InlineData("switched off")]
    public async Task What_ends_a_request_before_it_is_approved(string how)
    {
        var (bea, cleo, _) = await app.StaffAsync();
        var request = await app.AskForSecondAsync(bea, cleo);
        switch (how)
        {
            case "not me":
                using (var anybody = app.Visitor())
                {
                    var message = await (await app.MailboxAsync()).TakeAsync(cleo.Mail, "was asked for a reset");
                    await anybody.PressAsync(await anybody.GetAsync(message.Link("/not-me/")), "Stop it");
                }

                Assert.Equal(HeldBy.Frozen, (await app.GuardAsync(await app.IdAsync("cleo"))).Held);
                Assert.Contains(
                    "Nobody can sign in as you",
                    string.Join(' ', (await (await app.MailboxAsync()).TakeAsync(cleo.Mail, "Your sign-in was stopped")).Text.Split('\n')),
                    StringComparison.Ordinal);
                foreach (var told in new[] { ada, bea })
                {
                    Assert.Contains(
                        "Asked for by: bea",
                        (await (await app.MailboxAsync()).TakeAsync(told.Mail, "not me")).Text,
                        StringComparison.Ordinal);
                }

                Assert.Equal(1, await app.CountAsync(AuditKinds.RequestCancelled, await app.IdAsync("cleo")));
                break;
            case "stopped":
                Assert.Contains(
                    "Stopped. Nothing more comes of it.",
                    (await ada.Browser.PressAsync(await ada.Browser.GetAsync($"/admin/resets/{request}"), "Stop it")).Words,
                    StringComparison.Ordinal);
                break;
            case "too late":
                app.Time.Advance(TimeSpan.FromHours(72));
                ada.TakeNewBrowser();
                await ada.SignInAsync();
                break;
            case "demoted":
                await ada.Browser.SubmitAsync(await ada.Browser.GetAsync("/proof?for=accounts"), ("code", ada.Code()));
                Assert.Contains("Saved.", (await ada.Browser.SubmitAsync(
                    await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("bea")}/edit"),
                    ("role", "user"))).Words, StringComparison.Ordinal);
                app.Time.Advance(TimeSpan.FromSeconds(30));
                break;
            case "switched off":
                Assert.IsType<LockoutOutcome.Done>(await app.AskAsync(async services =>
                    await services.GetRequiredService<AccountLockout>()
                        .DisableAsync(
                            null, await app.IdAsync("bea"), "bribed", null, Actor.Console, TestContext.Current.CancellationToken)));
                break;
            case "words":
                await app.ExecuteAsync($"UPDATE help_request SET reason='I saw her myself' WHERE id={Guid.Parse(request)}");
                break;
            default:
                await app.ExecuteAsync($"UPDATE help_request SET agent_id={await app.IdAsync("hugo")} WHERE id={Guid.Parse(request)}");
                break;
        }

        var answer =
            await HelpDeskActions.ForceAsync(ada, $"/admin/resets/{request}?handler=Approve", ("code", ada.Code()), ("verified", "badge"));
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.False((await app.GuardAsync(await app.IdAsync("cleo"))).Held.HasFlag(HeldBy.Reset));
        Assert.DoesNotContain("A reset for cleo", (await ada.Browser.GetAsync("/admin/resets")).Words, StringComparison.Ordinal);
    }

    /// <summary>Of how many kinds there is exactly one event.</summary>
    private async Task<int> CountsAsync(Guid account, params string[] kinds)
    {
        var once = 0;
        foreach (var kind in kinds)
        {
            once += await app.CountAsync(kind, account) == 1 ? 1 : 0;
        }

        return once;
    }
}
