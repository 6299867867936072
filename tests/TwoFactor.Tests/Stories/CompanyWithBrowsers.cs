namespace TwoFactor.Tests.Stories;

using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// A firm on a running server: an admin and somebody of the help desk at real browsers, and people who came in over their invitations.
/// </summary>
internal sealed class CompanyWithBrowsers : IAsyncDisposable
{
    private readonly List<NewUser> people = [];

    private CompanyWithBrowsers(ServerProcess server, BrowserUser ada, BrowserUser hugo)
    {
        Server = server;
        Ada = ada;
        Hugo = hugo;
    }

    public ServerProcess Server { get; }

    /// <summary>The admin.</summary>
    public BrowserUser Ada { get; }

    /// <summary>The help desk.</summary>
    public BrowserUser Hugo { get; }

    public static async Task<CompanyWithBrowsers> OpenAsync(Harness.Browser browser, Look? look = null)
    {
        var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        var hugo = await InviteAsync(browser, server, "hugo", "helpdesk", look ?? Look.Desktop);
        await server.LetAgentsBeOldAsync();
        return new CompanyWithBrowsers(server, ada, hugo);
    }

    /// <summary>Somebody with a role, who enrolls at a browser of their own.</summary>
    public static async Task<BrowserUser> InviteAsync(Harness.Browser browser, ServerProcess server, string name, string role, Look look)
    {
        var page = await browser.OpenAsync(server.Address, look);
        await page.GotoAsync((await AddAsync(server, name, name, role)).AbsoluteUri);
        await page.FillInAsync(("new-password", BrowserUser.Password), ("new-password-again", BrowserUser.Password));
        await page.PressButtonAsync("Continue", "/enroll");
        return await BrowserUser.ConfirmAsync(name, page);
    }

    /// <summary>A user who is enrolled already.</summary>
    public async Task<NewUser> EnrollAsync(string userName, string? name = null)
    {
        var person = await NewUser.AcceptAsync(Server, userName, await AddAsync(Server, userName, name ?? userName, "user"));
        people.Add(person);
        return person;
    }

    /// <summary>Finds somebody as an agent does: by the search, and opens the page.</summary>
    public static async Task FindAsync(IPage page, string search, string name)
    {
        await page.GotoAsync("/admin/accounts");
        await page.FillInAsync(("search", search));
        await page.PressButtonAsync("Search", $"/admin/accounts?search={Uri.EscapeDataString(search)}");
        await page.LeadsToAsync(
            "/admin/accounts/*",
            () => page.Locator("td").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = name, Exact = true }).ClickAsync());
    }

    /// <summary>Follows a link of the page by its words, wherever it leads below.</summary>
    public static Task FollowAsync(IPage page, string link, string then) => page.LeadsToAsync(
        then, () => page.Locator("main").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = link, Exact = true }).ClickAsync());

    /// <summary>Fills in the form of a reset or pass.</summary>
    public static async Task FillInHelpAsync(IPage page, string reason, string code, string verified = "call-back")
    {
        await page.Locator($"input[name=verified][value={verified}]").CheckAsync();
        await page.Locator("textarea[name=reason]").FillAsync(reason);
        await page.FillInAsync(("code", code));
    }

    /// <summary>A browser of somebody who was enrolled elsewhere, after the password.</summary>
    public async Task<IPage> EnterPasswordAsync(Harness.Browser browser, string userName, string then, string password = NewUser.Password)
    {
        var page = await browser.OpenAsync(Server.Address, Look.Phone);
        await page.GotoAsync("/sign-in");
        await page.FillInAsync(("username", userName), ("password", password));
        await page.PressButtonAsync("Continue", then);
        return page;
    }

    public async Task AssertWholeAsync()
    {
        var verified = await Server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    public async ValueTask DisposeAsync()
    {
        await Ada.Page.Context.CloseAsync();
        await Hugo.Page.Context.CloseAsync();
        people.ForEach(person => person.Dispose());
        await Server.DisposeAsync();
    }

    private static async Task<Uri> AddAsync(ServerProcess server, string userName, string name, string role)
    {
        var added =
            await server.RunAsync(["account", "add", userName, "--mail", $"{userName}@acme.example", "--name", name, "--role", role]);
        Assert.True(added.ExitCode == 0, added.Error);
        return new Uri(added.Output.Split('\n')[0].Split(": ")[1].Trim());
    }
}
