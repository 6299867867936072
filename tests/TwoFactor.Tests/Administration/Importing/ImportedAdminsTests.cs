namespace TwoFactor.Tests.Administration.Importing;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
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

    [Fact]
    public async Task An_imported_app_makes_a_usable_admin_only_once_it_gave_a_code()
    {
        var ana = await ImportAsync();
        Assert.IsType<AcceptOutcome.AppKept>(await AcceptAsync(ana));
        await SetRoleAsync(ana, Role.Admin);
        Assert.IsType<EditOutcome.LastAdmin>(await EditAsync(ada.Id, Role.User));

        var phone = new Phone(new TotpSecret(OtpNet.Base32Encoding.ToBytes(Secret)), testHost.Time);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(await testHost.EnterPasswordAsync("ana"), phone.Code()));

        await SetRoleAsync(ada.Id, Role.User);
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
