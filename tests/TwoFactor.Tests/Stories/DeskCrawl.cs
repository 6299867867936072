namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;

/// <summary>What takes two people, as each of them sees it.</summary>
internal static class DeskCrawl
{
    public static async Task WalkAsync(ServerProcess server, InspectedPages pages, NewUser admin)
    {
        using var bea = await server.AddAsync("bea", "admin");
        using var cleo = await server.AddAsync("cleo", "admin");
        await server.LetAgentsBeOldAsync();
        var target = $"/admin/accounts/{await admin.Browser.IdAsync("bea")}";
        await pages.InspectAsync(cleo.Browser, $"{target}/reset", $"{target}/edit", $"{target}/delete");
        var form = await cleo.Browser.GetAsync($"{target}/reset");
        await pages.InspectAsync(
            await cleo.Browser.SubmitAsync(form, ("verified", "call-back"), ("reason", "lost"), ("code", await cleo.NextCodeAsync())),
            cleo.Browser);
        var resets = await admin.Browser.GetAsync("/admin/resets");
        var request = resets.Document.QuerySelector("a.fill")!.GetAttribute("href")!;
        await pages.InspectAsync(admin.Browser, "/admin", "/admin/resets", request);
        await pages.InspectAsync(
            await admin.Browser.PressAsync(await admin.Browser.GetAsync(request), "Reset bea", ("code", "12")), admin.Browser);
        await pages.InspectAsync(cleo.Browser, request);
        await pages.InspectAsync(await admin.Browser.SubmitAsync(
            await admin.Browser.GetAsync($"/admin/accounts/{await admin.Browser.IdAsync("ursula")}/edit"),
            ("email", "nobody")), admin.Browser);
    }
}
