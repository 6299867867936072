namespace TwoFactor.Tests.Stories;

using System.IO.Compression;
using TwoFactor.Accounts;
using TwoFactor.Tests.Commands;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Every page, as those see it who may: it runs nothing, loads nothing from elsewhere, names itself and stays light.</summary>
public sealed class CrawlTests : IAsyncLifetime
{
    private const int MostPageBytes = 15 * 1024;

    private readonly List<string> findings = [];
    private readonly HashSet<string> titles = new(StringComparer.Ordinal);
    private ServerProcess server = null!;
    private int stylesheet;

    public async ValueTask InitializeAsync() => server = await ServerProcess.StartNewAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task All_pages_of_everybody()
    {
        stylesheet = Compressed(await File.ReadAllTextAsync(Repository.PathOf("wwwroot", "css", "site.css"), TestContext.Current.CancellationToken));
        using var half = new Newcomer(server, "ada");
        var setup = await half.Browser.GetAsync(await server.SetupLinkAsync());
        await LookAsync(half.Browser, "/setup");
        await LookAsync(await half.Browser.SubmitAsync(setup));
        using var admin = await Newcomer.FirstAdminAsync(server);
        using var helpdesk = await AddAsync("hugo", "helpdesk");
        using var user = await AddAsync("ursula", "user");
        await server.RunAsync(["account", "add", "ivan", "--mail", "ivan@acme.example", "--name", "Ivan <b>Bold</b>"]);
        var id = await IdAsync(admin.Browser, "ursula");

        await LookAsync(admin.Browser, "/account", "/admin", "/admin/accounts", "/admin/accounts?show=held", "/admin/accounts?search=nobody",
            "/admin/accounts?show=not-enrolled", "/admin/accounts/new", $"/admin/accounts/{id}", $"/admin/accounts/{id}/reset",
            $"/admin/accounts/{await IdAsync(admin.Browser, "ivan")}", $"/admin/accounts/{await IdAsync(admin.Browser, "ada")}", "/admin/audit", "/sign-out", "/nope");
        await LookAsync(await admin.Browser.SubmitAsync(await admin.Browser.GetAsync("/admin/accounts/new"), ("username", "not allowed!")));
        await LookAsync(await admin.Browser.SubmitAsync(await admin.Browser.GetAsync($"/admin/accounts/{id}/reset"), ("code", "12")));
        await LookAsync(helpdesk.Browser, "/account", "/admin", "/admin/accounts", $"/admin/accounts/{id}", $"/admin/accounts/{await IdAsync(admin.Browser, "ada")}", "/admin/audit");
        await LookAsync(user.Browser, "/account", "/admin", "/nope");

        await LookAtSigningInAsync();
        Assert.Empty(findings);
        Assert.True(titles.Count > 20, $"Only {titles.Count} titles: {string.Join(" | ", titles)}");
    }

    /// <summary>Nobody, half signed in, held, enrolling.</summary>
    private async Task LookAtSigningInAsync()
    {
        using var visitor = server.Visitor();
        await LookAsync(visitor, "/sign-in", "/sign-in/help", "/enroll", "/not-me", "/invitation", "/reset-password", "/setup");
        await LookAsync(await visitor.SubmitAsync(await visitor.GetAsync("/sign-in")));
        await LookAsync(await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", "ursula"), ("password", "no")));
        var code = await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", "ursula"), ("password", Newcomer.Password));
        await LookAsync(code);
        await LookAsync(await visitor.SubmitAsync(code, ("code", "12")));
        await LookAsync(await visitor.SubmitAsync(code, ("code", "000000")));

        var reset = await server.RunAsync(["account", "reset", "ursula", "--reason", "lost"]);
        var ticket = await visitor.SubmitAsync(await visitor.GetAsync("/sign-in"), ("username", "ursula"), ("password", Newcomer.Password));
        await LookAsync(ticket);
        await LookAsync(await visitor.SubmitAsync(ticket, ("ticket", "no such one")));
        await LookAsync(visitor, "/sign-in/cancel-reset");
        var words = reset.Output.Split('\n')[0].Split(": ")[1];
        var picture = await visitor.SubmitAsync(await visitor.GetAsync("/sign-in/ticket"), ("ticket", words));
        await LookAsync(picture);
        await LookAsync(visitor, "/enroll/manual-key");
        await LookAsync(await visitor.SubmitAsync(await visitor.GetAsync("/enroll"), ("code", "000000")));

        using var invited = server.Visitor();
        var letter = await server.Mailbox.TakeAsync("ivan@acme.example", "invited");
        var form = await invited.GetAsync(letter.Link("/invitation/"));
        await LookAsync(form);
        await LookAsync(await invited.SubmitAsync(form, ("new-password", "short"), ("new-password-again", "")));
        await invited.GetAsync(letter.Link("/not-me/"));
        await LookAsync(invited, "/not-me");
        await LookAsync(await invited.PressAsync(await invited.GetAsync("/not-me"), "Stop it"));
        await LookAsync(invited, "/invitation");
    }

    private async Task<Newcomer> AddAsync(string name, string role)
    {
        var added = await server.RunAsync(["account", "add", name, "--mail", $"{name}@acme.example", "--role", role]);
        var link = added.Output.Split('\n')[0].Split(": ")[1].Trim();
        return await Newcomer.AcceptAsync(server, name, new Uri(link));
    }

    private static async Task<string> IdAsync(Visitor admin, string name) =>
        (await admin.GetAsync($"/admin/accounts?search={name}")).Document.QuerySelector("td a.fill")!.GetAttribute("href")!.Split('/')[^1];

    private async Task LookAsync(Visitor visitor, params string[] paths)
    {
        foreach (var path in paths)
        {
            await LookAsync(await visitor.GetAsync(path));
        }
    }

    private Task LookAsync(VisitedPage page)
    {
        var where = $"{page.Path} \"{page.Title}\"";
        Pages.ForgeryTests.AssertHeaders(page, isAsset: false);
        if (!titles.Add(page.Title))
        {
            return Task.CompletedTask;
        }

        if (page.Document.QuerySelectorAll("h1").Length != 1)
        {
            findings.Add($"{where}: not exactly one h1");
        }

        if (page.Document.QuerySelector("[role=alert]") is not null != page.Title.StartsWith("Error: ", StringComparison.Ordinal))
        {
            findings.Add($"{where}: a title says Error where a summary stands, and nowhere else");
        }

        if (Compressed(page.Html) + stylesheet > MostPageBytes)
        {
            findings.Add($"{where}: heavier than 15 KB");
        }

        foreach (var element in page.Document.All)
        {
            var handlers = element.Attributes.Where(attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Name == "style");
            findings.AddRange(handlers.Select(attribute => $"{where}: {attribute.Name} on {element.LocalName}"));
            var address = element.GetAttribute("href") ?? element.GetAttribute("src") ?? element.GetAttribute("action");
            if (element.LocalName is "script" or "style" or "iframe" || (address is not null && address[0] is not ('/' or '#') && !address.StartsWith("otpauth:", StringComparison.Ordinal)))
            {
                findings.Add($"{where}: {element.OuterHtml}");
            }
        }

        return Task.CompletedTask;
    }

    private static int Compressed(string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        return (int)bytes.Length;
    }
}
