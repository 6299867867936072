namespace TwoFactor.Tests.Pages;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>A long report is cut off, but never so that a role or an app hides behind the cut.</summary>
public sealed class ImportReportTests
{
    [Fact]
    public async Task Every_role_above_a_users_and_every_app_is_shown_however_long_the_file_is()
    {
        using var app = new App();
        var ada = await TestUser.FirstAdminAsync(app);
        await ada.ProveAsync(app);
        var lines = Enumerable.Range(1000, 150).Select(number => $"p{number},p{number}@acme.example,,").ToList();
        lines.Add("hidden-agent,agent@acme.example,helpdesk,");
        lines.Add("hidden-app,app@acme.example,,otpauth://totp/A:x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

        var report = await ada.Browser.UploadAsync("/admin/accounts/import", "user_name,mail,role,otpauth\n" + string.Join('\n', lines));

        Assert.Contains("p1099", report.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("p1100", report.Words, StringComparison.Ordinal);
        Assert.Contains("hidden-agent name: hidden-agent mail: agent@acme.example role: helpdesk", report.Words, StringComparison.Ordinal);
        Assert.Contains("hidden-app name: hidden-app mail: app@acme.example authenticator", report.Words, StringComparison.Ordinal);
        Assert.Contains("And 50 more", report.Words, StringComparison.Ordinal);
    }
}
