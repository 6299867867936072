namespace TwoFactor.Tests.Pages;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Every admin page says that mail is not set up, as long as it is not.</summary>
public sealed class MailBannerTests
{
    private static readonly string[] AdminPages = ["/admin", "/admin/accounts", "/admin/accounts/new", "/admin/audit", "/admin/mail"];

    [Fact]
    public async Task Without_a_mail_server_every_admin_page_says_so_and_no_other()
    {
        await using var app = new App();
        var admin = await TestUser.FirstAdminAsync(app);

        foreach (var page in AdminPages)
        {
            Assert.Contains(
                "Mail is not set up: mails are written to the folder outbox in the data directory.",
                (await admin.Browser.GetAsync(page)).Words,
                StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Mail is not set up", (await admin.Browser.GetAsync("/account")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_mail_server_none_says_so()
    {
        await using var app = new App(("Smtp:Host", "smtp.acme.example"));
        var admin = await TestUser.FirstAdminAsync(app);

        foreach (var page in AdminPages)
        {
            Assert.DoesNotContain("Mail is not set up", (await admin.Browser.GetAsync(page)).Words, StringComparison.Ordinal);
        }
    }
}
