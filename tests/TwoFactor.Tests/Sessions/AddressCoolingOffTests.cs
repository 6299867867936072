namespace TwoFactor.Tests.Sessions;

using System.Net;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>For 72 hours a changed address receives nothing, and "not me" puts the old one back.</summary>
public sealed class AddressCoolingOffTests : AddressStories
{
    [Fact]
    public async Task For_72_hours_the_old_address_receives_and_then_both_new_ones()
    {
        await ChangeAsync(New, Second);
        await MessagesAsync();
        App.Time.Advance(Caution - TimeSpan.FromMinutes(2));
        Assert.Equal([Old], await WhoIsToldAsync());

        App.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal([Second, New], await WhoIsToldAsync());
    }

    [Fact]
    public async Task A_second_change_within_that_time_leaves_the_oldest_address_the_one_that_receives()
    {
        await ChangeAsync(New, "");
        App.Time.Advance(TimeSpan.FromHours(20));
        Ana.TakeNewBrowser();
        await Ana.SignInAsync();
        await ChangeAsync("thief@evil.example", "");
        await MessagesAsync();

        Assert.Equal([Old], await WhoIsToldAsync());
        App.Time.Advance(Caution - TimeSpan.FromHours(1));
        Assert.Equal([Old], await WhoIsToldAsync());
    }

    [Fact]
    public async Task A_second_address_that_is_taken_away_still_receives_for_72_hours()
    {
        await ChangeAsync(Old, Second);
        App.Time.Advance(Caution);
        Ana.TakeNewBrowser();
        await Ana.SignInAsync();
        await ChangeAsync(Old, "");
        await MessagesAsync();

        Assert.Equal([Old, Second], await WhoIsToldAsync());
        App.Time.Advance(Caution);
        Assert.Equal([Old], await WhoIsToldAsync());
    }

    [Fact]
    public async Task Not_me_puts_both_addresses_back_and_freezes()
    {
        await ChangeAsync(New, Second);
        var message = await (await App.MailboxAsync()).TakeAsync(Old, "Your mail address was changed");
        using var owner = App.Visitor();

        var asks = await owner.GetAsync(message.Link("/not-me/"));
        Assert.Contains("Was a new mail address on", asks.Words, StringComparison.Ordinal);
        await owner.PressAsync(asks, "Stop it");

        Assert.Equal(Old, await ReadAsync("mail"));
        Assert.Null(await ReadAsync("second_mail"));
        await Ana.AssertSignedOutAsync();
        Assert.Equal(TwoFactor.Authenticators.HeldBy.Frozen, (await App.GuardAsync(await App.IdAsync("ana"))).Held);
    }

    [Fact]
    public async Task Not_me_of_an_earlier_change_still_works_after_it()
    {
        await Ana.ProveAsync(App);
        var earlier = await (await App.MailboxAsync()).TakeAsync(Old, "A new authenticator was added");
        await ChangeAsync(New, "");
        using var owner = App.Visitor();

        await owner.PressAsync(await owner.GetAsync(earlier.Link("/not-me/")), "Stop it");

        Assert.Equal(Old, await ReadAsync("mail"));
    }

    [Fact]
    public async Task After_72_hours_not_me_freezes_and_leaves_the_address()
    {
        await ChangeAsync(New, "");
        var message = await (await App.MailboxAsync()).TakeAsync(Old, "Your mail address was changed");
        App.Time.Advance(Caution);
        using var owner = App.Visitor();

        await owner.PressAsync(await owner.GetAsync(message.Link("/not-me/")), "Stop it");

        Assert.Equal(New, await ReadAsync("mail"));
    }

    [Fact]
    public async Task Both_names_sign_in_for_72_hours_and_then_the_new_one_alone()
    {
        await ChangeAsync(New, "");
        foreach (var name in new[] { Old, New, "ana" })
        {
            Assert.Equal("/sign-in/code", await StepAsync(name));
        }

        App.Time.Advance(Caution);
        Assert.Equal("/sign-in", await StepAsync(Old));
        Assert.Equal("/sign-in/code", await StepAsync(New));
    }

    [Fact]
    public async Task An_address_that_may_have_to_be_given_back_is_not_given_to_anybody_else()
    {
        var bob = await TestUsers.AddAsync(App, "bob", Role.User);
        await ChangeAsync(New, "");
        await bob.ProveAsync(App);
        foreach (var taken in new[] { Old, New })
        {
            var refused =
                await bob.Browser.SubmitAsync(await bob.Browser.GetAsync("/account/profile"), ("email", taken), ("second-email", ""));
            Assert.Contains($"{taken} belongs to another account.", refused.WordsOf("#email-error"), StringComparison.Ordinal);
        }

        App.Time.Advance(Caution);
        await bob.SignInAsync();
        await bob.ProveAsync(App);
        var done = await bob.Browser.SubmitAsync(await bob.Browser.GetAsync("/account/profile"), ("email", Old), ("second-email", ""));
        Assert.Contains("Changed.", done.Words, StringComparison.Ordinal);
    }
}
