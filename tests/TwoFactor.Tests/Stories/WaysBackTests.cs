namespace TwoFactor.Tests.Stories;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A way back from everything: each story ends with the person signed in.</summary>
public sealed class WaysBackTests : IDisposable
{
    private readonly App app = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task A_reset_whose_ticket_expired()
    {
        var (_, user) = await TwoAsync();
        var late = await ResetByConsoleAsync("ursula");
        app.Time.Advance(TimeSpan.FromHours(24));
        var over = await user.Browser.SubmitAsync(await user.EnterPasswordAsync(), ("ticket", late.RevealInGroups()));
        Assert.Contains("This ticket ended on 25 November 2026", over.Words, StringComparison.Ordinal);
        await EnrollWithTicketAsync(user, await ResetByConsoleAsync("ursula"));
    }

    [Fact]
    public async Task A_reset_that_was_stopped_by_not_me()
    {
        var (_, user) = await TwoAsync();
        var stopped = await ResetByConsoleAsync("ursula");
        var message = await (await app.MailboxAsync()).TakeAsync(user.Mail, "The help desk started a reset");
        var asks = await user.Browser.GetAsync(message.Link("/not-me/"));
        Assert.Equal("/not-me", asks.Path);
        Assert.Contains("Was a reset of your sign-in on 24 November 2026", asks.Words, StringComparison.Ordinal);
        Assert.Equal([0], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM audit_event WHERE kind='not-me'"));
        var done = await user.Browser.PressAsync(asks, "Stop it");
        Assert.Contains("Stopped. Nobody can sign in as you now.", done.Words, StringComparison.Ordinal);

        // Reset open comes before frozen: there a ticket is asked for, but the stopped one is dead and the reset cannot be cancelled.
        var page = await user.EnterPasswordAsync();
        Assert.DoesNotContain("Cancel", page.Words, StringComparison.Ordinal);
        Assert.Contains(
            "This ticket ended on", (await user.Browser.SubmitAsync(page, ("ticket", stopped.Reveal()))).Words, StringComparison.Ordinal);
        Assert.Equal("/sign-in/ticket", (await user.Browser.GetAsync("/sign-in/cancel-reset")).Path);
        await EnrollWithTicketAsync(user, await ResetByConsoleAsync("ursula"));
    }

    [Fact]
    public async Task A_reset_that_was_cancelled_while_frozen_stays_frozen()
    {
        var (_, user) = await TwoAsync();
        await ResetByConsoleAsync("ursula");
        var message = await (await app.MailboxAsync()).TakeAsync(user.Mail, "The help desk started a reset");
        await user.Browser.PressAsync(await user.Browser.GetAsync(message.Link("/not-me/")), "Stop it");
        Assert.True(await app.AskAsync(
            async services => await services.GetRequiredService<Resets>().CancelByConsoleAsync(await IdAsync("ursula"), Cancellation)));
        var frozen = await user.EnterPasswordAsync();
        Assert.Contains("Your sign-in was stopped on 24 November 2026", frozen.Words, StringComparison.Ordinal);
        await EnrollWithTicketAsync(user, await ResetByConsoleAsync("ursula"));
    }

    [Fact]
    public async Task An_invited_person_who_pressed_not_me()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula", accept: false);
        var message = await (await app.MailboxAsync()).TakeAsync(user.Mail, "invited");
        await user.Browser.PressAsync(await user.Browser.GetAsync(message.Link("/not-me/")), "Stop it");
        var dead = await user.Browser.GetAsync(message.Link("/invitation/"));
        Assert.Contains("This link was replaced by a newer one, or stopped.", dead.Words, StringComparison.Ordinal);

        var detail = await admin.Browser.GetAsync($"/admin/accounts/{await IdAsync("ursula")}");
        await admin.Browser.PressAsync(detail, "Send a new invitation");
        user.TakeNewBrowser();
        await user.AcceptInvitationAsync();
        await user.SignOutAsync();
        await user.SignInAsync();
    }

