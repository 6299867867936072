namespace TwoFactor.Tests.Pages;

using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;

/// <summary>The forms of administration, each in the state in which it is shown.</summary>
internal sealed class AdministrationForms(App app, TokenlessForms forms)
{
    public async Task TryAccountsAsync(TestUser admin, Guid id)
    {
        await forms.TryAsync(admin.Browser, "/admin/accounts/new");
        foreach (var page in new[] { "reset", "pass", "edit", "delete" })
        {
            await forms.TryAsync(admin.Browser, $"/admin/accounts/{id}/{page}", admin.Code());
        }

        var later = app.Time.GetUtcNow().ToUnixTimeSeconds() + 600;
        await app.ExecuteAsync($"UPDATE code_guard SET fails=10, wait_until={later} WHERE account_id={id}");
        await forms.TryAsync(admin.Browser, $"/admin/accounts/{id}");
        await app.ArrangeAsync($"UPDATE code_guard SET fails=0, wait_until=0, held=1 WHERE account_id={id}");
        await forms.TryAsync(admin.Browser, $"/admin/accounts/{id}");
        await app.ArrangeAsync($"UPDATE code_guard SET held=2 WHERE account_id={id}");
        await forms.TryAsync(admin.Browser, $"/admin/accounts/{id}");
        await app.ArrangeAsync($"UPDATE code_guard SET held=0 WHERE account_id={id}");
        await TryRequestAsync(admin);
    }

    /// <summary>What one admin asked for and another approves, then the first hands over.</summary>
    private async Task TryRequestAsync(TestUser admin)
    {
        var second = await TestUsers.AddAsync(app, "second", Role.Admin);
        var third = await TestUsers.AddAsync(app, "third", Role.Admin);
        await app.LetAgentsBeOldAsync();
        var request = await app.AskForSecondAsync(second, third);
        await forms.TryAsync(admin.Browser, $"/admin/resets/{request}", admin.Code());
        await app.ApproveAsync(admin, request);
        await forms.TryAsync(second.Browser, $"/admin/resets/{request}", second.Code());
    }

    /// <summary>
    /// A file that waits for its word, people who were never invited, and people who are. Weeks went by: the admin signs in anew.
    /// </summary>
    public async Task TryPeopleAsync(TestUser admin)
    {
        await admin.SignInAsync();
        await admin.ProveAsync(app);
        await admin.Browser.UploadAsync("/admin/accounts/import", "user_name,mail\nzoe,zoe@acme.example\n");
        await forms.TryAsync(admin.Browser, "/admin/accounts/import");
        await admin.Browser.PressAsync(await admin.Browser.GetAsync("/admin/accounts/import"), "Import 1 person");
        await forms.TryAsync(admin.Browser, "/admin/accounts?show=never");
        await admin.Browser.PressAsync(await admin.Browser.GetAsync("/admin/accounts?show=never"), "Invite 1 person");
        await forms.TryAsync(admin.Browser, "/admin/accounts?show=invited");
    }
}
