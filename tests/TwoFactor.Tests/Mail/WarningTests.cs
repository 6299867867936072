namespace TwoFactor.Tests.Mail;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>What the owner is told while somebody else is at it: at the first wait, at the closing, and when a reset was stopped.</summary>
public sealed class WarningTests
{
    [Fact]
    public async Task Ten_wrong_codes_and_the_fiftieth_are_told_by_mail_once_each_with_a_way_to_stop_it()
    {
        using var app = new App();
        var ana = await TestUser.FirstAdminAsync(app, "ana");
        await ana.CloseGuardAsync(app, 50);

        var messages = await (await app.MailboxAsync()).AllAsync();
        var ten = Assert.Single(messages, message => message.Subject == "10 wrong codes on your account");
        Assert.Contains("Somebody knows your password.", ten.Text, StringComparison.Ordinal);
        Assert.Single(messages, message => message.Subject == "Your authenticator was switched off");
        using var owner = app.Visitor();
        var asks = await owner.GetAsync(ten.Link("/not-me/"));
        Assert.Contains("somebody typing wrong codes after your password", asks.Words, StringComparison.Ordinal);
        Assert.Contains(
            "Stopped. Nobody can sign in as you now.", (await owner.PressAsync(asks, "Stop it")).Words, StringComparison.Ordinal);
        Assert.Contains("Your sign-in was stopped on", (await ana.Elsewhere(app).EnterPasswordAsync()).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_that_was_stopped_with_a_code_is_told_by_mail()
    {
        using var app = new App();
        var ana = await TestUser.FirstAdminAsync(app, "ana");
        await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();
        await ana.EnterPasswordAsync();

        var done = await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/sign-in/cancel-reset"), ("code", ana.Code()));

        Assert.Contains("The reset was stopped. Everything is as before.", done.Words, StringComparison.Ordinal);
        Assert.NotNull((await (await app.MailboxAsync()).TakeAsync(ana.Mail, "The reset of your sign-in was stopped")).Link("/not-me/"));
    }
}
