namespace TwoFactor.Tests.Pages;

using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;

public sealed partial class FormTokenTests
{
    private async Task TryAdministrationAsync(TestUser admin, Guid id)
    {
        await TryAsync(admin.Browser, "/admin/accounts/new");
        foreach (var page in new[] { "reset", "pass", "edit", "delete" })
        {
            await TryAsync(admin.Browser, $"/admin/accounts/{id}/{page}", admin.Code());
        }

        var later = app.Time.GetUtcNow().ToUnixTimeSeconds() + 600;
        await app.ExecuteAsync($"UPDATE code_guard SET fails=10, wait_until={later} WHERE account_id={id}");
        await TryAsync(admin.Browser, $"/admin/accounts/{id}");
        await app.ExecuteAsync($"UPDATE code_guard SET fails=0, wait_until=0, held=1 WHERE account_id={id}");
        await TryAsync(admin.Browser, $"/admin/accounts/{id}");
        await app.ExecuteAsync($"UPDATE code_guard SET held=2 WHERE account_id={id}");
        await TryAsync(admin.Browser, $"/admin/accounts/{id}");
        await app.ExecuteAsync($"UPDATE code_guard SET held=0 WHERE account_id={id}");
        await TryRequestAsync(admin);
    }

    /// <summary>What one admin asked for and another approves, then the first hands over.</summary>
    private async Task TryRequestAsync(TestUser admin)
    {
        var second = await TestUsers.AddAsync(app, "second", Role.Admin);
        var third = await TestUsers.AddAsync(app, "third", Role.Admin);
        var request = await app.AskForSecondAsync(second, third);
        await TryAsync(admin.Browser, $"/admin/resets/{request}", admin.Code());
        await app.ApproveAsync(admin, request);
        await TryAsync(second.Browser, $"/admin/resets/{request}", second.Code());
    }
}
