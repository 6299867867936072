namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;

/// <summary>What takes two people, as each of them sees it.</summary>
public sealed partial class CrawlTests
{
    private async Task LookAtRequestAsync(NewUser admin)
    {
        using var bea = await AddAsync("bea", "admin");
        using var cleo = await AddAsync("cleo", "admin");
        var target = $"/admin/accounts/{await IdAsync(admin.Browser, "bea")}";
        await InspectAsync(cleo.Browser, $"{target}/reset", $"{target}/edit", $"{target}/delete");
        var form = await cleo.Browser.GetAsync($"{target}/reset");
        await InspectAsync(
            await cleo.Browser.SubmitAsync(form, ("verified", "call-back"), ("reason", "lost"), ("code", await cleo.NextCodeAsync())),
            cleo.Browser);
        var resets = await admin.Browser.GetAsync("/admin/resets");
        var request = resets.Document.QuerySelector("a.fill")!.GetAttribute("href")!;
        await InspectAsync(admin.Browser, "/admin", "/admin/resets", request);
        await InspectAsync(
            await admin.Browser.PressAsync(await admin.Browser.GetAsync(request), "Reset bea", ("code", "12")), admin.Browser);
        await InspectAsync(cleo.Browser, request);
        await InspectAsync(await admin.Browser.SubmitAsync(
            await admin.Browser.GetAsync($"/admin/accounts/{await IdAsync(admin.Browser, "ursula")}/edit"),
            ("email", "nobody")), admin.Browser);
    }
}
