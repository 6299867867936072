namespace TwoFactor.Tests.Sessions.SelfService;

using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>An owner who enters a new address where mail is set up.</summary>
public abstract class AddressLinkStories() : OwnerStories(App.WithMail())
{
    protected static bool IsLink(ReceivedMail mail) => mail.Subject == "Confirm your mail address";

    protected async Task<VisitedPage> EnterAsync(string mail, string second)
    {
        await Ana.ProveAsync(App);
        var answer = await Ana.Browser.SubmitAsync(
            await Ana.Browser.GetAsync("/account/profile"), ("email", mail), ("second-email", second));
        App.Time.Advance(RecoveryActions.HalfMinute);
        return answer;
    }

    /// <summary>The newest link that was sent to an address.</summary>
    protected async Task<Uri?> LinkAsync(string to) =>
        (await (await App.MailboxAsync()).AllAsync()).LastOrDefault(mail => IsLink(mail) && mail.To == to)?.Link("/confirm-mail/");

    protected async Task<(string First, string? Second)> AddressesAsync() => (
        (await App.QueryAsync<string>($"SELECT mail AS Value FROM account WHERE user_name='ana'"))[0],
        (await App.QueryAsync<string?>($"SELECT second_mail AS Value FROM account WHERE user_name='ana'"))[0]);

    protected async Task<string> StepAsync(string name)
    {
        using var browser = App.Visitor();
        return (await browser.SubmitAsync(await browser.GetAsync("/sign-in"), ("username", name), ("password", Ana.Password))).Path;
    }
}
