namespace TwoFactor.Tests.Pages;

using System.Net;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The log before those who may read it: what they ask for, in an address that they can keep.</summary>
public sealed class AuditPageTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new(("Limits:Audit:PageSize", "5"), ("Limits:Audit:CsvRows", "60"));
    private TestUser ada = null!;
    private TestUser hugo = null!;
    private TestUser ursula = null!;

    /// <summary>Ada on the first day; Hugo and Ursula two days later.</summary>
    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        app.Time.Advance(TimeSpan.FromDays(2));
        await ada.SignInAsync();
        hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        ursula = await TestUsers.InviteAsync(app, ada, "ursula");
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task Who_asks_for_something_gets_that_alone_and_an_address_to_keep()
    {
        var page = await ada.Browser.GetAsync("/admin/audit");
        var asked = await ada.Browser.SubmitAsync(
            page, ("account", "ursula@acme.example"), ("kind", "account.enrolled"), ("from", "2026-11-26"), ("to", "2026-11-26"));

        Assert.Equal("/admin/audit?account=ursula%40acme.example&kind=account.enrolled&agent=&from=2026-11-26&to=2026-11-26", asked.Path);
        Assert.Equal(["Account ready to use"], Events(asked));
        Assert.Equal("ursula@acme.example", ((IHtmlInputElement)asked.Field("account")!).Value);
        Assert.Equal("account.enrolled", ((IHtmlSelectElement)asked.Field("kind")!).Value);
        Assert.Equal("Filter: about ursula@acme.example, Account ready to use, from 2026-11-26, to 2026-11-26", asked.WordsOf("summary"));
        Assert.Equal("Filter", page.WordsOf("summary"));
        Assert.All(new[] { page, asked }, each => Assert.False(each.Document.QuerySelector("details")!.HasAttribute("open")));
        Assert.Equal(asked.Words, (await ada.Browser.GetAsync(asked.Path)).Words);
    }

    [Fact]
    public async Task Each_part_of_the_filter_counts_for_itself()
    {
        var all = await AllAsync("");
        Assert.Equal(await CountAsync("1=1"), all.Count);
        Assert.Equal(await CountAsync("kind='enrollment.confirmed'"), (await AllAsync("kind=enrollment.confirmed")).Count);
        Assert.Equal(
            await CountAsync("account_id=(SELECT id FROM account WHERE user_name='hugo')"), (await AllAsync("account=HUGO")).Count);
        Assert.Equal(
            await CountAsync("actor=(SELECT id FROM account WHERE user_name='ada')"), (await AllAsync("agent=ada@acme.example")).Count);
        Assert.Equal(await CountAsync("at < unixepoch('2026-11-25')"), (await AllAsync("to=2026-11-24")).Count);
        Assert.Equal(await CountAsync("at >= unixepoch('2026-11-25')"), (await AllAsync("from=2026-11-25")).Count);
        Assert.Empty(await AllAsync("from=2026-11-25&to=2026-11-25"));
        var both = await AllAsync("account=ursula&agent=ada");
        Assert.Equal(await CountAsync("account_id=(SELECT id FROM account WHERE user_name='ursula') AND actor=(SELECT id FROM account "
            + "WHERE user_name='ada')"), both.Count);
        Assert.Contains("Invited", both);
    }

    [Fact]
    public async Task Turning_pages_keeps_the_filter_and_loses_nothing()
    {
        var first = await ada.Browser.GetAsync("/admin/audit?account=ada&from=2026-11-24");
        var second = await ada.Browser.GetAsync(first.Link("Older"));

        Assert.StartsWith("/admin/audit?account=ada&from=2026-11-24&before=", second.Path, StringComparison.Ordinal);
        Assert.Equal(5, Events(first).Count);
        Assert.Equal(Events(first), Events(await ada.Browser.GetAsync(second.Link("Newer"))));
        Assert.Equal("ada", ((IHtmlInputElement)second.Field("account")!).Value);
    }

    [Theory]
    [InlineData("from=24.11.2026", "from", "Enter a day like 2026-11-24.")]
    [InlineData("to=2026-02-30", "to", "Enter a day like 2026-11-24.")]
    [InlineData("from=2026-11-26&to=2026-11-25", "to", "This is before the first day.")]
    [InlineData("account=nobody", "account", "No account has this username or mail address.")]
    [InlineData("account=not%20a%20name!", "account", "No account has this username or mail address.")]
    [InlineData("agent=nobody@acme.example", "agent", "Nobody who could have acted has this username or mail address.")]
    [InlineData("kind=code.right", "kind", "There is no such kind of event.")]
    public async Task What_cannot_be_asked_for_is_told_at_its_field(string query, string field, string sentence)
    {
        foreach (var path in new[] { "/admin/audit", "/admin/audit.csv" })
        {
            var refused = await ada.Browser.GetAsync($"{path}?{query}");
            Assert.StartsWith("Error: ", refused.Title, StringComparison.Ordinal);
            Assert.Equal(sentence, refused.WordsOf($".note a[href='#{field}']"));
            if (path == "/admin/audit")
            {
                Assert.Equal(sentence, refused.WordsOf($"#{field}-error"));
                Assert.Equal("true", refused.Document.GetElementById(field)!.GetAttribute("aria-invalid"));
                Assert.True(refused.Document.QuerySelector("details")!.HasAttribute("open"));
                Assert.Null(refused.Document.QuerySelector("table"));
                Assert.DoesNotContain("No event matches", refused.Words, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Where_nothing_matches_it_says_so_and_shows_the_way_back()
    {
        var empty = await ada.Browser.GetAsync("/admin/audit?kind=alarm.altered");

        Assert.Equal("No event matches", empty.WordsOf(".empty-state h2"));
        Assert.Equal("/admin/audit", empty.Link("Show all").PathAndQuery);
    }

    [Fact]
    public async Task The_help_desk_reads_of_those_whom_it_may_help_and_of_nobody_else()
    {
        foreach (var path in new[] { "/admin/audit", "/admin/audit.csv" })
        {
            foreach (var query in new[]
            {
                "", "?account=", "?account=ada", "?account=hugo", "?account=nobody", "?agent=ursula", "?kind=code.wrong"
            })
            {
                Assert.Equal(HttpStatusCode.NotFound, (await hugo.Browser.GetAsync(path + query)).Status);
            }

            Assert.Equal(HttpStatusCode.OK, (await hugo.Browser.GetAsync(path + "?account=ursula")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await ursula.Browser.GetAsync(path + "?account=ursula")).Status);
        }

        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'")).Single();
        var detail = await hugo.Browser.GetAsync($"/admin/accounts/{id}");
        var events = await hugo.Browser.GetAsync(detail.Link("See all"));
        Assert.Equal("/admin/audit?account=ursula", events.Path);
        Assert.Equal(5, Events(events).Count);
        Assert.DoesNotContain("Not checked yet", events.Words, StringComparison.Ordinal);
        var empty = await hugo.Browser.GetAsync("/admin/audit?account=ursula&kind=code.wrong");
        Assert.Equal("/admin/audit?account=ursula", empty.Link("Show all").PathAndQuery);
        var adas = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ada'")).Single();
        Assert.DoesNotContain("See all", (await hugo.Browser.GetAsync($"/admin/accounts/{adas}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_was_deleted_is_found_by_the_user_name_and_named()
    {
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'")).Single();
        await app.AskAsync(services => services.GetRequiredService<TwoFactor.Administration.Editing.Deletions>()
            .DeleteAsync(null, id, "left", Actor.Console, TestContext.Current.CancellationToken));

        var page = await ada.Browser.GetAsync("/admin/audit?account=ursula");

        Assert.Contains("Account deleted", page.Words, StringComparison.Ordinal);
        Assert.Contains("ursula (deleted)", page.Words, StringComparison.Ordinal);
        Assert.Equal(5, Events(page).Count);
    }

    [Fact]
    public async Task The_state_of_the_chain_stands_beside_the_title_and_a_break_across_the_page()
    {
        Assert.Equal("Not checked yet", (await ada.Browser.GetAsync("/admin/audit")).WordsOf(".pill.empty"));

        await app.AskAsync(services => services.GetRequiredService<AuditSealer>().SealAsync(TestContext.Current.CancellationToken));
        await CheckAsync();
        var whole = await ada.Browser.GetAsync("/admin/audit");
        Assert.Equal($"Intact, {await CountAsync("1=1")} events", whole.WordsOf(".title .pill.ok"));
        Assert.Contains("Checked today, 10:0", whole.Words, StringComparison.Ordinal);

        var second = (await app.QueryAsync<string>($"SELECT id AS Value FROM audit_event WHERE sequence = 2")).Single();
        await app.ExecuteAsync($"UPDATE audit_event SET kind = 'signed-out' WHERE sequence = 2");
        await CheckAsync();
        var broken = await ada.Browser.GetAsync("/admin/audit");
        Assert.NotEmpty(second);
        Assert.Equal("The chain is broken at event 2", broken.WordsOf(".note.bad h2"));
        Assert.Contains("This event was changed or inserted.", broken.WordsOf(".note.bad"), StringComparison.Ordinal);
        Assert.Null(broken.Document.QuerySelector(".pill.ok"));
    }

    [Fact]
    public async Task The_file_for_spreadsheets_has_what_the_filter_shows_and_runs_nothing()
    {
        await app.AskAsync(async services =>
        {
            var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'")).Single();
            return await services.GetRequiredService<TwoFactor.Administration.AccountLockout>()
                .DisableAsync(null, id, "=cmd|' /C calc'!A0, \"left\"", null, Actor.Console, TestContext.Current.CancellationToken);
        });
        var page = await ada.Browser.GetAsync("/admin/audit?account=ursula");

        var file = await ada.Browser.GetAsync(page.Link("Download as CSV"));

        Assert.Equal("/admin/audit.csv?account=ursula", file.Path);
        Assert.Equal("text/csv", file.ContentHeaders.ContentType?.MediaType);
        Assert.Equal("attachment; filename=\"audit-2026-11-26.csv\"", file.ContentHeaders.ContentDisposition?.ToString());
        var lines = file.Html.Split("\r\n");
        Assert.Equal("time,event,kind,account,by,agent,address,browser,remark,detail", lines[0]);
        Assert.Equal((await CountAsync("account_id=(SELECT id FROM account WHERE user_name='ursula')") + 2, ""), (lines.Length, lines[^1]));
        Assert.Matches(
            """^2026-11-26T10:0\d:\d\dZ,Switched off,account.disabled,ursula,console,,,,,"'=cmd\|' /C calc'!A0, ""left""\"$""", lines[1]);
        Assert.Contains(",Invited,account.invited,ursula,agent,ada,", lines[^2], StringComparison.Ordinal);
        Assert.Contains("Firefox on Linux", file.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_events_for_one_file_are_refused_before_the_first()
    {
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'")).Single();
        for (var more = 0; more < 61; more++)
        {
            await app.AskAsync(services => services.GetRequiredService<TwoFactor.Administration.PasswordLinks>().MakeAsync(
                id, Actor.Console, TestContext.Current.CancellationToken));
        }

        var refused = await ada.Browser.GetAsync("/admin/audit.csv?account=ursula");

        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (refused.Status, refused.ContentHeaders.ContentType?.MediaType));
        Assert.Equal("These are more than 60 events", refused.WordsOf(".note.bad h2"));
        Assert.Equal("/admin/audit?account=ursula", refused.Document.QuerySelector(".back a")!.GetAttribute("href"));
        Assert.Equal("text/csv", (await ada.Browser.GetAsync("/admin/audit.csv?account=hugo")).ContentHeaders.ContentType?.MediaType);
    }

    private static List<string> Events(VisitedPage page) =>
        [.. page.Document.QuerySelectorAll("table.audit td b").Select(name => name.TextContent)];

    private Task<AuditVerdict> CheckAsync() =>
        app.AskAsync(services => services.GetRequiredService<ChainCheck>().RunAsync(TestContext.Current.CancellationToken));

    private async Task<int> CountAsync(string condition) => Convert.ToInt32(
        await DatabaseFile.AskAsync(
            app.DatabaseFile, $"SELECT COUNT(*) FROM audit_event WHERE {condition}"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>All pages of a filter.</summary>
    private async Task<List<string>> AllAsync(string query)
    {
        var page = await ada.Browser.GetAsync($"/admin/audit?{query}");
        return page.Document.Links.Any(link => link.TextContent == "Older")
            ? [.. Events(page), .. await AllAsync(page.Link("Older").OriginalString.Split('?')[1])]
            : Events(page);
    }
}
