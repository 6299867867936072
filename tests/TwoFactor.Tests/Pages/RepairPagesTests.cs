namespace TwoFactor.Tests.Pages;

using System.Net;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>A session that repairs: every page that it is shown leads on to pages that it may open.</summary>
public sealed class RepairPagesTests : IDisposable
{
    private readonly App app = new(("Limits:Codes:ClosedAfterConsecutive", "10"));

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public async Task No_link_of_its_pages_is_a_dead_end(int minutes)
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await admin.SaveRecoveryCodesAsync();
        await admin.CloseGuardAsync(app, 10);
        admin.TakeNewBrowser();
        await admin.RecoverAsync(admin.RecoveryCodes[0]);
        app.Time.Advance(TimeSpan.FromMinutes(minutes));

        var followed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in new[] { "/account", "/account/authenticators", "/account/recovery-codes", "/account/password", "/proof?for=authenticators", "/sign-out" })
        {
            var page = await admin.Browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            foreach (var link in page.Document.QuerySelectorAll("a[href^='/']").Select(link => link.GetAttribute("href")!).Where(followed.Add))
            {
                Assert.True((await admin.Browser.GetAsync(link)).Status == HttpStatusCode.OK, $"{link} on {path}");
            }
        }

        Assert.True(followed.Count > 4, string.Join(' ', followed));
        Assert.DoesNotContain("/admin", followed);
        Assert.DoesNotContain("keep working", (await admin.Browser.GetAsync("/account/authenticators")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_acknowledges_no_warning()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await admin.SaveRecoveryCodesAsync();
        await admin.CloseGuardAsync(app, 10);
        admin.TakeNewBrowser();

        var home = await admin.RecoverAsync(admin.RecoveryCodes[0]);

        Assert.Contains("Your authenticator was switched off.", home.Words, StringComparison.Ordinal);
        Assert.Null(home.Field("notice"));
    }

    public void Dispose() => app.Dispose();
}
