namespace TwoFactor.Tests.Accounts.Statements;

using Microsoft.Data.Sqlite;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.Importing;
using TwoFactor.Keys;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Two who want one name at the same moment: the key decides, and not what either saw. The rival's claim stands here without an account,
/// as it does for a story that looked before the rival committed.
/// </summary>
public sealed class ClaimedNamesTests : IAsyncLifetime
{
    private static readonly Guid Rival = Guid.NewGuid();

    private TestHost testHost = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task Of_two_who_are_invited_under_one_name_one_is()
    {
        await ClaimAsync(work => NameClaims.ClaimUserNameAsync(work, Rival, "bo"));

        Assert.Equal("bo", Assert.IsType<InviteOutcome.NameTaken>(await InviteAsync("bo", "bo@acme.example")).UserName);
        Assert.Empty(await testHost.RowsAsync<Account>());

        // The refused story claimed nothing: the address is free.
        Assert.IsType<InviteOutcome.Invited>(await InviteAsync("bob", "bo@acme.example"));
    }

    [Fact]
    public async Task Of_two_who_are_invited_at_one_address_one_is()
    {
        await ClaimAsync(work => NameClaims.ClaimMailAsync(work, Rival, "bo@acme.example"));

        Assert.Equal("bo@acme.example", Assert.IsType<InviteOutcome.MailTaken>(await InviteAsync("bo", "bo@acme.example")).Mail);
        Assert.Empty(await testHost.RowsAsync<Account>());
        Assert.IsType<InviteOutcome.Invited>(await InviteAsync("bo", "bob@acme.example"));
    }

    [Fact]
    public async Task An_owner_and_an_admin_get_no_address_that_another_claimed()
    {
        var ana = await testHost.AddAsync();
        await ClaimAsync(work => NameClaims.ClaimMailAsync(work, Rival, "new@acme.example"));

        Assert.Equal("new@acme.example", Assert.IsType<AddressOutcome.Taken>(await MoveAsync(ana, "new@acme.example")).Mail);
        Assert.Equal(
            "new@acme.example",
            Assert.IsType<EditOutcome.MailTaken>(await testHost.AskAsync<AccountEdits, EditOutcome>(edits => edits.SaveAsync(
                null, ana.Id, new AccountForm(null, "new@acme.example", null), Actor.Console, Cancellation))).Mail);
        Assert.Equal("ana@acme.example", (await testHost.AccountAsync("ana")).Mail);
        Assert.Equal(
            [("ana", ClaimKinds.UserName), ("ana@acme.example", ClaimKinds.Mail)], await ClaimsOfAsync(ana.Id));
    }

    [Theory]
    [InlineData("ana,new@acme.example", "new@acme.example belongs to another account.")]
    [InlineData("bo,new@acme.example", "new@acme.example belongs to another account.")]
    [InlineData("carl,carl@acme.example", "carl was given to another account meanwhile.")]
    public async Task An_import_says_which_line_lost_and_writes_nothing(string line, string why)
    {
        await testHost.InviteAsync("ana");
        await ClaimAsync(work => NameClaims.ClaimMailAsync(work, Rival, "new@acme.example"));
        await ClaimAsync(work => NameClaims.ClaimUserNameAsync(work, Rival, "carl"));

        var result = await testHost.ImportAsync("user_name,mail", "dora,dora@acme.example", line);

        Assert.False(result.IsDone);
        var bad = Assert.Single(result.Plan.Lines, each => each.Kind == ImportKind.Bad);
        Assert.Equal((3, why), (bad.Number, Assert.Single(bad.What)));
        Assert.Equal("ana@acme.example", Assert.Single(await testHost.RowsAsync<Account>()).Mail);
    }

    [Fact]
    public async Task A_former_address_is_nobody_else_s_until_its_time_is_over()
    {
        var ana = await testHost.AddAsync();
        Assert.IsType<AddressOutcome.Changed>(await MoveAsync(ana, "ana@new.example"));
        Assert.Equal(
            [("ana", ClaimKinds.UserName), ("ana@acme.example", ClaimKinds.FormerMail), ("ana@new.example", ClaimKinds.Mail)],
            await ClaimsOfAsync(ana.Id));

        testHost.Time.Advance(TimeSpan.FromHours(72) - TimeSpan.FromSeconds(1));
        Assert.False(await ClaimAsync(work => NameClaims.ClaimMailAsync(work, Rival, "ana@acme.example")));
        Assert.IsType<InviteOutcome.MailTaken>(await InviteAsync("bo", "ana@acme.example"));

        testHost.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<InviteOutcome.Invited>(await InviteAsync("bo", "ana@acme.example"));
        await testHost.ChangeAsync<Addresses, bool>(ana.Id, async (addresses, work) =>
        {
            await addresses.ChangeSecondAsync(work, ana.Id, "ana@home.example");
            return true;
        });
        Assert.Equal([("ana", ClaimKinds.UserName), ("ana@new.example", ClaimKinds.Mail)], await ClaimsOfAsync(ana.Id));
    }

