namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;

/// <summary>An import with its reports, groups, dates, and the two buttons of the lists.</summary>
internal static class PeopleCrawl
{
    public static async Task WalkAsync(ServerProcess server, InspectedPages pages, NewUser admin)
    {
        const string import = "/admin/accounts/import";
        var own = admin.Browser;
        await pages.InspectAsync(own, "/proof?for=role");
        var form = await own.SubmitAsync(await own.GetAsync("/proof?for=import"), ("code", await admin.NextCodeAsync()));
        await pages.InspectAsync(form, own);
        await pages.InspectAsync(await own.UploadAsync(import, ""), own);
        await pages.InspectAsync(await own.UploadAsync(import, "user_name,mail\nnina,nowhere\n" + new string('x', 300) + ",y\n"), own);
        var report = await own.UploadAsync(import, "user_name,name,mail,groups\nnina,Nina "
            + new string('n', 100)
            + ",nina@acme.example,A group with a rather long name of many words\npia,Pia,pia@acme.example,B\n");
        await pages.InspectAsync(report, own);
        await pages.InspectAsync(await own.PressAsync(report, "Import 2 people"), own);
        await pages.InspectAsync(await own.PressAsync(await own.GetAsync("/admin/accounts?show=never&group=B"), "Invite 1 person"), own);
        await pages.InspectAsync(
            own,
            "/admin/accounts?show=never",
            "/admin/accounts?show=invited",
            "/admin/accounts?show=without-recovery-codes",
            "/admin/accounts?group=none");
        await server.RunAsync(["group", "edit", "B", "--enroll-by", "2026-01-31"]);
        await pages.InspectAsync(await own.PressAsync(await own.GetAsync("/admin/accounts?show=late"), "Remind 1 person"), own);
        await pages.InspectAsync(await own.SubmitAsync(
            await own.GetAsync("/admin/accounts/new"), ("username", "zoe"), ("email", "zoe@acme.example"), ("groups", "---")), own);
    }
}
