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
        foreach (var path in new[]
        {
            "/account", "/account/authenticators", "/account/recovery-codes", "/account/password", "/proof?for=authenticators", "/sign-out"
        })
        {
            var page = await admin.Browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            foreach (var link in page.Document.QuerySelectorAll("a[href^='/']").Select(link => link.GetAttribute("href")!)
                .Where(followed.Add))
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

    [Fact]
    public async Task What_is_closed_to_it_answers_as_a_missing_page()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await admin.SaveRecoveryCodesAsync();
        await admin.CloseGuardAsync(app, 10);
        admin.TakeNewBrowser();
        await admin.RecoverAsync(admin.RecoveryCodes[0]);
        var phone = Assert.Single(await app.QueryAsync<Guid>($"SELECT id AS Value FROM authenticator WHERE state='active'")).ToString();
        var opened = new List<string>();

        foreach (var address in new[] { "/account/sessions", "/account/profile" })
        {
            opened.Add($"{address} {(await admin.Browser.GetAsync(address)).Status}");
        }

        foreach (var (address, name, value) in new[]
        {
            ("/account/sessions?handler=EndOthers", "a", "b"), ("/account/sessions?handler=End", "session", phone),
            ("/account/profile", "email", "new@acme.example"),
            ("/account?handler=Seen", "notice", phone), ("/account/authenticators?handler=Rename", "authenticator", phone),
        })
        {
            opened.Add($"{address} {(await HelpDeskActions.ForceAsync(admin, address, (name, value), ("label", "Mine"))).Status}");
        }

        Assert.All(opened, answer => Assert.EndsWith(" NotFound", answer, StringComparison.Ordinal));
        Assert.Equal(7, opened.Count);
        Assert.Equal(["ada@acme.example"], await app.QueryAsync<string>($"SELECT mail AS Value FROM account"), StringComparer.Ordinal);
    }

    public void Dispose() => app.Dispose();
}
