namespace TwoFactor.Tests.Pages;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using TwoFactor.Web.Text;
using Xunit;

/// <summary>What the code page says when the very code that was typed begins a wait, or closes the guard.</summary>
public sealed class CodePageTests
{
    [Fact]
    public async Task The_tenth_wrong_code_is_told_as_wrong_and_until_when_to_wait()
    {
        using var app = new App();
        var ada = await TestUser.FirstAdminAsync(app);
        await app.ExecuteAsync($"UPDATE code_guard SET fails=9");

        var page = await WrongAsync(app, ada);

        Assert.Equal("Please wait", page.Heading);
        Assert.Contains(
            $"That code did not work. Too many wrong codes. Try again at {Times.ShortClock(app.Time.GetUtcNow().AddSeconds(30))}.",
            page.Words,
            StringComparison.Ordinal);
        Assert.Null(page.Field("code"));
    }

    [Fact]
    public async Task The_code_that_closes_the_guard_is_told_as_wrong_and_what_came_of_it()
    {
        using var app = new App();
        var ada = await TestUser.FirstAdminAsync(app);
        await app.ExecuteAsync($"UPDATE code_guard SET fails=49");

        var page = await WrongAsync(app, ada);

        Assert.Equal("Codes are switched off", page.Heading);
        Assert.Contains(
            "That code did not work. Your authenticator was switched off after many wrong codes.", page.Words, StringComparison.Ordinal);
        Assert.Null(page.Field("code"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_closed_guard_leads_to_a_new_password_where_there_is_mail(bool hasRecoveryCode)
    {
        using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        if (hasRecoveryCode)
        {
            await ada.SaveRecoveryCodesAsync();
        }

        await app.ExecuteAsync($"UPDATE code_guard SET fails=49");
        var page = await WrongAsync(app, ada);

        Assert.Contains("somebody may know your password: change it.", page.Words, StringComparison.Ordinal);
        Assert.Equal("/forgot-password", page.Link("Change your password").AbsolutePath);
        Assert.Equal(hasRecoveryCode, page.Words.Contains("Use a recovery code", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_mail_a_closed_guard_leads_to_no_link()
    {
        using var app = new App();
        var ada = await TestUser.FirstAdminAsync(app);
        await app.ExecuteAsync($"UPDATE code_guard SET fails=49");

        Assert.DoesNotContain("Change your password", (await WrongAsync(app, ada)).Words, StringComparison.Ordinal);
    }

    private static async Task<VisitedPage> WrongAsync(App app, TestUser user)
    {
        var stranger = user.Elsewhere(app);
        return await stranger.Browser.SubmitAsync(await stranger.EnterPasswordAsync(), ("code", user.WrongCode()));
    }
}
