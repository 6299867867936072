namespace TwoFactor.Tests.Administration;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>The list of accounts, page by page, and who may invite again.</summary>
public sealed class PeopleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Paging_forth_and_back_and_forth_again_shows_everybody_once()
    {
        using var app = new App(("Limits:People:PageSize", "10"));
        await TestUser.FirstAdminAsync(app);
        for (var number = 10; number < 34; number++)
        {
            await app.InviteByConsoleAsync($"person-{number}");
        }

        var first = await ListAsync(app);
        var second = await ListAsync(app, after: first.After);
        var third = await ListAsync(app, after: second.After);
        Assert.Equal(25, Names(first, second, third).Distinct(StringComparer.Ordinal).Count());
        Assert.Null(third.After);

        var back = await ListAsync(app, before: third.Before);
        Assert.Equal(Names(second), Names(back));
        Assert.Equal(Names(third), Names(await ListAsync(app, after: back.After)));
        var start = await ListAsync(app, before: back.Before);
        Assert.Equal(Names(first), Names(start));
        Assert.Null(start.Before);
        Assert.Equal(Names(second), Names(await ListAsync(app, after: start.After)));
    }

    [Fact]
    public async Task A_second_admin_is_not_invited_again_by_the_first_and_the_try_is_recorded()
    {
        using var app = new App();
        var ada = await TestUser.FirstAdminAsync(app);
        await app.InviteByConsoleAsync("ursula");
        await app.InviteByConsoleAsync("alan", Role.Admin);
        var form = await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ursula")}");
        var alan = await app.IdAsync("alan");
        form.Document.Forms.Single(found => found.GetAttribute("action")!.EndsWith("handler=Invite", StringComparison.Ordinal))
            .SetAttribute("action", $"/admin/accounts/{alan}?handler=Invite");

        var answer = await ada.Browser.PressAsync(form, "Send a new invitation");

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("Only somebody with a higher role can change alan.", answer.Words, StringComparison.Ordinal);
        Assert.Equal(1, await app.CountAsync(AuditKinds.ActRefused, alan));
    }

    private static IEnumerable<string> Names(params PeoplePage[] pages) =>
        pages.SelectMany(page => page.People).Select(user => user.Account.UserName);

    private static Task<PeoplePage> ListAsync(App app, string? before = null, string? after = null) =>
        app.AskAsync(
            services => services.GetRequiredService<TwoFactor.Administration.People>().ListAsync(null, null, before, after, Cancellation));
}
