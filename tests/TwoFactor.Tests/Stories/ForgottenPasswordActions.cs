namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What somebody does who forgot the password, and what anybody can do in their name.</summary>
internal static class ForgottenPasswordActions
{
    public const string NewPassword = "eleven quiet lighthouses";
    public const string LinkSubject = "Choose a new password";

    /// <summary>Asks for a link in a browser of its own, and is answered as everybody is.</summary>
    public static async Task<VisitedPage> AskForLinkAsync(this App app, string typedName)
    {
        using var browser = app.Visitor();
        var answer = await browser.SubmitAsync(await browser.GetAsync("/forgot-password"), ("username", typedName));
        Assert.Equal("/forgot-password?sent=yes", answer.Path);
        return answer;
    }

    /// <summary>All links for a new password that were mailed so far, the oldest first, with the address that each went to.</summary>
    public static async Task<IReadOnlyList<(string To, Uri Link)>> LinksAsync(this App app) =>
        [.. (await (await app.MailboxAsync()).AllAsync()).Where(message => message.Subject == LinkSubject)
            .Select(message => (message.To, message.Link("/reset-password/")))];

    /// <summary>Opens a link and sets the password, which the person knows from then on.</summary>
    public static async Task<VisitedPage> UseLinkAsync(this TestUser user, App app, Uri link, string password = NewPassword)
    {
        using var browser = app.Visitor();
        var done = await browser.SubmitAsync(await browser.GetAsync(link), ("new-password", password), ("new-password-again", password));
        if (done.Path == "/sign-in")
        {
            user.Password = password;
        }

        return done;
    }

    /// <summary>Opens a link that works no longer: there is no form.</summary>
    public static async Task<VisitedPage> OpenDeadLinkAsync(this App app, Uri link)
    {
        using var browser = app.Visitor();
        var page = await browser.GetAsync(link);
        Assert.Null(page.Field("new-password"));
        return page;
    }

    /// <summary>From the page at the sign-in to the new password.</summary>
    public static async Task ForgetPasswordAsync(this App app, TestUser user)
    {
        await app.AskForLinkAsync(user.UserName);
        Assert.Equal("/sign-in", (await user.UseLinkAsync(app, (await app.LinksAsync())[^1].Link)).Path);
    }
}
