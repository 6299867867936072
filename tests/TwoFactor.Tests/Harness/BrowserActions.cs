namespace TwoFactor.Tests.Harness;

using Microsoft.Playwright;
using Xunit;

/// <summary>What a person does in a real browser without scripts: fills in, presses, follows, scans, closes a tab.</summary>
internal static class BrowserActions
{
    public static async Task FillInAsync(this IPage page, params (string Name, string Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            await page.Locator($"main input[name='{name}']").FillAsync(value);
        }
    }

    /// <summary>Presses the button with these words, and waits for the page that it leads to.</summary>
    /// <param name="then">Path and query.</param>
    public static Task PressButtonAsync(this IPage page, string button, string then) => page.LeadsToAsync(
        then, () => page.Locator("main").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true })
            .ClickAsync());

    /// <summary>The link must stand there, and lead where it says.</summary>
    /// <param name="lands">Where a redirect leads from there.</param>
    public static async Task FollowLinkAsync(this IPage page, string link, string then, string? lands = null)
    {
        var found = page.Locator("main").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = link, Exact = true });
        Assert.Equal(then, await found.GetAttributeAsync("href"));
        await page.LeadsToAsync(lands ?? then, () => found.ClickAsync());
    }

    /// <summary>Does what leads to another page, and waits until that is there, with its pictures.</summary>
    /// <param name="then">Path and query; with a star at its end, the beginning of them.</param>
    /// <remarks>A form that comes back has the address of the page before: the page itself tells which of the two it is.</remarks>
    public static async Task LeadsToAsync(this IPage page, string then, Func<Task> act)
    {
        await page.EvaluateAsync("() => { window.isLeft = true; }");
        await act();
        var path = await Eventually.GetAsync(
            async () =>
            {
                try
                {
                    return await page.EvaluateAsync<string?>(
                        "() => !window.isLeft && document.readyState === 'complete' ? location.pathname + location.search : null");
                }
                catch (PlaywrightException)
                {
                    // The one page has gone, and the other is not there yet.
                    return null;
                }
            },
            () => $"Nothing followed {page.Url}.");
        var isIt = then.EndsWith('*')
            ? path.StartsWith(then[..^1], StringComparison.Ordinal)
            : string.Equals(then, path, StringComparison.Ordinal);
        Assert.True(isIt, $"{path} came, not {then}: {await page.InnerTextAsync("body")}");
    }

    /// <summary>Holds a phone before the screen.</summary>
    public static async Task<ScannedPhone> ScanAsync(this IPage page) =>
        await ScannedPhone.ScanAsync(await page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true }));

    public static Task<string> WordsAsync(this IPage page) => page.InnerTextAsync("main");

    public static async Task AssertSaysAsync(this IPage page, string words) =>
        Assert.Contains(words, await page.WordsAsync(), StringComparison.Ordinal);

    public static string Path(this IPage page) => new Uri(page.Url).AbsolutePath;

    /// <summary>Another tab of the same browser.</summary>
    public static async Task<IPage> OpenTabAsync(this IPage page, string address)
    {
        var tab = await page.Context.NewPageAsync();
        await tab.GotoAsync(address);
        return tab;
    }

    /// <summary>Closes the tab, and opens its address again in a new one.</summary>
    public static async Task<IPage> ReopenAsync(this IPage page)
    {
        var address = page.Url;
        await page.CloseAsync();
        return await page.OpenTabAsync(address);
    }
}
