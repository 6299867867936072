namespace TwoFactor.Tests.Stories;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Mail;
using Xunit;

/// <summary>
/// The pages of administration while not everything is as it should be: mail that a mail server refuses, another that it takes later, and
/// a proxy that no setting names.
/// </summary>
internal static class TroubledPagesCrawl
{
    /// <remarks>Starts the server again, with a mail server: this is the last part of a story.</remarks>
    public static async Task WalkAsync(ServerProcess server, InspectedPages pages, NewUser admin)
    {
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
    }
}