    [Fact]
    public async Task An_address_that_was_put_back_leaves_the_other_one_free()
    {
        var ana = await testHost.AddAsync();
        Assert.IsType<AddressOutcome.Changed>(await MoveAsync(ana, "thief@evil.example"));

        Assert.Equal(
            (true, false),
            await testHost.ChangeAsync<Addresses, (bool, bool)>(ana.Id, (addresses, work) => addresses.PutBackAsync(work, ana.Id)));

        Assert.Equal([("ana", ClaimKinds.UserName), ("ana@acme.example", ClaimKinds.Mail)], await ClaimsOfAsync(ana.Id));
        Assert.IsType<InviteOutcome.Invited>(await InviteAsync("bo", "thief@evil.example"));
    }

    [Fact]
    public async Task The_names_of_a_deleted_account_are_free()
    {
        var (bo, _) = await testHost.InviteAsync("bo");
        Assert.IsType<EditOutcome.Deleted>(await testHost.AskAsync<Deletions, EditOutcome>(
            deletions => deletions.DeleteAsync(null, bo, null, Actor.Console, Cancellation)));

        Assert.Empty(await ClaimsOfAsync(bo));
        Assert.IsType<InviteOutcome.Invited>(await InviteAsync("bo", "bo@acme.example"));
    }

    [Fact]
    public async Task The_set_up_takes_one_account_and_frees_the_name_that_was_posted_first()
    {
        var link = await testHost.AskAsync<InitialSetup, Token?>(start => start.MakeLinkAsync(Cancellation));
        Assert.IsType<AcceptOutcome.EnrollmentOpened>(await PostAsync(link, "ada"));
        Assert.IsType<AcceptOutcome.EnrollmentOpened>(await PostAsync(link, "grace"));

        var admin = Assert.Single(await testHost.RowsAsync<Account>());
        Assert.Equal([("grace", ClaimKinds.UserName), ("grace@acme.example", ClaimKinds.Mail)], await ClaimsOfAsync(admin.Id));

        // A second post that saw no account yet made one of its own: the ticket belongs to the first.
        var (bo, _) = await testHost.InviteAsync("bo");
        var ticket = Assert.Single(await testHost.RowsAsync<Ticket>(), row => row is { Kind: TicketKinds.Setup, UsedAt: null });
        Assert.False(await AdoptAsync(ticket, link!, bo));
        Assert.True(await AdoptAsync(ticket, link!, admin.Id));
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => testHost.RunAsync<Tickets, bool>(Actor.Server, (tickets, work) =>
        {
            tickets.Issue(work, TicketKinds.Setup, account: null, Epoch.None);
            return Task.FromResult(true);
        }));
        Assert.Contains("ticket.kind", Assert.IsType<SqliteException>(refused.InnerException).Message, StringComparison.Ordinal);
    }

    private Task<bool> AdoptAsync(Ticket ticket, Token token, Guid account) => testHost.RunAsync<Tickets, bool>(
        Actor.Server, (tickets, work) => tickets.BindToAccountAsync(work, ticket, token, account, ticket.Epoch));

    private Task<AcceptOutcome> PostAsync(Token? link, string userName) => testHost.AskAsync<InitialSetup, AcceptOutcome>(
        start => start.SubmitAsync(
            link, userName, $"{userName}@acme.example", TestHost.Password, TestHost.Password, TestHost.Stranger, Cancellation));

    private Task<bool> ClaimAsync(Func<Work, Task<bool>> claim) =>
        testHost.RunAsync<TwoFactorDb, bool>(Actor.Server, (_, work) => claim(work));

    private Task<InviteOutcome> InviteAsync(string userName, string mail) => testHost.AskAsync<Invitations, InviteOutcome>(
        invitations => invitations.InviteAsync(null, new InvitationRequest(userName, mail, null, Role.User), Actor.Console, Cancellation));

    /// <summary>The owner changes the first address, after a code.</summary>
    private async Task<AddressOutcome> MoveAsync(Colleague who, string mail)
    {
        var me = await testHost.AgentAsync(who);
        var given = Assert.IsType<ProofOutcome.Given>(await testHost.AskAsync<Proofs, ProofOutcome>(
            proofs => proofs.GiveAsync(me, who.Phone.Code(), forChanges: true, Actor.Server, Cancellation)));
        var proven = await testHost.AgentAsync(who with { Session = given.Session });
        return await testHost.AskAsync<AddressChange, AddressOutcome>(
            change => change.SetAsync(proven, mail, null, Actor.Server, Cancellation));
    }

    private async Task<IReadOnlyList<(string Name, string Kind)>> ClaimsOfAsync(Guid account) =>
        [.. (await testHost.RowsAsync<ClaimedName>()).Where(claim => claim.AccountId == account)
            .OrderBy(claim => claim.Folded, StringComparer.Ordinal).Select(claim => (claim.Folded, claim.Kind))];
}
