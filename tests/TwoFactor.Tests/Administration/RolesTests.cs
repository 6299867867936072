namespace TwoFactor.Tests.Administration;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Roles, names and addresses of others: by an admin, after a code, told to everybody whom it concerns.</summary>
public sealed class RolesTests : IAsyncLifetime, IDisposable
{
    private readonly App app = App.WithMail();
    private TestUser ada = null!;
    private TestUser user = null!;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        user = await TestUsers.InviteAsync(app, ada, "ursula");
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task A_role_takes_a_code_ends_the_sessions_and_is_told_to_the_owner_and_all_admins()
    {
        var bea = await TestUsers.AddAsync(app, "bea", Role.Admin);
        var form = await ada.Browser.GetAsync(await EditAsync("ursula"));
        var proof = await ada.Browser.SubmitAsync(form, ("role", "admin"));
        Assert.StartsWith("/proof?for=accounts", proof.Path, StringComparison.Ordinal);
        Assert.Equal("user", await RoleAsync("ursula"));

        var again = await ada.Browser.SubmitAsync(proof, ("code", ada.Code()));
        Assert.Equal(await EditAsync("ursula"), again.Path);
        Assert.Equal("admin", again.Document.QuerySelector("input[name=role]:checked")!.GetAttribute("value"));
        Assert.Contains("Saved.", (await ada.Browser.SubmitAsync(again, ("role", "admin"))).Words, StringComparison.Ordinal);

        Assert.Equal("admin", await RoleAsync("ursula"));
        Assert.StartsWith("/sign-in", (await user.Browser.GetAsync("/account")).Path, StringComparison.Ordinal);
        var mailbox = await app.MailboxAsync();
        Assert.Contains("Now: admin", (await mailbox.TakeAsync(user.Mail, "Your role was changed")).Text, StringComparison.Ordinal);
        Assert.Contains("ursula", (await mailbox.TakeAsync(bea.Mail, "There is a new admin")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(await mailbox.AllAsync(), message => message.To == ada.Mail
            && message.Subject.Contains("new admin", StringComparison.Ordinal)
            && message.Text.Contains("ursula", StringComparison.Ordinal));
        app.Time.Advance(TimeSpan.FromSeconds(30));
        user.TakeNewBrowser();
        await user.SignInAsync();
        Assert.Equal("/admin", (await user.Browser.GetAsync("/admin")).Path);
    }

    [Fact]
    public async Task Whoever_is_invited_as_an_admin_is_told_of_to_all_admins_and_takes_a_code()
    {
        var bea = await TestUsers.AddAsync(app, "bea", Role.Admin);
        var form = await ada.Browser.GetAsync("/admin/accounts/new");
        var proof = await ada.Browser.SubmitAsync(form, ("username", "puppet"), ("email", "puppet@acme.example"), ("role", "admin"));
        Assert.StartsWith("/proof?for=role", proof.Path, StringComparison.Ordinal);
        Assert.Empty(await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='puppet'"));
        var again = await ada.Browser.SubmitAsync(proof, ("code", ada.Code()));
        Assert.Contains(
            "The invitation is on its way", (await ada.Browser.SubmitAsync(again, ("role", "admin"))).Words, StringComparison.Ordinal);
        var told = await (await app.MailboxAsync()).TakeAsync(bea.Mail, "There is a new admin");
        Assert.Contains("puppet", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_lost_the_role_a_moment_ago_invites_nobody()
    {
        var bea = await TestUsers.AddAsync(app, "bea", Role.Admin);
        var before = Assert.IsType<TwoFactor.Sessions.SessionState.Live>(await app.AskAsync(services =>
            services.GetRequiredService<SessionStore>().FindAsync(
                TwoFactor.Keys.Token.Parse(bea.Browser.Cookies["TwoFactor-Session"]),
                TestContext.Current.CancellationToken))).CurrentSession;
        await ProveAsync();
        await ada.Browser.SubmitAsync(await ada.Browser.GetAsync(await EditAsync("bea")), ("role", "user"));
        var outcome = await app.AskAsync(services => services.GetRequiredService<Invitations>().InviteAsync(
            before, new InvitationRequest(
                "mallory", "mallory@acme.example", null, Role.User), Actor.Server, TestContext.Current.CancellationToken));
        Assert.IsType<InviteOutcome.NotForThisRole>(outcome);
    }

    [Theory]
    [InlineData("/proof?for=accounts", 0, false)]
    [InlineData("/proof?for=accounts", 6, true)]
    [InlineData("/proof?for=admin", 0, true)]
    [InlineData(null, 0, true)]
    public async Task Only_a_fresh_code_of_their_own_for_a_change_lets_an_admin_change_others(string? proof, int minutesAgo, bool isAsked)
    {
        if (proof is not null)
        {
            await ada.Browser.SubmitAsync(await ada.Browser.GetAsync(proof), ("code", ada.Code()));
        }

        app.Time.Advance(TimeSpan.FromMinutes(minutesAgo));
        foreach (var (address, field, value) in new[]
        {
            ("edit", "role", "helpdesk"), ("edit", "email", "other@acme.example"), ("delete", "reason", "left")
        })
        {
            var answer = await HelpDeskActions.ForceAsync(ada, $"/admin/accounts/{await app.IdAsync("ursula")}/{address}", (field, value));
            Assert.Equal(isAsked, answer.Path.StartsWith("/proof?for=accounts", StringComparison.Ordinal));
        }

        Assert.Equal(isAsked ? 1 : 0, (await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM account WHERE user_name='ursula'"))[0]);
    }

    [Fact]
    public async Task An_admin_takes_another_admins_role_and_nothing_else_of_theirs()
    {
        await TestUsers.AddAsync(app, "bea", Role.Admin);
        await ProveAsync();
        var page = await ada.Browser.GetAsync(await EditAsync("bea"));
        Assert.Null(page.Field("email"));
        var forced = await HelpDeskActions.ForceAsync(
            ada, await EditAsync("bea"), ("email", "thief@evil.example"), ("name", "Thief"), ("role", "admin"));
        Assert.Equal(HttpStatusCode.Forbidden, forced.Status);
        Assert.Equal("bea@acme.example", (await app.QueryAsync<string>($"SELECT mail AS Value FROM account WHERE user_name='bea'"))[0]);
        Assert.Contains("Saved.", (await ada.Browser.SubmitAsync(page, ("role", "user"))).Words, StringComparison.Ordinal);
        Assert.Equal("user", await RoleAsync("bea"));
    }

    [Theory]
    [InlineData("ada", HttpStatusCode.Forbidden, "You cannot change your own account here.")]
    [InlineData("hugo", HttpStatusCode.NotFound, "")]
    [InlineData("ursula", HttpStatusCode.NotFound, "")]
    public async Task Nobody_promotes_themselves(string who, HttpStatusCode status, string words)
    {
        var hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        var agent = who switch { "ada" => ada, "hugo" => hugo, _ => user };
        var before = await RoleAsync(who);
        var answer = await HelpDeskActions.ForceAsync(agent, await EditAsync(who), ("role", before == "admin" ? "user" : "admin"));
        Assert.Equal(status, answer.Status);
        Assert.Contains(words, answer.Words, StringComparison.Ordinal);
        Assert.Equal(before, await RoleAsync(who));
        Assert.Equal(who == "ada" ? 1 : 0, await app.CountAsync(AuditKinds.RoleRefused, await app.IdAsync(who)));
    }

    [Fact]
    public async Task A_new_address_goes_by_the_same_rules_as_an_owners_own_change()
    {
        await ProveAsync();
        var form = await ada.Browser.GetAsync(await EditAsync("ursula"));
        Assert.Contains(
            "Saved.",
            (await ada.Browser.SubmitAsync(form, ("email", "new@acme.example"), ("name", "Ursula Ross"))).Words,
            StringComparison.Ordinal);
        var mailbox = await app.MailboxAsync();
        var message = await mailbox.TakeAsync("ursula@acme.example", "mail address was changed");
        Assert.DoesNotContain(await mailbox.AllAsync(), sent => sent.To == "new@acme.example");
        Assert.StartsWith("/sign-in", (await user.Browser.GetAsync("/account")).Path, StringComparison.Ordinal);

        // A reset just now is handed over, and takes a second person.
        Assert.DoesNotContain(
            "Mail it to",
            (await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ursula")}/reset")).Words,
            StringComparison.Ordinal);
        using var anybody = app.Visitor();
        await anybody.PressAsync(await anybody.GetAsync(message.Link("/not-me/")), "Stop it");
        Assert.Equal(
            "ursula@acme.example", (await app.QueryAsync<string>($"SELECT mail AS Value FROM account WHERE user_name='ursula'"))[0]);
    }

    [Fact]
    public async Task Who_was_only_invited_is_invited_at_the_new_address()
    {
        var ivan = await TestUsers.InviteAsync(app, ada, "ivan", accept: false);
        var old = await (await app.MailboxAsync()).TakeAsync(ivan.Mail, "invited");
        await ProveAsync();
        var form = await ada.Browser.GetAsync(await EditAsync("ivan"));
        Assert.Contains(
            "A new invitation is on its way to right@acme.example.",
            (await ada.Browser.SubmitAsync(form, ("email", "right@acme.example"))).Words,
            StringComparison.Ordinal);
        Assert.Null((await ivan.Browser.GetAsync(old.Link("/invitation/"))).Field("new-password"));
        var right = new TestUser(app, "ivan", "right@acme.example");
        await right.AcceptInvitationAsync();
    }

    [Theory]
    [InlineData("nonsense", "Enter a mail address, like ana@acme.example.")]
    [InlineData("ada@acme.example", "ada@acme.example belongs to another account.")]
    public async Task A_wrong_address_is_said_at_its_field_and_nothing_is_saved(string mail, string words)
    {
        await ProveAsync();
        var form = await ada.Browser.GetAsync(await EditAsync("ursula"));
        var answer = await ada.Browser.SubmitAsync(form, ("email", mail), ("name", "Somebody Else"), ("role", "helpdesk"));
        Assert.Equal(words, answer.WordsOf("#email-error"));
        Assert.Equal("ursula", (await app.QueryAsync<string>($"SELECT name AS Value FROM account WHERE user_name='ursula'"))[0]);
        Assert.Equal("user", await RoleAsync("ursula"));
    }

    [Fact]
    public async Task A_deleted_account_leaves_its_events_and_nothing_else()
    {
        var id = await app.IdAsync("ursula");
        await ProveAsync();
        var form = await ada.Browser.GetAsync($"/admin/accounts/{id}/delete");
        Assert.Contains("Say why", (await ada.Browser.SubmitAsync(form, ("reason", " "))).Words, StringComparison.Ordinal);
        Assert.Contains(
            "Deleted, with its secrets.",
            (await ada.Browser.SubmitAsync(form, ("reason", "Left the firm"))).Words,
            StringComparison.Ordinal);
        foreach (var table in await app.QueryAsync<string>(
            $"SELECT m.name AS Value FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name='account_id' WHERE m.type='table'"))
        {
            if (table is not ("audit_event" or "outbox_message" or "audit_tally"))
            {
                Assert.True((await app.AskAsync(services => CountInAsync(services, table, id))) == 0, $"{table} still knows the account.");
            }
        }

        Assert.Equal(1, await app.CountAsync(AuditKinds.AccountDeleted, id));
        Assert.Contains(
            "Your account at", (await (await app.MailboxAsync()).TakeAsync(user.Mail, "was deleted")).Text, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await user.Browser.GetAsync("/account")).Path, StringComparison.Ordinal);
        Assert.Contains("Check your username and password", (await user.EnterPasswordAsync()).Words, StringComparison.Ordinal);
        Assert.NotEqual(id, await app.IdAsync((await TestUsers.InviteAsync(app, ada, "ursula")).UserName));
    }

    private static Task<int> CountInAsync(IServiceProvider services, string table, Guid id) =>
        Harness.DatabaseFile.CountAsync(services, table, "account_id", id);

    private async Task ProveAsync()
    {
        var proof = await ada.Browser.GetAsync("/proof?for=accounts");
        Assert.Contains("Confirmed.", (await ada.Browser.SubmitAsync(proof, ("code", ada.Code()))).Words, StringComparison.Ordinal);
    }

    private async Task<string> EditAsync(string name) => $"/admin/accounts/{await app.IdAsync(name)}/edit";

    private async Task<string> RoleAsync(string name) =>
        (await app.QueryAsync<string>($"SELECT role AS Value FROM account WHERE user_name={name}"))[0];
}
