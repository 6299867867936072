namespace TwoFactor.Tests.Pages;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;

public sealed partial class FormTokenTests
{
    private static readonly Dictionary<string, string> PeopleHandlers = new(StringComparer.Ordinal)
    {
        ["Admin.Accounts.Import "] = "/admin/accounts/import",
        ["Admin.Accounts.Import Import"] = "/admin/accounts/import?handler=Import",
        ["Admin.Accounts.Index Invite"] = "/admin/accounts?show=never&handler=Invite",
        ["Admin.Accounts.Index Remind"] = "/admin/accounts?show=invited&handler=Remind",
    };

    /// <summary>
    /// A file that waits for its word, people who were never invited, and people who are. Weeks went by: the admin signs in anew.
    /// </summary>
    private async Task TryPeopleAsync(TestUser admin)
    {
        await admin.SignInAsync();
        await admin.ProveAsync(app);
        await admin.Browser.UploadAsync("/admin/accounts/import", "user_name,mail\nzoe,zoe@acme.example\n");
        await TryAsync(admin.Browser, "/admin/accounts/import");
        await admin.Browser.PressAsync(await admin.Browser.GetAsync("/admin/accounts/import"), "Import 1 person");
        await TryAsync(admin.Browser, "/admin/accounts?show=never");
        await admin.Browser.PressAsync(await admin.Browser.GetAsync("/admin/accounts?show=never"), "Invite 1 person");
        await TryAsync(admin.Browser, "/admin/accounts?show=invited");
    }
}