    [Fact]
    public async Task The_only_admin_who_forgot_the_password_and_has_no_mail()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await admin.SignOutAsync();
        var stale = await admin.EnterPasswordAsync();
        Assert.Equal("/sign-in/code", stale.Path);
        var made = await app.AskAsync(async services =>
            await services.GetRequiredService<PasswordLinks>().MakeAsync(await IdAsync("ada"), Actor.Console, Cancellation));
        using var browser = app.Visitor();
        var form = await browser.GetAsync($"/reset-password/{made!.Value.Token.Reveal()}");
        var done = await browser.SubmitAsync(form, ("new-password", "a new one after all"), ("new-password-again", "a new one after all"));
        Assert.Equal("/sign-in", done.Path);

        // What the old password had begun is dead, and nothing is offered to enroll.
        var dead = await admin.Browser.SubmitAsync(stale, ("code", admin.Code()));
        Assert.Contains("Nothing on your account has changed. Start again.", dead.Words, StringComparison.Ordinal);
        Assert.Contains(
            "This was used on", (await browser.GetAsync($"/reset-password/{made.Value.Token.Reveal()}")).Words, StringComparison.Ordinal);
        admin.Password = "a new one after all";
        Assert.Equal("/sign-in/code", (await admin.EnterPasswordAsync()).Path);
        await admin.SignInAsync();
        Assert.Equal("/admin", (await admin.Browser.GetAsync("/admin")).Path);
    }

    [Fact]
    public async Task A_guard_closed_at_a_hundred_then_a_reset_and_one_typo_on_the_new_phone()
    {
        var (_, user) = await TwoAsync();
        var (now, ursula) = (app.Time.GetUtcNow().ToUnixTimeSeconds(), await IdAsync("ursula"));
        await app.ExecuteAsync($"UPDATE code_guard SET fails=3, fails30=99, fails30_from={now} WHERE account_id={ursula}");
        await user.SignOutAsync();
        await user.Browser.SubmitAsync(await user.EnterPasswordAsync(), ("code", user.WrongCode()));
        Assert.Contains(
            "Your authenticator was switched off after many wrong codes.",
            (await user.Browser.GetAsync("/sign-in/code")).Words,
            StringComparison.Ordinal);

        var ticket = await ResetByConsoleAsync("ursula");
        var picture = await user.Browser.SubmitAsync(await user.EnterPasswordAsync(), ("ticket", ticket.RevealInGroups()));
        await user.ScanAsync();
        var typo = await user.Browser.SubmitAsync(picture, ("code", user.WrongCode()));
        Assert.Contains("That code does not fit this picture.", typo.Words, StringComparison.Ordinal);
        await user.ConfirmAsync(typo);
        await user.SignOutAsync();
        await user.SignInAsync();
    }

    [Fact]
    public async Task A_half_done_set_up_is_over_once_another_admin_is_there()
    {
        var half = new TestUser(app, "ada", "ada@acme.example");
        var form = await half.Browser.GetAsync(await app.SetupLinkAsync());
        await half.Browser.SubmitAsync(
            form, ("username", "ada"), ("email", half.Mail), ("new-password", half.Password), ("new-password-again", half.Password));
        await half.ScanAsync();
        await TestUsers.AddAsync(app, "alan", Role.Admin);
        var answer = await half.Browser.SubmitAsync(await half.Browser.GetAsync("/enroll"), ("code", half.Code()));
        Assert.DoesNotContain("/account", answer.Path, StringComparison.Ordinal);
        Assert.Empty(await app.QueryAsync<int>(
            $"SELECT 1 AS Value FROM authenticator JOIN account ON account.id=account_id WHERE user_name='ada' AND state='active'"));
    }

    [Fact]
    public async Task A_half_done_set_up()
    {
        var half = new TestUser(app, "adam", "adam@acme.example");
        var first = await app.SetupLinkAsync();
        await half.Browser.SubmitAsync(
            await half.Browser.GetAsync(
                first), ("username", "adam"), ("email", half.Mail), ("new-password", half.Password), ("new-password-again", half.Password));
        await app.AskAsync(services => services.GetRequiredService<StartupMessages>().PrepareAsync(terminal: false, Cancellation));
        var old = await half.Browser.GetAsync(first);
        Assert.Equal(HttpStatusCode.NotFound, old.Status);
        Assert.Contains("This link was for an earlier start.", old.Words, StringComparison.Ordinal);

        var admin = await TestUser.FirstAdminAsync(app);
        Assert.Equal(["ada"], await app.QueryAsync<string>($"SELECT user_name AS Value FROM account"));
        Assert.Equal(HttpStatusCode.NotFound, (await half.Browser.GetAsync(first)).Status);
        Assert.Contains(
            "There is no such page", (await admin.Browser.GetAsync(await app.SetupLinkAsync())).Words, StringComparison.Ordinal);
        await admin.SignOutAsync();
        await admin.SignInAsync();
    }

    [Fact]
    public async Task An_invitation_opened_in_two_browsers()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula", accept: false);
        var link = (await (await app.MailboxAsync()).TakeAsync(user.Mail, "invited")).Link("/invitation/");
        using var other = app.Visitor();
        var voided = await other.SubmitAsync(
            await other.GetAsync(link), ("new-password", "the other browser's one"), ("new-password-again", "the other browser's one"));
        var picture = await user.Browser.SubmitAsync(
            await user.Browser.GetAsync(link), ("new-password", user.Password), ("new-password-again", user.Password));
        Assert.Equal("/enroll", voided.Path);
        Assert.Contains(
            "This picture was replaced from another browser.", (await other.GetAsync("/enroll")).Words, StringComparison.Ordinal);
        await user.ConfirmAsync(picture);
        Assert.Contains("This was used on", (await other.GetAsync(link)).Words, StringComparison.Ordinal);
        await user.SignOutAsync();
        await user.SignInAsync();
    }

    [Fact]
    public async Task An_invitation_that_expired_is_sent_again_three_times()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula", accept: false);
        for (var sent = 0; sent < 3; sent++)
        {
            var over = await OpenLateAsync(user);
            var again = await user.Browser.PressAsync(over, "Send me a new invitation");
            Assert.Contains("A new invitation is on its way to your mail address.", again.Words, StringComparison.Ordinal);
        }

        var last = await OpenLateAsync(user);
        Assert.Contains(
            "We sent three already.", (await user.Browser.PressAsync(last, "Send me a new invitation")).Words, StringComparison.Ordinal);

        await app.AskAsync(async services =>
            await services.GetRequiredService<Invitations>().InviteAgainAsync(null, await IdAsync("ursula"), Actor.Console, Cancellation));
        await user.AcceptInvitationAsync();
    }

    [Fact]
    public async Task The_last_admin_who_lost_the_phone()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await EnrollWithTicketAsync(admin, await ResetByConsoleAsync("ada"));
        Assert.Equal("/admin/audit", (await admin.Browser.GetAsync("/admin/audit")).Path);
    }

    private async Task<VisitedPage> OpenLateAsync(TestUser invited)
    {
        var message = await (await app.MailboxAsync()).TakeAsync(invited.Mail, "invited");
        app.Time.Advance(TimeSpan.FromDays(7));
        return await invited.Browser.GetAsync(message.Link("/invitation/"));
    }

    private async Task<(TestUser Admin, TestUser User)> TwoAsync()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        return (admin, await TestUsers.InviteAsync(app, admin, "ursula"));
    }

    private async Task<Token> ResetByConsoleAsync(string name) => Assert.IsType<HelpOutcome.HandOver>(
        await app.AskAsync(async services =>
            await services.GetRequiredService<Resets>().ApproveByConsoleAsync(await IdAsync(name), "lost", Cancellation))).Ticket;

    /// <summary>Password, ticket, picture, first code; then once more as every day.</summary>
    private static async Task EnrollWithTicketAsync(TestUser user, Token ticket)
    {
        var page = await user.EnterPasswordAsync();
        await user.ConfirmAsync(await user.Browser.SubmitAsync(page, ("ticket", ticket.RevealInGroups())));
        await user.SignOutAsync();
        await user.SignInAsync();
    }

    private async Task<Guid> IdAsync(string name) =>
        (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name={name}"))[0];
}
