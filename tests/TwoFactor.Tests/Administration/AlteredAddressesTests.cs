namespace TwoFactor.Tests.Administration;

using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Somebody writes an address of his own into the database, and waits for an honest link: none goes there, and the owner signs in as
/// before.
/// </summary>
public sealed class AlteredAddressesTests : IAsyncLifetime, IDisposable
{
    private readonly App app = App.WithMail();
    private TestUser admin = null!;

    public static TheoryData<string> Alterations => new(
        "mail='thief@evil.example'",
        "second_mail='thief@evil.example'",
        "former_mail='thief@evil.example', mail_changed_at=unixepoch()*2",
        "former_second_mail='thief@evil.example', second_mail_changed_at=unixepoch()*2",
        "mail='thief@evil.example', address_seal=(SELECT address_seal FROM account WHERE user_name='ada')",
        "mail='thief@evil.example', address_seal=x''");

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
        Assert.IsType<InviteOutcome.Altered>(
            await app.AskAsync(
                services => services.GetRequiredService<Invitations>().InviteAgainAsync(null, ivan, Actor.Console, Cancellation)));

        Assert.Equal(before, await LinksAsync());
    }

    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task The_owner_signs_in_as_before_and_an_event_raises_the_alarm(string alteration)
    {
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await AlterAsync("ana", alteration);
        app.Time.Advance(TimeSpan.FromSeconds(30));

        var here = ana.Elsewhere(app);
        await here.SignInAsync();

        Assert.Equal(1, await app.CountAsync(AuditKinds.AlarmAddressSeal, await app.IdAsync("ana")));
        var account = await app.AskAsync(
            services => Task.FromResult(services.GetRequiredService<TwoFactorDb>().Set<Account>().Single(row => row.UserName == "ana")));
        Assert.False(
            await app.AskAsync(services => Task.FromResult(account.HasSealedAddresses(services.GetRequiredService<KeyedHasher>()))));
    }

    [Fact]
    public async Task An_admin_may_still_switch_the_account_off()
    {
        await TestUsers.AddAsync(app, "ana", Role.User);
        await AlterAsync("ana", "mail='thief@evil.example'");
        var page = await admin.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ana")}");

        Assert.Contains(
            "Switched off.",
            (await admin.Browser.PressAsync(page, "Switch off", ("reason", "Something is wrong"))).Words,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_me_stops_sign_in_and_puts_nothing_back()
    {
        await TestUsers.AddAsync(app, "ana", Role.User);
        await AlterAsync("ana", "former_mail='thief@evil.example', mail_changed_at=unixepoch()*2");
        var id = await app.IdAsync("ana");

        var put = await app.AskAsync(services => services.GetRequiredService<TwoFactorDb>().InStoryAsync(
            work => services.GetRequiredService<Addresses>().PutBackAsync(work, id), Cancellation));

        Assert.Equal((false, false), put);
        Assert.Equal(["ana@acme.example"], await app.QueryAsync<string>($"SELECT mail AS Value FROM account WHERE user_name='ana'"));
    }

    /// <summary>Otherwise whoever changes one address would seal the others with it.</summary>
    [Fact]
    public async Task The_owner_cannot_change_them_and_the_console_writes_them_anew_with_nothing_else_kept()
    {
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await AlterAsync("ana", "second_mail='thief@evil.example'");

        await ana.ProveAsync(app);
        var refused = await ana.Browser.SubmitAsync(
            await ana.Browser.GetAsync("/account/profile"), ("email", "new@acme.example"), ("second-email", "thief@evil.example"));
        Assert.Contains("Your mail addresses were altered in the database.", refused.Words, StringComparison.Ordinal);

        var id = await app.IdAsync("ana");
        Assert.IsType<EditOutcome.Saved>(await app.AskAsync(services => services.GetRequiredService<AccountEdits>().SaveAsync(
            null, id, new AccountForm(null, "ana@acme.example", null), Actor.Console, Cancellation)));
        Assert.Equal(["ana@acme.example//"], await app.QueryAsync<string>(
            $"""
             SELECT mail || '/' || COALESCE(second_mail, '') || '/' || COALESCE(former_mail, '') AS Value
              FROM account WHERE user_name='ana'
             """));
        await app.AskForLinkAsync("ana");
        Assert.Equal("ana@acme.example", Assert.Single(await app.LinksAsync()).To);
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
