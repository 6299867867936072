namespace TwoFactor.Tests.Sessions;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>A new phone in place of an old one: nothing is lost before its first code, nothing of the old is left after it.</summary>
public sealed class NewPhoneTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private TestUser admin = null!;
    private TestUser ana = null!;

    public async ValueTask InitializeAsync()
    {
        admin = await TestUser.FirstAdminAsync(app);
        ana = await TestUsers.InviteAsync(app, admin, "ana");
    }

    [Fact]
    public async Task A_picture_that_was_opened_and_closed_leaves_the_old_phone_working()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        var thief = ana.Elsewhere(app);
        var picture = await thief.EnterTicketAsync(ticket);
        await thief.ScanAsync();
        ana.TakeNewBrowser();
        var asks = await ana.EnterPasswordAsync();
        await ana.Browser.SubmitAsync(await ana.Browser.GetAsync(asks.Link("Cancel the reset with a code")), ("code", ana.Code()));
        app.Time.Advance(RecoveryActions.HalfMinute);

        var refused = await thief.Browser.SubmitAsync(picture, ("code", thief.Code()));
        Assert.Contains("This picture works no longer.", refused.Words, StringComparison.Ordinal);
        await thief.AssertSignedOutAsync();
        Assert.Equal("/account", (await ana.SignInAsync()).Path);
    }

    [Fact]
    public async Task The_first_code_wipes_what_was_before_and_signs_in()
    {
        var id = await app.IdAsync("ana");
        var known = ana.Elsewhere(app);
        await known.SignInAsync();
        var epoch = (await app.GuardAsync(id)).Epoch;
        var old = ana.Elsewhere(app);
        var ticket = await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();
        var picture = await ana.EnterTicketAsync(ticket);
        Assert.Equal(1, await CountAsync(id, "authenticator WHERE state='active' AND account_id"));
        Assert.True(await CountAsync(id, "device WHERE account_id") >= 2);
        await ana.ConfirmAsync(picture);

        Assert.Equal(epoch.Next().Next(), (await app.GuardAsync(id)).Epoch);
        Assert.Equal(1, await CountAsync(id, "authenticator WHERE state='active' AND account_id"));
        Assert.Equal(
            0,
            await CountAsync(id, "authenticator WHERE state<>'active' AND (ciphertext IS NOT NULL OR key_id IS NOT NULL) AND account_id"));
        Assert.Equal(1, await CountAsync(id, "device WHERE account_id"));
        Assert.Equal(0, await CountAsync(id, "ticket WHERE used_at IS NULL AND kind NOT LIKE 'not-me-%' AND account_id"));
        await known.AssertSignedOutAsync();

        var refused = await old.Browser.SubmitAsync(await old.EnterPasswordAsync(), ("code", old.Code()));
        Assert.Contains("That code did not work", refused.Words, StringComparison.Ordinal);
        await ana.SignOutAsync();
        Assert.Equal("/account", (await ana.SignInAsync()).Path);
    }

    [Fact]
    public async Task The_owner_is_told_of_a_new_phone_and_can_say_that_it_was_not_theirs()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        var thief = ana.Elsewhere(app);
        await thief.ConfirmAsync(await thief.EnterTicketAsync(ticket));
        var mailbox = await app.MailboxAsync();
        var messages =
            (await mailbox.AllAsync()).Where(message => message.To == ana.Mail && message.Subject == "A new authenticator was added")
                .ToList();
        Assert.Equal(2, messages.Count);

        var asks = await ana.Browser.GetAsync(messages[^1].Link("/not-me/"));
        await ana.Browser.PressAsync(asks, "Stop it");

        await thief.AssertSignedOutAsync();
        var refused = await thief.EnterPasswordAsync();
        Assert.Contains("Your sign-in was stopped on", refused.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_works_once()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();
        await ana.ConfirmAsync(await ana.EnterTicketAsync(ticket));
        ana.TakeNewBrowser();
        Assert.Equal("/sign-in/code", (await ana.EnterPasswordAsync()).Path);
        Assert.Equal("/sign-in/code", (await ana.Browser.GetAsync($"/sign-in/ticket/{ticket.Reveal()}")).Path);

        await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();
        AssertRefused(await ana.EnterTicketAsync(ticket), "This ticket ended on");
    }

    [Fact]
    public async Task A_newer_reset_ends_an_older_ticket()
    {
        var first = await app.ResetByConsoleAsync("ana");
        var second = await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();

        AssertRefused(await ana.EnterTicketAsync(first), "This ticket ended on");
        ana.TakeNewBrowser();
        await ana.ConfirmAsync(await ana.EnterTicketAsync(second));
    }

    [Fact]
    public async Task A_ticket_of_an_older_epoch_is_refused()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        await app.ArrangeAsync($"UPDATE code_guard SET epoch=epoch+1 WHERE account_id={await app.IdAsync("ana")}");
        ana.TakeNewBrowser();

        AssertRefused(await ana.EnterTicketAsync(ticket), "This ticket works no longer: your account was changed since.");
    }

    [Fact]
    public async Task A_ticket_of_somebody_else_is_refused_and_stays_good_for_its_owner()
    {
        var bob = await TestUsers.InviteAsync(app, admin, "bob");
        var ticket = await app.ResetByConsoleAsync("ana");
        await app.ResetByConsoleAsync("bob");
        bob.TakeNewBrowser();
        ana.TakeNewBrowser();

        AssertRefused(await bob.EnterTicketAsync(ticket), "That ticket did not work.");
        await ana.ConfirmAsync(await ana.EnterTicketAsync(ticket));
    }

    [Fact]
    public async Task A_ticket_needs_the_password()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();

        var asks = await ana.Browser.GetAsync($"/sign-in/ticket/{ticket.Reveal()}");
        Assert.Equal("/sign-in", asks.Path);
        Assert.DoesNotContain(ticket.Reveal(), asks.Html, StringComparison.Ordinal);
        Assert.Equal("/sign-in", (await ana.EnterPasswordAsync("not the right password")).Path);
        var button = await ana.EnterPasswordAsync();
        Assert.Equal("/sign-in/ticket", button.Path);
        await ana.ConfirmAsync(await ana.Browser.PressAsync(button, "Set up a new authenticator"));
    }

    [Fact]
    public async Task A_ticket_as_a_person_types_it_works()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();
        var typed = " " + ticket.RevealInGroups().ToLowerInvariant().Replace('0', 'o').Replace('1', 'l').Replace('-', ' ');

        await ana.ConfirmAsync(await ana.Browser.SubmitAsync(await ana.EnterPasswordAsync(), ("ticket", typed)));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private static void AssertRefused(VisitedPage page, string sentence)
    {
        Assert.Equal("/sign-in/ticket", page.Path);
        Assert.Contains(sentence, page.Words, StringComparison.Ordinal);
    }

    private async Task<int> CountAsync(Guid account, string tableAndColumn) => Assert.Single(await app.QueryAsync<int>(
        System.Runtime.CompilerServices.FormattableStringFactory.Create($"SELECT COUNT(*) AS Value FROM {tableAndColumn}={{0}}", account)));
}
