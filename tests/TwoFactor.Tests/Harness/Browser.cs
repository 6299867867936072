namespace TwoFactor.Tests.Harness;

using Microsoft.Playwright;
using Xunit;

/// <summary>How a page is looked at.</summary>
/// <param name="Width">Of the window, in CSS pixels.</param>
/// <param name="Scripts">Only for axe, which is a script: people get on without.</param>
public sealed record Look(int Width = 1280, bool Dark = false, bool Scripts = false)
{
    public static Look Desktop { get; } = new();

    public static Look Phone { get; } = new(Width: 390);
}

/// <summary>
/// One Chromium for all tests of the collection: <c>[Collection(BrowserTests.Name)]</c>, and <c>Browser</c> in the constructor.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private IPlaywright? playwright;
    private IBrowser? chromium;

    /// <summary>A new page with cookies of its own: another person, or the same one on another device. Dispose its context.</summary>
    public async Task<IPage> OpenAsync(Uri home, Look? look = null)
    {
        ArgumentNullException.ThrowIfNull(home);
        SlowAttribute.RequireFor("A browser");
        var (width, dark, scripts) = look ?? Look.Desktop;
        var context = await (await StartAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = home.AbsoluteUri,
            JavaScriptEnabled = scripts,
            ViewportSize = new ViewportSize { Width = width, Height = width < 800 ? 844 : 800 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "UTC",
        });
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null)
        {
            await chromium.CloseAsync();
        }

        playwright?.Dispose();
        starting.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        var program = Tool.Chromium.Require();
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            playwright ??= await Playwright.CreateAsync();
            return chromium ??= await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,

                // Chromium's own sandbox does not start for root, and its services would ask the network.
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                ],
            });
        }
        finally
        {
            starting.Release();
        }
    }
}

/// <summary>All tests that look through a browser share it, one after the other.</summary>
[CollectionDefinition(Name)]
[Slow]
public sealed class BrowserTests : ICollectionFixture<Browser>
{
    public const string Name = "Browser";
}
