namespace TwoFactor.Tests.Stories;

using System.IO.Compression;
using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Pages;
using Xunit;

/// <summary>
/// What is asked of every page of a running server: it runs nothing, names itself, fits a small phone, and reads well to those who listen.
/// </summary>
internal sealed class InspectedPages : IAsyncDisposable
{
    private const int Narrow = 320;
    private const int MostPageBytes = 15 * 1024;

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly ServerProcess server;
    private readonly IPage view;
    private readonly int stylesheet;

    private InspectedPages(ServerProcess server, IPage view, int stylesheet) =>
        (this.server, this.view, this.stylesheet) = (server, view, stylesheet);

    /// <summary>What is not as it should be.</summary>
    public List<string> Findings { get; } = [];

    public HashSet<string> Titles { get; } = new(StringComparer.Ordinal);

    public static async Task<InspectedPages> OpenAsync(Harness.Browser browser, ServerProcess server)
    {
        var css = await File.ReadAllTextAsync(
            Repository.PathOf("wwwroot", "css", "site.css"), TestContext.Current.CancellationToken);
        return new InspectedPages(
            server, await browser.OpenAsync(server.Address, new Look(Narrow, Scripts: true)), Compressed(css));
    }

    public async ValueTask DisposeAsync() => await view.Context.CloseAsync();

    public async Task InspectAsync(Visitor visitor, params string[] paths)
    {
        foreach (var path in paths)
        {
            await InspectAsync(await visitor.GetAsync(path), visitor);
        }
    }

    public async Task InspectAsync(VisitedPage page, Visitor visitor)
    {
        var where = $"{page.Path} \"{page.Title}\"";
        ForgeryTests.AssertHeaders(page, isAsset: false);
        Titles.Add(page.Title);
        var shape = page.Document.All.Select(element => $"{element.LocalName}.{element.ClassName}").Distinct();
        if (!seen.Add($"{page.Title} {string.Join(' ', shape)}"))
        {
            return;
        }

        if (page.Document.QuerySelectorAll("h1").Length != 1)
        {
            Findings.Add($"{where}: not exactly one h1");
        }

        if (page.Document.QuerySelector("[role=alert]") is not null != page.Title.StartsWith("Error: ", StringComparison.Ordinal))
        {
            Findings.Add($"{where}: a title says Error where a summary stands, and nowhere else");
        }

        if (Compressed(page.Html) + stylesheet > MostPageBytes)
        {
            Findings.Add($"{where}: heavier than 15 KB");
        }

        foreach (var element in page.Document.All)
        {
            var handlers = element.Attributes.Where(
                attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Name == "style");
            Findings.AddRange(handlers.Select(attribute => $"{where}: {attribute.Name} on {element.LocalName}"));
            var address = element.GetAttribute("href") ?? element.GetAttribute("src") ?? element.GetAttribute("action");
            if (element.LocalName is "script" or "style" or "iframe"
                || (address is not null && address[0] is not ('/' or '#') && !address.StartsWith("otpauth:", StringComparison.Ordinal)))
            {
                Findings.Add($"{where}: {element.OuterHtml}");
            }
        }

        await LookWithBrowserAsync(page, visitor, where);
    }

    /// <summary>
    /// The same bytes in a real browser, with its stylesheet and picture: light at 320 px with all that axe knows, then dark on a desk
    /// for its colours.
    /// </summary>
    private async Task LookWithBrowserAsync(VisitedPage page, Visitor visitor, string where)
    {
        var address = new Uri(server.Address, $"/looked-at/{seen.Count}").AbsoluteUri;
        await view.Context.SetExtraHTTPHeadersAsync(new Dictionary<string, string>
        {
            ["Cookie"] = string.Join(
            "; ", visitor.Cookies.All.Select(cookie => $"{cookie.Key}={cookie.Value.Value}"))
        });
        await view.RouteAsync(
            address, route => route.FulfillAsync(new RouteFulfillOptions { Body = page.Html, ContentType = "text/html; charset=utf-8" }));
        await ShowAsync(Narrow, ColorScheme.Light);
        await view.GotoAsync(address);
        Findings.AddRange((await Axe.FindingsAsync(view)).Select(finding => $"{where} at {Narrow}: {finding}"));
        await AssertFitsAsync(Narrow, where);
        await ShowAsync(Look.Desktop.Width, ColorScheme.Dark);
        Findings.AddRange((await Axe.FindingsAsync(view, "color-contrast")).Select(finding => $"{where} in the dark: {finding}"));
        await AssertFitsAsync(Look.Desktop.Width, where);
    }

    /// <remarks>Without motion: colours on their way from light to dark are nobody's colours.</remarks>
    private async Task ShowAsync(int width, ColorScheme colors)
    {
        await view.SetViewportSizeAsync(width, 800);
        await view.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = colors, ReducedMotion = ReducedMotion.Reduce });
    }

    private async Task AssertFitsAsync(int width, string where)
    {
        var needed = await view.EvaluateAsync<int>("document.scrollingElement.scrollWidth");
        if (needed > width)
        {
            Findings.Add($"{where}: {needed} px wide at {width}");
        }
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
