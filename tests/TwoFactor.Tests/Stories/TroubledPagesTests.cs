namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Mail;
using Xunit;

/// <summary>The pages of administration while not everything is as it should be.</summary>
[Collection(BrowserTests.Name)]
public sealed class TroubledPagesTests(Harness.Browser browser) : IAsyncLifetime
{
    private ServerProcess server = null!;
    private InspectedPages pages = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartNewAsync();
        pages = await InspectedPages.OpenAsync(browser, server);
    }

    public async ValueTask DisposeAsync()
    {
        await pages.DisposeAsync();
        await server.DisposeAsync();
    }

    /// <summary>Mail that a mail server refuses, another that it takes later, and a proxy that no setting names.</summary>
    [Fact]
    public async Task Pages_of_administration_while_not_everything_is_as_it_should_be()
    {
        using var admin = await NewUser.FirstAdminAsync(server);
        await using var mail = await Mail.MailServer.StartAsync();
        Assert.Equal(0, await server.StopAsync());
        server.Set(("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{mail.Port}"), ("Smtp:Security", "None"));
        await server.StartAsync();
        foreach (var name in new[] { "refused", "later.with.a.name.as.long.as.they.come.in.large.companies" })
        {
            Assert.Equal(0, (await server.RunAsync(["account", "add", name, "--mail", $"{name}@acme.example"])).ExitCode);
        }

        var unsent = await Eventually.GetAsync(
            async () => await admin.Browser.GetAsync("/admin/mail") is var page && page.Document.QuerySelectorAll(".items li").Length == 2
                ? page
                : null,
            () => $"No mail failed. {server.Log}");
        await admin.Browser.OnceAsync(
            HttpMethod.Get, new Uri("/admin", UriKind.Relative), adjust: request => request.Headers.Add("X-Forwarded-For", "203.0.113.5"));
        await pages.InspectAsync(unsent, admin.Browser);
        await pages.InspectAsync(admin.Browser, "/admin", "/admin/accounts", "/admin/mail");
        await pages.InspectAsync(
            await admin.Browser.PressAsync(await admin.Browser.GetAsync("/admin/mail"), "Retry all now"), admin.Browser);
        Assert.True(pages.Findings.Count == 0, string.Join('\n', pages.Findings));
    }
}
