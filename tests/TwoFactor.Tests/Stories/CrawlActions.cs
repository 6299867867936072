namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;

/// <summary>What it takes to come to the pages that are looked at.</summary>
internal static class CrawlActions
{
    public static async Task<VisitedPage> EnterPasswordAsync(this Visitor visitor, string userName) =>
        await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", userName), ("password", NewUser.Password));

    public static async Task<NewUser> AddAsync(this ServerProcess server, string name, string role)
    {
        var added = await server.RunAsync(["account", "add", name, "--mail", $"{name}@acme.example", "--role", role]);
        var link = added.Output.Split('\n')[0].Split(": ")[1].Trim();
        return await NewUser.AcceptAsync(server, name, new Uri(link));
    }

    public static async Task<string> IdAsync(this Visitor admin, string name) =>
        (await admin.GetAsync($"/admin/accounts?search={name}")).Document.QuerySelector("td a.fill")!.GetAttribute("href")!.Split('/')[^1];
}
