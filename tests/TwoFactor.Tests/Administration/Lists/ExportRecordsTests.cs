namespace TwoFactor.Tests.Administration.Lists;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>No list leaves as a file without an event that says who took it, which part, and how many lines.</summary>
public sealed class ExportRecordsTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private TestUser ada = null!;
    private TestUser hugo = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        await TestUsers.AddAsync(app, "ana", Role.User);
        await TestUsers.InviteAsync(app, ada, "anton", accept: false);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Theory]
    [InlineData("ada", "/admin/accounts.csv", "accounts.exported", null)]
    [InlineData("hugo", "/admin/accounts.csv", "accounts.exported", null)]
    [InlineData("ada", "/admin/accounts.csv?show=not-enrolled", "accounts.exported", "not-enrolled")]
    [InlineData("ada", "/admin/accounts.csv?search=an", "accounts.exported", "an")]
    [InlineData("ada", "/admin/accounts.csv?search=%EF%BC%9Dan%0A%01", "accounts.exported", null)]
    [InlineData("ada", "/admin/audit.csv", "audit.exported", "Filter")]
    [InlineData("ada", "/admin/audit.csv?account=ana", "audit.exported", "Filter: about ana")]
    [InlineData("hugo", "/admin/audit.csv?account=ana", "audit.exported", "Filter: about ana")]
    public async Task A_download_is_recorded_with_who_what_and_how_many(string who, string address, string kind, string? what)
    {
        var agent = who == "ada" ? ada : hugo;

        var file = await agent.Browser.GetAsync(address);

        Assert.Equal("text/csv", file.ContentHeaders.ContentType?.MediaType);
        var lines = file.Html.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1;
        var recorded = Assert.Single(await EventsAsync(kind));
        Assert.Equal((await app.IdAsync(who), ActorKind.Agent, (long?)lines), (recorded.Actor, recorded.ActorKind, recorded.Number));
        Assert.True(what is null || recorded.Detail == what, recorded.Detail);

        // The next one is another event, and counts the first where it is among the lines.
        await agent.Browser.GetAsync(address);
        Assert.Equal(2, (await EventsAsync(kind)).Count);
    }

    /// <summary>What is refused before a line leaves is no download.</summary>
    [Theory]
    [InlineData("ada", "/admin/accounts.csv?show=nothing")]
    [InlineData("ada", "/admin/audit.csv?agent=nobody")]
    [InlineData("hugo", "/admin/audit.csv")]
    [InlineData("hugo", "/admin/audit.csv?account=ada")]
    public async Task What_does_not_leave_is_not_recorded(string who, string address)
    {
        var answer = await (who == "ada" ? ada : hugo).Browser.GetAsync(address);

        Assert.NotEqual("text/csv", answer.ContentHeaders.ContentType?.MediaType);
        Assert.Empty(await EventsAsync("accounts.exported"));
        Assert.Empty(await EventsAsync("audit.exported"));
    }

    [Fact]
    public async Task Whoever_lost_the_role_a_moment_ago_takes_nothing()
    {
        await app.AskAsync(async services => await services.GetRequiredService<AccountEdits>().SaveAsync(
            null, await app.IdAsync("hugo"), new AccountForm(null, null, Role.User), Actor.Console, Cancellation));

        Assert.NotEqual(HttpStatusCode.OK, (await hugo.Browser.OnceAsync(
            HttpMethod.Get, new Uri("/admin/accounts.csv", UriKind.Relative), null)).Status);

        Assert.Empty(await EventsAsync("accounts.exported"));
    }

    private Task<List<AuditEvent>> EventsAsync(string kind) => app.AskAsync(services =>
        Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync(
            services.GetRequiredService<TwoFactorDb>().Set<AuditEvent>().Where(row => row.Kind == kind), Cancellation));
}
