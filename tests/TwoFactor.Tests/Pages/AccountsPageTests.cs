namespace TwoFactor.Tests.Pages;

using System.Net;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>The list of accounts as a page and as a file, and its two buttons.</summary>
public sealed class AccountsPageTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new(("Limits:People:BulkSize", "2"));
    private TestUser ada = null!;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        await ada.ProveAsync(app);
        var report = await ada.Browser.UploadAsync(
            "/admin/accounts/import",
            "user_name,name,mail,groups\nana,Ana,ana@acme.example,Sales\nbo,Bo,bo@acme.example,Sales\ncy,=Cy,cy@acme.example,Board\n");
        await ada.Browser.PressAsync(report, "Import 3 people");
    }

    [Fact]
    public async Task Filters_are_links_with_counts_that_keep_group_and_words()
    {
        var page = await ada.Browser.GetAsync("/admin/accounts");
        Assert.Equal("/admin/accounts?show=never", page.Link("Not invited yet 3").PathAndQuery);
        Assert.Equal("/admin/accounts?show=without-recovery-codes", page.Link("Without recovery codes 1").PathAndQuery);

        var sales = await ada.Browser.GetAsync("/admin/accounts?group=sales");
        Assert.Equal("/admin/accounts?show=never&group=Sales", sales.Link("Not invited yet 2").PathAndQuery);
        var words = await ada.Browser.GetAsync("/admin/accounts?search=bo&group=Sales");
        Assert.Equal("/admin/accounts?search=bo&show=never&group=Sales", words.Link("Not invited yet").PathAndQuery);
        Assert.Equal(["Bo"], Names(words));
        Assert.Equal(["Ana", "Bo"], Names(await ada.Browser.GetAsync("/admin/accounts?show=never&group=Sales")));
        Assert.Contains(
            "Nobody is in ‘Nowhere’", (await ada.Browser.GetAsync("/admin/accounts?group=Nowhere")).Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.Browser.GetAsync("/admin/accounts?show=nothing")).Status);
    }

    [Fact]
    public async Task A_wave_says_before_what_it_will_do_and_afterwards_what_it_did()
    {
        var never = await ada.Browser.GetAsync("/admin/accounts?show=never");
        Assert.Contains(
            "The oldest 2 of 3 people get a mail with a link to set up. The others stay in this list.",
            never.Words,
            StringComparison.Ordinal);

        var after = await ada.Browser.PressAsync(never, "Invite 2 people");
        Assert.Contains("2 invitations are on the way. 1 person remains.", after.Words, StringComparison.Ordinal);
        after = await ada.Browser.PressAsync(after, "Invite 1 person");
        Assert.Contains("1 invitation is on the way. Nobody here is left who was never invited.", after.Words, StringComparison.Ordinal);
        Assert.Equal(1, await app.CountAsync(AuditKinds.AccountInvitationSent, await app.IdAsync("cy")));

        var invited = await ada.Browser.GetAsync("/admin/accounts?show=invited");
        after = await ada.Browser.PressAsync(invited, "Remind 2 people");
        Assert.Contains("2 reminders are on the way. 1 person remains.", after.Words, StringComparison.Ordinal);
        Assert.Contains(
            "1 person gets a reminder with a new link; the older one ends. 2 people were reminded within the last day and are left out.",
            after.Words,
            StringComparison.Ordinal);
        after = await ada.Browser.PressAsync(after, "Remind 1 person");
        Assert.Contains("3 people were reminded within the last day and are left out.", after.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("0 people", after.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_desk_sees_the_list_and_the_file_and_no_button()
    {
        var hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        var page = await hugo.Browser.GetAsync("/admin/accounts?show=never");
        Assert.DoesNotContain("Invite", page.Words.Replace("Invited", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var token = (await hugo.Browser.GetAsync("/sign-out")).Document.QuerySelector("main [name='form-token']")!.GetAttribute("value")!;
        using var forged = new FormUrlEncodedContent([new("form-token", token)]);

        var answer =
            await hugo.Browser.OnceAsync(HttpMethod.Post, new Uri("/admin/accounts?show=never&handler=Invite", UriKind.Relative), forged);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Empty(
            await app.QueryAsync<string>($"SELECT user_name AS Value FROM account WHERE user_name='ana' AND invited_at IS NOT NULL"));
    }

    [Fact]
    public async Task The_file_is_the_list_as_it_is_cut_down()
    {
        var file = await ada.Browser.GetAsync("/admin/accounts.csv?show=never&group=Sales");
        Assert.Equal("text/csv", file.ContentHeaders.ContentType!.MediaType);
        Assert.Equal("attachment; filename=accounts.csv", file.ContentHeaders.ContentDisposition!.ToString());
        Assert.Equal(
            "\uFEFFuser_name,name,mail,groups,role,state,enroll_by\r\nana,Ana,ana@acme.example,Sales,user,not-enrolled,\r\n"
                + "bo,Bo,bo@acme.example,Sales,user,not-enrolled,\r\n",
            file.Html);

        var all = await ada.Browser.GetAsync("/admin/accounts.csv");
        Assert.Contains("cy,'=Cy,cy@acme.example,Board,user,not-enrolled,\r\n", all.Html, StringComparison.Ordinal);
        Assert.Contains(
            "Everything is so already.",
            (await ada.Browser.UploadAsync("/admin/accounts/import", all.Content)).Words,
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.Browser.GetAsync("/admin/accounts.csv?show=nothing")).Status);
    }

    [Fact]
    public async Task Whoever_invites_stands_in_the_audit_and_a_role_takes_a_proof()
    {
        app.Time.Advance(TimeSpan.FromMinutes(6));
        var form = await ada.Browser.GetAsync("/admin/accounts/new");
        var asks = await ada.Browser.SubmitAsync(
            form,
            ("username", "hugo"),
            ("email", "hugo@acme.example"),
            ("groups", "sales"),
            ("enroll-by", "2026-12-01"),
            ("role", "helpdesk"));
        Assert.Equal("/proof?for=role", asks.Path);

        var kept = await ada.Browser.SubmitAsync(asks, ("code", ada.Code()));
        Assert.Equal("/admin/accounts/new", kept.Path);
        Assert.Equal("hugo@acme.example", kept.Field("email")!.GetAttribute("value"));
        Assert.NotNull(kept.Document.QuerySelector("[name=role][value=helpdesk][checked]"));
        var done = await ada.Browser.SubmitAsync(kept);

        var hugo = await app.IdAsync("hugo");
        Assert.Equal($"/admin/accounts/{hugo}", done.Path);
        Assert.Equal(["helpdesk"], await app.QueryAsync<string>($"SELECT role AS Value FROM account WHERE id={hugo}"));
        Assert.Equal(["Sales"], await app.QueryAsync<string>($"SELECT name AS Value FROM account_group WHERE account_id={hugo}"));
        Assert.Equal(
            [Deadlines.EndOf(new DateOnly(2026, 12, 1)).Seconds],
            await app.QueryAsync<long>($"SELECT enroll_by AS Value FROM account WHERE id={hugo}"));
        Assert.Equal(
            [await app.IdAsync("ada")],
            await app.QueryAsync<Guid>($"SELECT DISTINCT actor AS Value FROM audit_event WHERE account_id={hugo}"));
    }

    [Theory]
    [InlineData("groups", "---", "A group has 1 to 64 letters")]
    [InlineData("enroll-by", "tomorrow", "Enter a date, like 2026-12-24.")]
    [InlineData("enroll-by", "2026-02-30", "Enter a date, like 2026-12-24.")]
    public async Task A_group_or_date_that_is_none_is_said_at_its_field(string field, string typed, string sentence)
    {
        var form = await ada.Browser.GetAsync("/admin/accounts/new");
        form.Document.QuerySelector("#enroll-by")!.SetAttribute("type", "text");

        var answer = await ada.Browser.SubmitAsync(form, ("username", "zoe"), ("email", "zoe@acme.example"), (field, typed));

        Assert.Contains(sentence, answer.WordsOf($"#{field}-error"), StringComparison.Ordinal);
        Assert.Empty(await app.QueryAsync<string>($"SELECT user_name AS Value FROM account WHERE user_name='zoe'"));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private static IEnumerable<string> Names(VisitedPage page) =>
        page.Document.QuerySelectorAll("td a.fill").Select(link => link.TextContent.Trim());
}
