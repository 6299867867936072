namespace TwoFactor.Tests.Administration.Importing;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.Importing;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Admins and files: a new one is told to all others, and an app that came in a file makes nobody a usable admin by itself.
/// </summary>
public sealed class ImportedAdminsTests : IAsyncLifetime
{
    private const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    private TestHost testHost = null!;
    private Colleague ada = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync();
        ada = await testHost.FirstAdminAsync();
    }

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task A_new_admin_by_a_file_is_told_to_all_other_admins_and_a_new_user_is_not()
    {
        var bea = await testHost.AddAsync("bea", Role.Admin);
        var before = (await testHost.RowsAsync<OutboxMessage>()).Select(row => row.Id).ToHashSet();

        await testHost.ImportAsync("user_name,mail,role", "root,root@acme.example,admin", "cy,cy@acme.example,user");

        var told = (await testHost.RowsAsync<OutboxMessage>()).Where(
            row => row.Kind == MailKinds.RoleNotice.Name && !before.Contains(row.Id)).Select(row => row.AccountId).ToList();
        Assert.Equal(new[] { ada.Id, bea.Id }.Order(), told.Order());
    }

    [Fact]
    public async Task An_app_that_waits_is_erased_when_its_person_becomes_an_admin_who_then_scans()
    {
        var ana = await ImportAsync();

        await SetRoleAsync(ana, Role.Admin);

        var row = (await testHost.RowsAsync<Authenticator>()).Single(row => row.AccountId == ana);
        Assert.Equal((AuthenticatorStates.Removed, null, null), (row.State, row.Ciphertext, row.KeyId));
        Assert.IsType<AcceptOutcome.EnrollmentOpened>(await AcceptAsync(ana));
    }

    [Fact]
    public async Task Another_role_leaves_the_app_that_waits()
    {
        var ana = await ImportAsync();

        await SetRoleAsync(ana, Role.Helpdesk);

        Assert.IsType<AcceptOutcome.AppKept>(await AcceptAsync(ana));
    }

    [Fact]
    public async Task What_the_ring_does_not_open_leads_to_a_picture()
    {
        var ana = await ImportAsync();
        await testHost.TamperAsync("UPDATE authenticator SET ciphertext=zeroblob(150) WHERE state='pending'");

        Assert.IsType<AcceptOutcome.EnrollmentOpened>(await AcceptAsync(ana));
        Assert.Null((await testHost.AccountAsync("ana")).EnrolledAt);
    }

    /// <summary>
    /// Whoever has the file has the codes of a secret in it. So its owner becomes an admin once a scanned one has taken its place, and not
    /// by any of the ways before.
    /// </summary>
    [Theory]
    [InlineData(Role.User, false)]
    [InlineData(Role.User, true)]
    [InlineData(Role.Helpdesk, true)]
    public async Task Nobody_becomes_an_admin_whose_app_came_from_a_file_until_a_scanned_one_took_its_place(Role before, bool signsIn)
    {
        var ana = await ImportAsync();
        Assert.IsType<AcceptOutcome.AppKept>(await AcceptAsync(ana));
        if (before != Role.User)
        {
            await SetRoleAsync(ana, before);
        }

        var phone = new Phone(new TotpSecret(OtpNet.Base32Encoding.ToBytes(Secret)), testHost.Time);
        if (signsIn)
        {
            Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(await testHost.EnterPasswordAsync("ana"), phone.Code()));
            await testHost.ArrangeAsync("UPDATE authenticator SET label='Pixel', folded_label='PIXEL' WHERE label='Imported'");
        }

        Assert.IsType<EditOutcome.ImportedAuthenticator>(await EditAsync(ana, Role.Admin));
        var imported = await testHost.ImportAsync("user_name,role", "ana,admin");
        Assert.False(imported.IsDone);
        Assert.Contains("came from a file", Assert.Single(Assert.Single(imported.Plan.Lines).What), StringComparison.Ordinal);
        Assert.Equal(before, (await testHost.AccountAsync("ana")).Role);
    }

    /// <summary>By the pages, as the owner and an admin see it: refused, another phone, removed, raised.</summary>
    [Fact]
    public async Task The_page_says_what_to_do_and_lets_it_through_once_it_was_done()
    {
        await using var app = App.WithMail();
        var admin = await TestUser.FirstAdminAsync(app);
        var ana = new TestUser(app, "ana", "ana@acme.example") { Phone = new TotpSecret(OtpNet.Base32Encoding.ToBytes(Secret)) };
        var file = $"user_name,mail,otpauth\nana,ana@acme.example,otpauth://totp/Old:ana?secret={Secret}\n";
        await app.AskAsync(services => services.GetRequiredService<PeopleImport>().ImportAsync(
            null, System.Text.Encoding.UTF8.GetBytes(file), null, Actor.Console, null, Cancellation));
        await app.AskAsync(async services => await services.GetRequiredService<Invitations>().InviteAgainAsync(
            null, await app.IdAsync("ana"), Actor.Console, Cancellation));
        var link = (await (await app.MailboxAsync()).TakeAsync(ana.Mail, "invited")).Link("/invitation/");
        await ana.Browser.SubmitAsync(
            await ana.Browser.GetAsync(link), ("new-password", ana.Password), ("new-password-again", ana.Password));
        await ana.SignInAsync();

        var refused = await RaiseAsync();
        Assert.Contains("ana sets up another phone under Authenticators", refused.WordsOf("#role-error"), StringComparison.Ordinal);
        await ana.ProveAsync(app);
        await ana.AddPhoneAsync(app);
        Assert.Contains("ana cannot become an admin yet.", (await RaiseAsync()).Words, StringComparison.Ordinal);
        await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Remove Imported");
        Assert.Contains("Saved.", (await RaiseAsync()).Words, StringComparison.Ordinal);
        Assert.Equal(["admin"], await app.QueryAsync<string>($"SELECT role AS Value FROM account WHERE user_name='ana'"));

        async Task<VisitedPage> RaiseAsync()
        {
            app.Time.Advance(TimeSpan.FromSeconds(30));
            await admin.Browser.SubmitAsync(await admin.Browser.GetAsync("/proof?for=accounts"), ("code", admin.Code()));
            return await admin.Browser.SubmitAsync(
                await admin.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ana")}/edit"), ("role", "admin"));
        }
    }

    /// <summary>"Somebody changed the database": the row of a file's secret, put back or written for an admin, activates nothing.</summary>
    [Fact]
    public async Task An_app_from_a_file_that_somebody_wrote_for_an_invited_admin_is_not_kept()
    {
        var ana = await ImportAsync();
        await testHost.ArrangeAsync("UPDATE account SET role='admin' WHERE user_name='ana'");
        Assert.IsType<AcceptOutcome.EnrollmentOpened>(await AcceptAsync(ana));
        Assert.Null((await testHost.AccountAsync("ana")).EnrolledAt);
    }

    [Fact]
    public async Task The_mark_of_a_file_is_sealed()
    {
        var ana = await ImportAsync();
        Assert.IsType<AcceptOutcome.AppKept>(await AcceptAsync(ana));
        await testHost.TamperAsync("UPDATE authenticator SET is_imported=0 WHERE state='active'");
        await Assert.ThrowsAsync<AlteredAccountException>(() => EditAsync(ana, Role.Admin));
        Assert.Equal(Role.User, (await testHost.AccountAsync("ana")).Role);
    }

    private async Task<Guid> ImportAsync()
    {
        await testHost.ImportAsync("user_name,mail,otpauth", $"ana,ana@acme.example,otpauth://totp/Old:ana?secret={Secret}");
        return (await testHost.AccountAsync("ana")).Id;
    }

    private async Task<AcceptOutcome> AcceptAsync(Guid account)
    {
        var invited = Assert.IsType<InviteOutcome.Invited>(await testHost.AskAsync<Invitations, InviteOutcome>(
            invitations => invitations.InviteAgainAsync(null, account, Actor.Console, Cancellation)));
        return await testHost.AskAsync<InvitationAcceptance, AcceptOutcome>(
            invitationAcceptance => invitationAcceptance.AcceptAsync(
                invited.Invitation, TestHost.Password, TestHost.Password, TestHost.Stranger, Cancellation));
    }

    private async Task SetRoleAsync(Guid account, Role role) => Assert.IsType<EditOutcome.Saved>(await EditAsync(account, role));

    private Task<EditOutcome> EditAsync(Guid account, Role role) => testHost.AskAsync<AccountEdits, EditOutcome>(edits =>
        edits.SaveAsync(null, account, new AccountForm(null, null, role), Actor.Console, Cancellation));
}
