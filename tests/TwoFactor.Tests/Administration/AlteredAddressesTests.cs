namespace TwoFactor.Tests.Administration;

using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Altered;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Somebody writes an address of his own into the database, and waits for an honest link: none goes there, and nobody can use the account
/// until the console accepts what stands there.
/// </summary>
public sealed class AlteredAddressesTests : IAsyncLifetime, IDisposable
{
    private readonly App app = App.WithMail();
    private TestUser admin = null!;

    public static TheoryData<string> Alterations => new(
        "mail='thief@evil.example'",
        "second_mail='thief@evil.example'",
        "former_mail='thief@evil.example', mail_changed_at=unixepoch()*2",
        "former_second_mail='thief@evil.example', second_mail_changed_at=unixepoch()*2");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => admin = await TestUser.FirstAdminAsync(app);

    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task Nobody_gets_a_link_or_a_ticket(string alteration)
    {
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await TestUsers.InviteAsync(app, admin, "ivan", accept: false);
        await AlterAsync("ana", alteration);
        await AlterAsync("ivan", alteration);
        var before = await LinksAsync();

        await app.AskForLinkAsync("ana");
        await app.AskForLinkAsync("ivan");
        var answer = await app.HelpAsync(admin, ana);
        Assert.Contains("Only somebody with a higher role can change", answer.Words, StringComparison.Ordinal);
        var id = await app.IdAsync("ana");
        Assert.Contains(
            "Only somebody with a higher role can change",
            (await HelpDeskActions.ForceAsync(admin, $"/admin/accounts/{id}?handler=Link")).Words,
            StringComparison.Ordinal);
        var ivan = await app.IdAsync("ivan");
        await Assert.ThrowsAsync<AlteredAccountException>(() => app.AskAsync(
            services => services.GetRequiredService<Invitations>().InviteAgainAsync(null, ivan, Actor.Console, Cancellation)));

        Assert.Equal(before, await LinksAsync());
    }

    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task The_account_is_answered_like_one_that_is_switched_off_and_the_admins_are_told(string alteration)
    {
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await AlterAsync("ana", alteration);
        app.Time.Advance(TimeSpan.FromSeconds(30));

        await ana.AssertSignedOutAsync();
        var refused = await ana.Elsewhere(app).EnterPasswordAsync();

        Assert.Contains("Your account is switched off.", refused.Words, StringComparison.Ordinal);
        var id = await app.IdAsync("ana");
        await app.RaiseAlarmsAsync();
        Assert.Equal(1, await app.CountAsync(AuditKinds.AlarmAltered, id));
        var mail = await (await app.MailboxAsync()).TakeAsync(admin.Mail, "An account was altered in the database");
        Assert.Contains("ana", mail.Text, StringComparison.Ordinal);
        Assert.Contains(
            "An account was altered in the database.", (await admin.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);
        Assert.Contains(
            "altered in the database", (await admin.Browser.GetAsync($"/admin/accounts/{id}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_me_changes_nothing()
    {
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        var link = (await (await app.MailboxAsync()).TakeAsync(ana.Mail, "authenticator was added")).Link("/not-me/");
        await AlterAsync("ana", "former_mail='thief@evil.example', mail_changed_at=unixepoch()*2");
        var before = await app.GuardAsync(await app.IdAsync("ana"));

        using var visitor = app.Visitor();
        await visitor.PressAsync(await visitor.GetAsync(link), "Stop it");

        Assert.Equivalent(before, await app.GuardAsync(await app.IdAsync("ana")), strict: true);
        Assert.Equal(["ana@acme.example"], await app.QueryAsync<string>($"SELECT mail AS Value FROM account WHERE user_name='ana'"));
    }

    /// <summary>Otherwise whoever changes one column would seal the others with it.</summary>
    [Fact]
    public async Task No_act_of_an_admin_or_of_the_console_makes_it_right_but_the_one_that_says_so()
    {
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await AlterAsync("ana", "second_mail='thief@evil.example'");
        var id = await app.IdAsync("ana");
        var before = await app.GuardAsync(id);

        var page = await admin.Browser.GetAsync($"/admin/accounts/{id}");
        Assert.Contains(
            "Only somebody with a higher role can change",
            (await admin.Browser.PressAsync(page, "Switch off", ("reason", "Something is wrong"))).Words,
            StringComparison.Ordinal);
        foreach (var act in (Func<IServiceProvider, Task>[])
            [
                services => services.GetRequiredService<AccountEdits>().SaveAsync(
                    null, id, new AccountForm(null, "ana@acme.example", Role.Admin), Actor.Console, Cancellation),
                services => services.GetRequiredService<AccountLockout>().DisableAsync(null, id, null, null, Actor.Console, Cancellation),
                services => services.GetRequiredService<Deletions>().DeleteAsync(null, id, null, Actor.Console, Cancellation),
                services => services.GetRequiredService<Resets>().ApproveByConsoleAsync(id, null, Cancellation),
                services => services.GetRequiredService<Passes>().GiveByConsoleAsync(id, null, Cancellation),
                services => services.GetRequiredService<PasswordLinks>().MakeAsync(id, Actor.Console, Cancellation),
            ])
        {
            await Assert.ThrowsAsync<AlteredAccountException>(() => app.AskAsync(async services =>
            {
                await act(services);
                return true;
            }));
        }

        Assert.Equivalent(before, await app.GuardAsync(id), strict: true);
        Assert.IsType<RewriteOutcome.Rewritten>(await app.AskAsync(
            services => services.GetRequiredService<AccountRewriting>().RewriteAsync(id, Cancellation)));
        Assert.Equal("person", (await app.QueryAsync<string>(
            $"SELECT detail AS Value FROM audit_event WHERE kind={AuditKinds.AccountRewritten} AND rev IS NOT NULL"))[0]);
        Assert.IsType<RewriteOutcome.NotAltered>(await app.AskAsync(
            services => services.GetRequiredService<AccountRewriting>().RewriteAsync(id, Cancellation)));
        await ana.AssertSignedOutAsync();
        await ana.Elsewhere(app).SignInAsync();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private async Task AlterAsync(string userName, string alteration) => Assert.Equal(
        1, await app.ExecuteAsync(FormattableStringFactory.Create(
            "UPDATE account SET " + alteration.Replace("thief", userName + "-thief", StringComparison.Ordinal) + " WHERE user_name={0}",
            userName)));

    /// <summary>Everything that was ever sent out to open something.</summary>
    private async Task<int> LinksAsync() =>
        (await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM ticket WHERE kind IN ('invitation', 'reset', 'password-link')"))[0];
}
