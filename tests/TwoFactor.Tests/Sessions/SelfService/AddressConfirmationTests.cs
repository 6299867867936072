namespace TwoFactor.Tests.Sessions.SelfService;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// A new address counts once the link that went there was opened, and the answer is the same for one that somebody else has.
/// </summary>
public sealed class AddressConfirmationTests : AddressLinkStories
{
    [Fact]
    public async Task Until_the_link_is_opened_nothing_changes_and_the_old_address_is_told()
    {
        var other = Ana.Elsewhere(App);
        await other.SignInAsync();

        var asked = await EnterAsync(New, Second);

        Assert.Contains("it counts once you have opened the link there", asked.WordsOf("[role=status]"), StringComparison.Ordinal);
        Assert.Contains($"We sent a link to {New} and {Second}.", asked.Words, StringComparison.Ordinal);
        Assert.Equal((Old, null), await AddressesAsync());
        Assert.Equal(Old, asked.Field("email")!.GetAttribute("value"));
        var mails = await (await App.MailboxAsync()).AllAsync();
        Assert.Equal([Second, New], mails.Where(IsLink).Select(mail => mail.To).Order(StringComparer.Ordinal));
        Assert.Equal([Old, Old], mails.Where(mail => mail.Subject == "A new mail address was entered").Select(mail => mail.To));
        await other.AssertSignedInAsync();
        Assert.Equal("/sign-in", await StepAsync(New));
    }

    [Fact]
    public async Task In_the_owner_s_browser_the_button_makes_it_count_and_the_session_goes_on()
    {
        var other = Ana.Elsewhere(App);
        await other.SignInAsync();
        await EnterAsync(New, "");

        var page = await Ana.Browser.GetAsync((await LinkAsync(New))!);
        Assert.Equal("/confirm-mail", page.Path);
        Assert.Contains(New, page.Words, StringComparison.Ordinal);
        Assert.Equal((Old, null), await AddressesAsync());
        var done = await Ana.Browser.PressAsync(page, "Use this address");

        Assert.Equal("/account/profile", done.Path);
        Assert.Contains("For 72 hours mails still go where they went before.", done.Words, StringComparison.Ordinal);
        Assert.Equal((New, null), await AddressesAsync());
        await other.AssertSignedOutAsync();
        var told = await (await App.MailboxAsync()).TakeAsync(Old, "Your mail address was changed");
        Assert.Contains($"Before: {Old}\nNow: {New}\n", told.Text, StringComparison.Ordinal);
        Assert.Equal("/sign-in/code", await StepAsync(New));
        Assert.Equal("/sign-in/code", await StepAsync(Old));
    }

    [Fact]
    public async Task In_another_browser_it_counts_too_and_every_session_ends()
    {
        await EnterAsync(New, "");

        using var browser = App.Visitor();
        var done = await browser.PressAsync(await browser.GetAsync((await LinkAsync(New))!), "Use this address");

        Assert.Equal("/sign-in", done.Path);
        Assert.Equal((New, null), await AddressesAsync());
        await Ana.AssertSignedOutAsync();
    }

    /// <summary>Of both addresses each takes its own link. The first one that is opened replaces the link of the other.</summary>
    [Theory]
    [InlineData(New, Second)]
    [InlineData(Second, New)]
    public async Task Both_are_confirmed_one_after_the_other(string first, string then)
    {
        await EnterAsync(New, Second);
        var voided = (await LinkAsync(then))!;
        using var browser = App.Visitor();

        await browser.PressAsync(await browser.GetAsync((await LinkAsync(first))!), "Use this address");
        Assert.Equal(first == New ? (New, null) : (Old, Second), await AddressesAsync());
        Assert.Contains("This link no longer works.", (await browser.GetAsync(voided)).Words, StringComparison.Ordinal);
        await browser.PressAsync(await browser.GetAsync((await LinkAsync(then))!), "Use this address");

        Assert.Equal((New, Second), await AddressesAsync());
    }

    /// <summary>The page, the mails to the owner and the events are the same, and no mail leaves to whoever has the address.</summary>
    [Theory]
    [InlineData("ada@acme.example")]
    [InlineData("ADA@acme.EXAMPLE")]
    [InlineData("bob@former.example")]
    public async Task A_taken_address_is_answered_like_a_free_one(string taken)
    {
        var bob = await TestUsers.AddAsync(App, "bob", Role.User);
        await App.ArrangeAsync($"""
            UPDATE account SET former_mail='bob@former.example', mail_changed_at={App.Time.Now().Seconds} WHERE user_name='bob'
            """);
        var free = await EnterAsync("nobody@acme.example", "");
        var before = await (await App.MailboxAsync()).AllAsync();

        var answer = await EnterAsync(taken, "");

        var written = taken.ToLowerInvariant();
        Assert.Equal(
            free.Words.Replace("nobody@acme.example", "X", StringComparison.Ordinal),
            answer.Words.Replace(written, "X", StringComparison.Ordinal));
        Assert.Equal(free.Status, answer.Status);
        var mails = (await (await App.MailboxAsync()).AllAsync()).Where(mail => before.All(other => other.File != mail.File)).ToList();
        Assert.Equal([Old], mails.Select(mail => mail.To));
        Assert.Equal(2, await App.CountAsync(AuditKinds.AddressEntered, await App.IdAsync("ana")));
        Assert.Equal((Old, null), await AddressesAsync());
        await bob.AssertSignedInAsync();
    }

    [Fact]
    public async Task Not_me_after_the_confirmation_puts_the_old_one_back()
    {
        await EnterAsync(New, "");
        using var browser = App.Visitor();
        await browser.PressAsync(await browser.GetAsync((await LinkAsync(New))!), "Use this address");
        var told = await (await App.MailboxAsync()).TakeAsync(Old, "Your mail address was changed");

        await browser.PressAsync(await browser.GetAsync(told.Link("/not-me/")), "Stop it");

        Assert.Equal((Old, null), await AddressesAsync());
    }

    [Fact]
    public async Task To_have_no_second_address_takes_no_link()
    {
        await EnterAsync(Old, Second);
        using var browser = App.Visitor();
        await browser.PressAsync(await browser.GetAsync((await LinkAsync(Second))!), "Use this address");
        Ana.TakeNewBrowser();
        await Ana.SignInAsync();

        var done = await EnterAsync(Old, "");

        Assert.Contains("Changed.", done.WordsOf("[role=status]"), StringComparison.Ordinal);
        Assert.Equal((Old, null), await AddressesAsync());
        await Ana.AssertSignedInAsync();
    }
}
