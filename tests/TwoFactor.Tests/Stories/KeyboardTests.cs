namespace TwoFactor.Tests.Stories;

using System.Text.Json;
using Microsoft.Playwright;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Somebody who has no mouse: Tab, typing and Enter sign in, and at each stop it is seen where one is.</summary>
[Collection(BrowserTests.Name)]
public sealed class KeyboardTests(Harness.Browser browser)
{
    /// <summary>Where the focus is, by the name that is spoken, and how it is drawn.</summary>
    private const string Focus = """
        () => {
          const on = document.activeElement, drawn = getComputedStyle(on);
          return {
            name: (on.labels?.length ? on.labels[0].textContent : on.textContent).trim(),
            visible: on.matches(':focus-visible'),
            style: drawn.outlineStyle, width: parseFloat(drawn.outlineWidth), color: drawn.outlineColor,
          };
        }
        """;

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, true)]
    public async Task Password_and_code_are_given_without_a_mouse(int width, bool dark)
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        await ada.Page.Context.CloseAsync();
        var page = await browser.OpenAsync(server.Address, new Look(width, dark));
        await page.GotoAsync("/sign-in");

        await AssertAtAsync(page, "Username or mail address");
        await page.Keyboard.TypeAsync("ada");
        await TabToAsync(page, "Password");
        await page.Keyboard.TypeAsync(BrowserUser.Password);
        await TabToAsync(page, "Continue");
        await EnterAsync(page, "/sign-in/code");

        // Enter in the field is enough.
        await AssertAtAsync(page, "6-digit code");
        await page.Keyboard.TypeAsync(ada.Phone.WrongCode());
        await EnterAsync(page, "/sign-in/code");
        await page.AssertSaysAsync("That code did not work");

        await AssertAtAsync(page, "6-digit code");
        await page.Keyboard.TypeAsync(await ada.Phone.NextCodeAsync());
        await TabToAsync(page, "Sign in");
        await EnterAsync(page, "/account");
        await TabToAsync(page, "Skip to the content");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Each_stop_of_the_code_page_is_seen_and_leads_somewhere()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        await BrowserUser.SignOutAsync(ada.Page);
        await ada.EnterPasswordAsync(ada.Page);

        await AssertAtAsync(ada.Page, "6-digit code");
        foreach (var stop in new[] { "Sign in", "Use a recovery code", "Lost your phone?", "Not you?" })
        {
            await TabToAsync(ada.Page, stop);
        }

        await EnterAsync(ada.Page, "/sign-in");
        await ada.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task From_the_summary_of_what_is_missing_Enter_leads_to_the_field()
    {
        await using var server = await ServerProcess.StartNewAsync(("TwoFactor:Issuer", "Acme"));
        var ada = await BrowserUser.FirstAdminAsync(browser, server);
        await BrowserUser.SignOutAsync(ada.Page);
        var page = await browser.OpenAsync(server.Address);
        await page.GotoAsync("/sign-in");
        await AssertAtAsync(page, "Username or mail address");
        await EnterAsync(page, "/sign-in");

        await TabToAsync(page, "Enter your username or mail address");
        await TabToAsync(page, "Enter your password");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/sign-in#password", new PageWaitForURLOptions { WaitUntil = WaitUntilState.Commit });
        await AssertAtAsync(page, "Password");
        await page.Keyboard.PressAsync("Shift+Tab");
        await AssertAtAsync(page, "Username or mail address");
        await page.Context.CloseAsync();
        await ada.Page.Context.CloseAsync();
    }

    private static async Task TabToAsync(IPage page, string name)
    {
        await page.Keyboard.PressAsync("Tab");
        await AssertAtAsync(page, name);
    }

    private static Task EnterAsync(IPage page, string then) => page.LeadsToAsync(then, () => page.Keyboard.PressAsync("Enter"));

    /// <summary>A page gives the focus to its field when it has been drawn, which may be a moment after it was loaded.</summary>
    private static async Task AssertAtAsync(IPage page, string name)
    {
        var at = "";
        var focus = await Eventually.GetAsync(
            async () =>
            {
                var found = await page.EvaluateAsync<JsonElement>(Focus);
                at = found.GetProperty("name").GetString() ?? "";
                return string.Equals(at, name, StringComparison.Ordinal) ? new Drawn(found) : null;
            },
            () => $"The focus is at '{at}', not at '{name}'.");
        Assert.True(focus.Now.GetProperty("visible").GetBoolean(), $"Nobody sees that {name} has the focus.");
        Assert.NotEqual("none", focus.Now.GetProperty("style").GetString());
        Assert.True(focus.Now.GetProperty("width").GetDouble() >= 2, $"The outline of {name} is too thin: {focus.Now}");
        Assert.DoesNotContain("rgba(0, 0, 0, 0)", focus.Now.GetProperty("color").GetString(), StringComparison.Ordinal);
    }

    private sealed record Drawn(JsonElement Now);
}
