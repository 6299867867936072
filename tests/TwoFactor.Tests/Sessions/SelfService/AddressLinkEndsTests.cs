namespace TwoFactor.Tests.Sessions.SelfService;

using TwoFactor.Accounts;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>What ends the link to a new address before it is opened, and what it keeps from nobody.</summary>
public sealed class AddressLinkEndsTests : AddressLinkStories
{
    /// <summary>What was entered and not confirmed keeps an address from nobody. Whoever confirms first has it.</summary>
    [Fact]
    public async Task An_unconfirmed_address_is_kept_from_nobody()
    {
        await EnterAsync(New, "");
        var late = (await LinkAsync(New))!;
        var bob = await TestUsers.AddAsync(App, "bob", Role.User);
        await App.ArrangeAsync($"UPDATE account SET mail={New} WHERE user_name='bob'");
        await App.ArrangeAsync($"UPDATE claimed_name SET folded={New} WHERE folded={bob.Mail}");

        using var browser = App.Visitor();
        var over = await browser.PressAsync(await browser.GetAsync(late), "Use this address");

        Assert.Contains("This link no longer works.", over.Words, StringComparison.Ordinal);
        Assert.Equal((Old, null), await AddressesAsync());
        await Ana.AssertSignedInAsync();
    }

    /// <summary>Each thing that ends a link to a new address.</summary>
    [Theory]
    [InlineData("a day")]
    [InlineData("the addresses as they are")]
    [InlineData("another address")]
    [InlineData("a new password")]
    [InlineData("not me")]
    [InlineData("switched off")]
    [InlineData("closed")]
    [InlineData("used")]
    [InlineData("altered")]
    public async Task A_link_ends(string how)
    {
        await EnterAsync(New, "");
        var link = (await LinkAsync(New))!;
        using var browser = App.Visitor();
        var form = await browser.GetAsync(link);

        await EndAsync(how);

        Assert.Null((await browser.GetAsync(link)).Document.QuerySelector("form[action='/confirm-mail']"));
        var before = await AddressesAsync();
        await browser.PressAsync(form, "Use this address");
        Assert.Equal(before, await AddressesAsync());
        Assert.Equal(how == "used" ? New : Old, before.First);
    }

    [Fact]
    public async Task Only_so_many_links_are_sent_in_an_hour()
    {
        for (var count = 0; count < 6; count++)
        {
            await EnterAsync($"ana{count}@new.example", "");
        }

        var refused = await EnterAsync("ana6@new.example", "");
        Assert.Contains("We sent several links already.", refused.Words, StringComparison.Ordinal);
        App.Time.Advance(TimeSpan.FromHours(1));
        Ana.TakeNewBrowser();
        await Ana.SignInAsync();
        await EnterAsync("ana7@new.example", "");
        Assert.NotNull(await LinkAsync("ana7@new.example"));
        Assert.Null(await LinkAsync("ana6@new.example"));
    }

    private async Task EndAsync(string how)
    {
        switch (how)
        {
            case "a day":
                App.Time.Advance(TimeSpan.FromHours(24));
                break;
            case "the addresses as they are":
                Assert.Contains("It was so already.", (await EnterAsync(Old, "")).Words, StringComparison.Ordinal);
                break;
            case "another address":
                await EnterAsync("ana@other.example", "");
                break;
            case "a new password":
                await App.ForgetPasswordAsync(Ana);
                break;
            case "not me":
                var told = await (await App.MailboxAsync()).TakeAsync(Old, "A new mail address was entered");
                using (var owner = App.Visitor())
                {
                    await owner.PressAsync(await owner.GetAsync(told.Link("/not-me/")), "Stop it");
                }

                break;
            case "switched off":
                await App.ArrangeAsync($"UPDATE code_guard SET held=1 WHERE account_id={await App.IdAsync("ana")}");
                break;
            case "closed":
                await App.ArrangeAsync($"UPDATE code_guard SET closed=1 WHERE account_id={await App.IdAsync("ana")}");
                break;
            case "used":
                using (var first = App.Visitor())
                {
                    await first.PressAsync(await first.GetAsync((await LinkAsync(New))!), "Use this address");
                }

                break;
            default:
                await App.ExecuteAsync($"UPDATE ticket SET mail='thief@evil.example' WHERE mail={New}");
                break;
        }
    }
}
