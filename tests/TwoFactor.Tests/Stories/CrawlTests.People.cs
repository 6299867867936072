namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;

public sealed partial class CrawlTests
{
    /// <summary>An import with its reports, groups, dates, and the two buttons of the lists.</summary>
    private async Task LookAtPeopleAsync(NewUser admin)
    {
        const string import = "/admin/accounts/import";
        var own = admin.Browser;
        await InspectAsync(own, "/proof?for=role");
        var form = await own.SubmitAsync(await own.GetAsync("/proof?for=import"), ("code", admin.Code(admin.FirstStep + 1)));
        await InspectAsync(form, own);
        await InspectAsync(await own.UploadAsync(import, ""), own);
        await InspectAsync(await own.UploadAsync(import, "user_name,mail\nnina,nowhere\n" + new string('x', 300) + ",y\n"), own);
        var report = await own.UploadAsync(import, "user_name,name,mail,groups\nnina,Nina "
            + new string('n', 100)
            + ",nina@acme.example,A group with a rather long name of many words\npia,Pia,pia@acme.example,B\n");
        await InspectAsync(report, own);
        await InspectAsync(await own.PressAsync(report, "Import 2 people"), own);
        await InspectAsync(await own.PressAsync(await own.GetAsync("/admin/accounts?show=never&group=B"), "Invite 1 person"), own);
        await InspectAsync(
            own,
            "/admin/accounts?show=never",
            "/admin/accounts?show=invited",
            "/admin/accounts?show=without-recovery-codes",
            "/admin/accounts?group=none");
        await server.RunAsync(["group", "edit", "B", "--enroll-by", "2026-01-31"]);
        await InspectAsync(await own.PressAsync(await own.GetAsync("/admin/accounts?show=late"), "Remind 1 person"), own);
        await InspectAsync(await own.SubmitAsync(
            await own.GetAsync("/admin/accounts/new"), ("username", "zoe"), ("email", "zoe@acme.example"), ("groups", "---")), own);
    }
}
