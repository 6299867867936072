namespace TwoFactor.Tests;

using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MimeKit;
using QRCoder;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The stand-ins for persons do what persons do; otherwise no story that they tell is worth anything.</summary>
[Collection(BrowserTests.Name)]
public sealed class HarnessTests(Harness.Browser browser) : IAsyncLifetime
{
    private const string Form = """
        <!doctype html><html lang="en"><head><title>Form</title></head><body>
        <header><form method="post" action="/out"><button>Sign out</button></form></header>
        <main><h1>Tell us</h1><form method="post" action="/told?from=form">
        <input type="hidden" name="token" value="kept">
        <label>Name <input name="Input.Name" autocomplete="section-x username" value="old"></label>
        <label><input type="radio" name="verified" value="badge"> Badge</label>
        <label><input type="radio" name="verified" value="manager"> Manager</label>
        <button name="act" value="save">Save</button> <button name="act" value="drop">Drop</button>
        </form></main></body></html>
        """;

    private readonly WebApplication site = Site();

    private Uri Home => new(site.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public async ValueTask InitializeAsync() => await site.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public async Task The_phone_shows_the_codes_of_the_standard(long second, string code) =>
        Assert.Equal(code, await OathTool.CodeAsync("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", DateTimeOffset.FromUnixTimeSeconds(second)));

    [Fact]
    public async Task The_camera_reads_a_picture()
    {
        const string Uri = "otpauth://totp/TwoFactor:ana?secret=GEZDGNBVGY3TQOJQ&issuer=TwoFactor";
        using var drawn = QRCodeGenerator.GenerateQrCode(Uri, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(drawn);

        Assert.Equal(Uri, await QrReader.ReadAsync(picture.GetGraphic(6)));
    }

    [Fact]
    public async Task The_visitor_fills_in_the_form_that_he_sees()
    {
        using var visitor = Visitor();
        var page = await visitor.GetAsync("/");
        Assert.Equal("Tell us", page.Heading);

        var told = await visitor.SubmitAsync(page, ("username", "ana"), ("verified", "manager"));

        Assert.Equal("/done", told.Path);
        Assert.Equal((HttpStatusCode.SeeOther, new Uri(Home, "/done")), Assert.Single(told.Redirects));
        Assert.Equal("/told?from=form token=kept Input.Name=ana verified=manager act=save", told.Words);
    }

    [Fact]
    public async Task The_visitor_presses_the_button_that_he_names()
    {
        using var visitor = Visitor();

        var told = await visitor.PressAsync(await visitor.GetAsync("/"), "Drop", ("Input.Name", null));
        Assert.Equal("/told?from=form token=kept Input.Name= act=drop", told.Words);
        Assert.NotNull(visitor.Cookies["told"]);

        await visitor.PressAsync(await visitor.GetAsync("/"), "Sign out");
        Assert.Null(visitor.Cookies["told"]);
    }

    [Fact]
    public async Task The_visitor_does_not_fill_in_what_is_not_there()
    {
        using var visitor = Visitor();
        var page = await visitor.GetAsync("/");

        await Assert.ThrowsAnyAsync<Exception>(() => visitor.SubmitAsync(page, ("one-time-code", "123456")));
        await Assert.ThrowsAnyAsync<Exception>(() => visitor.SubmitAsync(page, ("verified", "hunch")));
    }

    [Fact]
    public async Task The_browser_submits_the_same_form_without_scripts()
    {
        var page = await browser.OpenAsync(Home, Look.Phone with { Dark = true });
        await page.GotoAsync("/script");
        Assert.Equal("off", await page.TitleAsync());

        await page.GotoAsync("/");
        await page.Locator("[autocomplete~=username]").FillAsync("bo");
        await page.GetByText("Save").ClickAsync();

        // The load event of a page this small may come before anybody waits for it.
        await Microsoft.Playwright.Assertions.Expect(page.Locator("body")).ToContainTextAsync("token=kept Input.Name=bo act=save");
        Assert.EndsWith("/done", page.Url, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Axe_finds_what_is_wrong_and_nothing_else()
    {
        var page = await browser.OpenAsync(Home, Look.Desktop with { Scripts = true });
        await page.GotoAsync("/");
        Assert.Empty(await Axe.FindingsAsync(page));

        await page.GotoAsync("/script");
        Assert.Contains(await Axe.FindingsAsync(page), finding => finding.StartsWith("image-alt: ", StringComparison.Ordinal));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_mailbox_gives_each_mail_once()
    {
        var folder = Directory.CreateTempSubdirectory("twofactor-outbox-");
        var mailbox = new Mailbox(folder.FullName);
        foreach (var (file, to) in new[] { ("1.eml", "ana@acme.example"), ("2.eml", "bo@acme.example"), ("3.eml", "ana@acme.example") })
        {
            using var message = new MimeMessage(
                [new MailboxAddress("", "sso@acme.example")],
                [new MailboxAddress("", to)],
                "Your invitation",
                new TextPart { Text = $"Open http://localhost:5080/invitation/{file}." });
            await message.WriteToAsync(Path.Combine(folder.FullName, file), TestContext.Current.CancellationToken);
        }

        var first = await mailbox.TakeAsync("ana@acme.example", "invitation");
        var second = await mailbox.TakeAsync("ana@acme.example", "invitation");

        Assert.Equal(new Uri("http://localhost:5080/invitation/1.eml"), first.Link("/invitation/"));
        Assert.Equal("/invitation/3.eml", second.Link("/invitation/").AbsolutePath);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_built_program_runs_as_its_own_process()
    {
        await using var server = ServerProcess.Alone();

        var help = await server.RunAsync(["--help"]);

        Assert.Equal((0, ""), (help.ExitCode, help.Error));
    }

    private static WebApplication Site()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var built = builder.Build();
        built.MapGet("/", () => Results.Content(Form, "text/html; charset=utf-8"));
        built.MapGet("/script", () => Results.Content(
            "<!doctype html><html lang=en><title>off</title><main><h1>x</h1><img src=data:,></main><script>document.title = "
                + "'on'</script>", "text/html"));
        built.MapGet("/done", (HttpRequest request) => Results.Content($"<!doctype html><p>{request.Cookies["told"]}</p>", "text/html"));
        built.MapPost("/told", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var told = string.Join(' ', form.Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Key}={field.Value}")));
            context.Response.Cookies.Append("told", $"/told{context.Request.QueryString} {told}");
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = "/done";
        });
        built.MapPost("/out", (HttpResponse response) => response.Cookies.Delete("told"));
        return built;
    }

    private Visitor Visitor() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }, Home);
}
