namespace TwoFactor.Tests.Stories;

using System.IO.Compression;
using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Pages;

/// <summary>What is asked of every page.</summary>
public sealed partial class CrawlTests
{
    private async Task InspectAsync(Visitor visitor, params string[] paths)
    {
        foreach (var path in paths)
        {
            await InspectAsync(await visitor.GetAsync(path), visitor);
        }
    }

    private async Task InspectAsync(VisitedPage page, Visitor visitor)
    {
        var where = $"{page.Path} \"{page.Title}\"";
        Pages.ForgeryTests.AssertHeaders(page, isAsset: false);
        titles.Add(page.Title);
        var shape = page.Document.All.Select(element => $"{element.LocalName}.{element.ClassName}").Distinct();
        if (!seen.Add($"{page.Title} {string.Join(' ', shape)}"))
        {
            return;
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
            var handlers = element.Attributes.Where(
                attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Name == "style");
            findings.AddRange(handlers.Select(attribute => $"{where}: {attribute.Name} on {element.LocalName}"));
            var address = element.GetAttribute("href") ?? element.GetAttribute("src") ?? element.GetAttribute("action");
            if (element.LocalName is "script" or "style" or "iframe"
                || (address is not null && address[0] is not ('/' or '#') && !address.StartsWith("otpauth:", StringComparison.Ordinal)))
            {
                findings.Add($"{where}: {element.OuterHtml}");
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
        findings.AddRange((await Axe.FindingsAsync(view)).Select(finding => $"{where} at {Narrow}: {finding}"));
        await AssertFitsAsync(Narrow, where);
        await ShowAsync(Look.Desktop.Width, ColorScheme.Dark);
        findings.AddRange((await Axe.FindingsAsync(view, "color-contrast")).Select(finding => $"{where} in the dark: {finding}"));
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
            findings.Add($"{where}: {needed} px wide at {width}");
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
