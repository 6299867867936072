namespace TwoFactor.Tests.Sessions;

using System.Net;
using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>An owner who changes mail addresses, and who is then told of what.</summary>
public abstract class AddressStories() : OwnerStories(new App())
{
    protected static readonly TimeSpan Caution = TimeSpan.FromHours(72);

    protected async Task<VisitedPage> SubmitAsync(string mail, string second) =>
        await Ana.Browser.SubmitAsync(await Ana.Browser.GetAsync("/account/profile"), ("email", mail), ("second-email", second));

    protected async Task ChangeAsync(string mail, string second)
    {
        await Ana.ProveAsync(App);
        var done = await SubmitAsync(mail, second);
        Assert.Contains("Changed.", done.Words, StringComparison.Ordinal);
        App.Time.Advance(RecoveryActions.HalfMinute);
    }

    /// <summary>What came since the last look.</summary>
    protected async Task<IReadOnlyList<ReceivedMail>> MessagesAsync() => await (await App.MailboxAsync()).AllAsync();

    /// <summary>A change from now is told to whom? A new password, by whoever signs in just now.</summary>
    protected async Task<IReadOnlyList<string>> WhoIsToldAsync()
    {
        var before = (await MessagesAsync()).Select(message => message.File).ToHashSet(StringComparer.Ordinal);
        Ana.TakeNewBrowser();
        await Ana.SignInAsync();
        await Ana.ProveAsync(App);
        await Ana.ChangePasswordAsync(await Ana.Browser.GetAsync("/account/password"), Ana.Password + "!");
        Ana.Password += "!";
        App.Time.Advance(RecoveryActions.HalfMinute);
        return [.. (await MessagesAsync()).Where(
            message => !before.Contains(message.File) && message.Subject == "Your password was changed")
            .Select(message => message.To)
            .Order(StringComparer.Ordinal)];
    }

    protected async Task<string> StepAsync(string name)
    {
        using var browser = App.Visitor();
        return (await browser.SubmitAsync(await browser.GetAsync("/sign-in"), ("username", name), ("password", Ana.Password))).Path;
    }

    protected async Task<string?> ReadAsync(string column) => Assert.Single(column == "mail"
        ? await App.QueryAsync<string?>($"SELECT mail AS Value FROM account WHERE user_name='ana'")
        : await App.QueryAsync<string?>($"SELECT second_mail AS Value FROM account WHERE user_name='ana'"));
}
