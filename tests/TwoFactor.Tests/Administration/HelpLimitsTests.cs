namespace TwoFactor.Tests.Administration;

using System.Net;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// How far one agent's word goes: the notice where nobody could approve, the policy for all, the number of a day, and the way to stop
/// what was begun.
/// </summary>
public sealed class HelpLimitsTests : IAsyncLifetime, IDisposable
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
    public async Task With_two_admins_a_reset_of_one_waits_a_day_after_its_notice()
    {
        var bea = await TestUsers.AddAsync(app, "bea", Role.Admin);
        var id = await app.IdAsync("bea");
        var page = await ada.Browser.GetAsync($"/admin/accounts/{id}/reset");
        Assert.Contains("there is nobody to approve it, so it waits until", page.Words, StringComparison.Ordinal);
        Assert.Contains("Notice is given.", (await app.HelpAsync(ada, bea)).Words, StringComparison.Ordinal);
        Assert.Contains(
            "It can go on from 25 November 2026",
            (await (await app.MailboxAsync()).TakeAsync(bea.Mail, "was asked for")).Text,
            StringComparison.Ordinal);
        var request = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM help_request"))[0].ToString();

        Assert.Contains("You can go on from 25 November 2026", (await HelpDeskActions.ForceAsync(
            ada,
            $"/admin/resets/{request}?handler=HandOver",
            ("code", ada.Code()),
            ("verified", "badge"))).Words, StringComparison.Ordinal);
        app.Time.Advance(TimeSpan.FromHours(24));
        ada.TakeNewBrowser();
        await ada.SignInAsync();
        var shown = await app.HandOverAsync(ada, request);
        Assert.Contains("Ticket for bea", shown.Words, StringComparison.Ordinal);
        Assert.Equal(HeldBy.Reset, (await app.GuardAsync(id)).Held);
        bea.TakeNewBrowser();
        await bea.ConfirmAsync(await bea.Browser.SubmitAsync(await bea.EnterPasswordAsync(), ("ticket", shown.WordsOf(".key"))));
    }

    /// <summary>
    /// The notice stands for somebody who did not exist: who has been an admin for long enough by its end is asked.
    /// </summary>
    [Fact]
    public async Task An_admin_who_came_during_the_notice_must_approve_it_once_they_may()
    {
        var bea = await TestUsers.AddAsync(app, "bea", Role.Admin);
        await app.HelpAsync(ada, bea);
        var request = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM help_request"))[0].ToString();
        app.Time.Advance(TimeSpan.FromHours(1));
        var cleo = await TestUsers.AddAsync(app, "cleo", Role.Admin);
        app.Time.Advance(TimeSpan.FromHours(72));
        ada.TakeNewBrowser();
        await ada.SignInAsync();

        var refused = await app.HandOverAsync(ada, request);
        Assert.Contains(
            "There is somebody now who can approve it. cleo must, before you hand it over.", refused.Words, StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(await app.IdAsync("bea"))).Held);

        cleo.TakeNewBrowser();
        await cleo.SignInAsync();
        app.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("Approved.", (await app.ApproveAsync(cleo, request)).Words, StringComparison.Ordinal);
        Assert.Contains("Ticket for bea", (await app.HandOverAsync(ada, request)).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_agent_does_not_ask_twice_for_the_same()
    {
        var (_, _, hugo) = await app.StaffAsync();
        await app.AskForSecondAsync(hugo, user);
        var again = await hugo.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ursula")}/reset");

        Assert.Contains("You asked for this already.", again.Words, StringComparison.Ordinal);
        Assert.Null(again.Field("reason"));
        var messages = (await (await app.MailboxAsync()).AllAsync()).Count;
        var forced = await HelpDeskActions.ForceAsync(
            hugo, $"/admin/accounts/{await app.IdAsync("ursula")}/reset", ("verified", "badge"), ("reason", "Lost the phone"),
            ("code", hugo.Code()), ("epoch", "1"));
        Assert.Contains("You asked for this already.", forced.Words, StringComparison.Ordinal);
        Assert.Equal(messages, (await (await app.MailboxAsync()).AllAsync()).Count);
    }

    [Fact]
    public async Task A_policy_asks_for_two_everywhere()
    {
        using var strict = new App(("Limits:Help:SecondForAll", "1"));
        var first = await TestUser.FirstAdminAsync(strict);
        var someone = await TestUsers.InviteAsync(strict, first, "otto");
        await TestUsers.AddAsync(strict, "bea", Role.Admin);
        await strict.LetAgentsBeOldAsync();
        Assert.Contains("Asked. A second person must approve it", (await strict.HelpAsync(first, someone)).Words, StringComparison.Ordinal);
        Assert.Contains(
            "Asked. A second person must approve it", (await strict.HelpAsync(first, someone, "pass")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_agent_starts_so_many_a_day_and_the_admins_hear_of_more()
    {
        using var small = new App(("Limits:Help:StartedADay", "2"));
        var first = await TestUser.FirstAdminAsync(small);
        var someone = await TestUsers.InviteAsync(small, first, "otto");
        var hugo = await TestUsers.AddAsync(small, "hugo", Role.Helpdesk);
        Assert.Contains("pass is on its way", (await small.HelpAsync(hugo, someone, "pass")).Words, StringComparison.Ordinal);
        Assert.Contains("pass is on its way", (await small.HelpAsync(hugo, someone, "pass")).Words, StringComparison.Ordinal);
        for (var more = 0; more < 3; more++)
        {
            var refused = await small.HelpAsync(hugo, someone);
            Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
            Assert.Contains("You have started 2 resets, passes and switch-offs in 24 hours.", refused.Words, StringComparison.Ordinal);
        }

        Assert.Equal(HeldBy.None, (await small.GuardAsync(await small.IdAsync("otto"))).Held);
        var messages = (await (await small.MailboxAsync()).AllAsync()).Where(message => message.Subject == "Many resets by one agent")
            .ToList();
        Assert.Equal(first.Mail, Assert.Single(messages).To);

        // Tomorrow he helps again, and is told of again; meanwhile another does.
        Assert.Contains("pass is on its way", (await small.HelpAsync(first, someone, "pass")).Words, StringComparison.Ordinal);
        small.Time.Advance(TimeSpan.FromHours(24));
        hugo.TakeNewBrowser();
        await hugo.SignInAsync();
        Assert.Contains("pass is on its way", (await small.HelpAsync(hugo, someone, "pass")).Words, StringComparison.Ordinal);
        await small.HelpAsync(hugo, someone, "pass");
        await small.HelpAsync(hugo, someone, "pass");
        Assert.Equal(2, (await (await small.MailboxAsync()).AllAsync()).Count(message => message.Subject == "Many resets by one agent"));
    }

    [Fact]
    public async Task An_open_reset_is_stopped_by_whoever_may_help_with_a_reason_that_the_owner_reads()
    {
        var id = await app.IdAsync("ursula");
        await app.HelpAsync(ada, user);
        Assert.Contains("Say why", (await StopAsync(id, " ", ada.Code())).WordsOf("#stop-reason-error"), StringComparison.Ordinal);
        var refused = await StopAsync(id, "The wrong Ursula", ada.WrongCode());
        Assert.Contains("That code did not work", refused.Words, StringComparison.Ordinal);
        // The page has another form with a reason.
        Assert.Equal(("The wrong Ursula", ""), (refused.Document.QuerySelector("#stop-reason")!.GetAttribute("value")
            ?? "", refused.Document.QuerySelector("#disable-reason")!.GetAttribute("value") ?? ""));
        Assert.Equal(HeldBy.Reset, (await app.GuardAsync(id)).Held);
        Assert.Contains(
            "The reset was stopped. Everything is as before.",
            (await StopAsync(id, "The wrong Ursula", ada.Code())).Words,
            StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(id)).Held);
        Assert.Contains(
            "The wrong Ursula", (await (await app.MailboxAsync()).TakeAsync(user.Mail, "was stopped")).Text, StringComparison.Ordinal);
        await user.SignInAsync();
    }

    [Fact]
    public async Task Stopping_a_reset_leaves_a_freeze_and_says_so()
    {
        var id = await app.IdAsync("ursula");
        await app.HelpAsync(ada, user);
        var message = await (await app.MailboxAsync()).TakeAsync(user.Mail, "started a reset");
        using (var anybody = app.Visitor())
        {
            await anybody.PressAsync(await anybody.GetAsync(message.Link("/not-me/")), "Stop it");
        }

        var page = await ada.Browser.GetAsync($"/admin/accounts/{id}");
        Assert.Contains("Sign-in was stopped because somebody said that a change was not theirs.", page.Words, StringComparison.Ordinal);
        Assert.Contains("No code works now: the account is on hold.", page.Words, StringComparison.Ordinal);
        Assert.Contains("A reset is open already", page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("can stop it with a code", page.Words, StringComparison.Ordinal);
        Assert.Contains("ursula's account stays frozen.", (await StopAsync(id, "Enough", ada.Code())).Words, StringComparison.Ordinal);
        Assert.Equal(HeldBy.Frozen, (await app.GuardAsync(id)).Held);
        Assert.Contains(
            "your sign-in stays stopped",
            string.Join(' ', (await (await app.MailboxAsync()).TakeAsync(user.Mail, "reset of your sign-in was stopped")).Text.Split('\n')),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_open_resets_of_one_second_stand_on_pages_that_follow_each_other()
    {
        for (var number = 0; number < 26; number++)
        {
            await app.InviteByConsoleAsync($"many{number:D2}");
        }

        await app.ArrangeAsync(
            $"UPDATE code_guard SET held=2, reset_at=1 WHERE account_id IN (SELECT id FROM account WHERE user_name LIKE 'many%')");
        var first = await ada.Browser.GetAsync("/admin/resets");
        var second = await ada.Browser.GetAsync(
            first.Document.QuerySelectorAll("a").Single(link => link.TextContent == "Next").GetAttribute("href")!);
        Assert.Equal(26, first.Document.QuerySelectorAll("a.fill").Length + second.Document.QuerySelectorAll("a.fill").Length);
    }

    private Task<VisitedPage> StopAsync(Guid id, string reason, string code) =>
        HelpDeskActions.ForceAsync(ada, $"/admin/accounts/{id}?handler=Stop", ("reason", reason), ("code", code));
}
