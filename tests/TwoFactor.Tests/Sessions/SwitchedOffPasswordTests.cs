namespace TwoFactor.Tests.Sessions;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// After a hundred wrong passwords in a row the password no longer works in unknown browsers (NIST SP 800-63B-4 §3.2.2). Known ones go on.
/// </summary>
public sealed class SwitchedOffPasswordTests : IAsyncLifetime, IDisposable
{
    private readonly App app = App.WithMail();
    private TestUser admin = null!;
    private TestUser ana = null!;

    public async ValueTask InitializeAsync()
    {
        admin = await TestUser.FirstAdminAsync(app);
        ana = await TestUsers.InviteAsync(app, admin, "ana");
        await ana.SignOutAsync();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task The_hundredth_wrong_one_switches_it_off_and_the_owner_is_told_once()
    {
        await GuessAsync(98);
        await app.ForgetWaitsAsync();
        Assert.Equal("/sign-in/code", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);

        // The right one began a new row of failures.
        await GuessAsync(100);
        var told = Assert.Single(
            await (await app.MailboxAsync()).AllAsync(),
            mail => mail.Subject.Contains("100 wrong passwords on your account", StringComparison.Ordinal));
        Assert.Equal(ana.Mail, told.To);
        Assert.DoesNotContain("/not-me/", told.Text, StringComparison.Ordinal);
        app.Time.Advance(TimeSpan.FromDays(30));
        var refused = await ana.Elsewhere(app).EnterPasswordAsync();
        var wrong = await ana.Elsewhere(app).EnterPasswordAsync("not the right password");

        Assert.Equal("/sign-in", refused.Path);
        Assert.Contains("Check your username and password.", refused.Words, StringComparison.Ordinal);
        Assert.Equal(wrong.Words, refused.Words);
        Assert.NotNull(refused.Link("Forgot your password?"));
        await GuessAsync(3);
        Assert.Single(
            await (await app.MailboxAsync()).AllAsync(),
            mail => mail.Subject.Contains("wrong passwords on your account", StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_a_known_browser_it_goes_on_and_a_full_sign_in_there_ends_it()
    {
        await GuessAsync(100);
        await ana.SignInAsync();

        Assert.Equal("/sign-in/code", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);
    }

    /// <summary>Half a sign-in from a known browser proves too little, and so does a full one by somebody else.</summary>
    [Fact]
    public async Task Less_than_a_full_sign_in_of_the_owner_does_not_end_it()
    {
        await GuessAsync(100);
        Assert.Equal("/sign-in/code", (await ana.EnterPasswordAsync()).Path);
        await admin.Elsewhere(app).SignInAsync();

        Assert.Equal("/sign-in", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);
    }

    [Fact]
    public async Task A_mailed_link_ends_it()
    {
        await GuessAsync(100);
        await app.ForgetPasswordAsync(ana);

        Assert.Equal("/sign-in/code", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);
    }

    /// <summary>A known browser that fails a hundred times waits as ever, and still signs in.</summary>
    [Fact]
    public async Task It_is_never_switched_off_in_a_known_browser()
    {
        await ana.EnterPasswordAsync("not the right password");
        await app.ArrangeAsync($"UPDATE password_guard SET fails=150, wait_until=0 WHERE device_id<>{Guid.Empty}");
        await ana.EnterPasswordAsync("not the right password");
        Assert.Equal("/sign-in", (await ana.EnterPasswordAsync()).Path);
        app.Time.Advance(TimeSpan.FromMinutes(5));

        await ana.SignInAsync();
    }

    /// <summary>Wrong passwords, each in a browser of its own, after every wait.</summary>
    private async Task GuessAsync(int times)
    {
        for (var count = 0; count < times; count++)
        {
            await app.ForgetWaitsAsync();
            await ana.Elsewhere(app).EnterPasswordAsync("not the right password");
        }
    }
}

internal static class PasswordWaits
{
    /// <summary>Every wait after wrong passwords is over.</summary>
    public static Task ForgetWaitsAsync(this App app) => app.ArrangeAsync($"UPDATE password_guard SET wait_until=0 WHERE wait_until>0");
}
