namespace TwoFactor.Tests.Administration;

using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.Importing;
using TwoFactor.Administration.Lists;
using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Who was an admin when a request came in and is one no longer mails, imports and retries nothing, and it is recorded.</summary>
public sealed class AdminAuthorizationTests : IAsyncLifetime
{
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
    public async Task A_demoted_admin_invites_and_reminds_nobody()
    {
        var bea = await DemotedAsync();
        await testHost.InviteAsync("ivan");
        await testHost.ImportAsync("user_name,mail", "new,new@acme.example");
        var before = (await testHost.RowsAsync<OutboxMessage>()).Count;

        Assert.True((await testHost.AskAsync<BulkInvitations, BulkInvitationResult>(
            bulkInvitations => bulkInvitations.InviteAsync(bea, new PeopleFilter(), null, TestHost.Stranger, Cancellation))).IsRefused);
        Assert.True((await testHost.AskAsync<BulkInvitations, BulkInvitationResult>(bulkInvitations =>
            bulkInvitations.RemindAsync(bea, new PeopleFilter(Show: Listing.Invited), null, TestHost.Stranger, Cancellation))).IsRefused);

        Assert.Equal(before, (await testHost.RowsAsync<OutboxMessage>()).Count);
        Assert.Equal(["new"], await testHost.ListAsync(Listing.NeverInvited));
        Assert.Equal(2, (await RefusalsAsync(bea)).Count);
    }

    [Fact]
    public async Task A_demoted_admin_imports_nobody()
    {
        var bea = await DemotedAsync();

        var result = await ImportAsync(bea);

        Assert.Equal((false, ImportRefusal.Rank), (result.IsDone, result.Refusal));
        Assert.DoesNotContain("cy", await testHost.ListAsync(), StringComparer.Ordinal);
        Assert.Single(await RefusalsAsync(bea));
    }

    [Fact]
    public async Task An_import_without_a_proof_writes_nothing_and_with_one_it_does()
    {
        var agent = await testHost.AgentAsync(ada);

        Assert.Equal(ImportRefusal.Proof, (await ImportAsync(agent with { ProvenAt = null })).Refusal);
        Assert.DoesNotContain("cy", await testHost.ListAsync(), StringComparer.Ordinal);
        Assert.True((await ImportAsync(agent with { ProvenAt = testHost.Now })).IsDone);
        Assert.Empty(await RefusalsAsync(agent));
    }

    [Fact]
    public async Task A_demoted_admin_retries_no_mail()
    {
        var bea = await DemotedAsync();

        Assert.False(await testHost.AskAsync<AgentActs, bool>(acts => acts.CheckAdminAsync(bea, TestHost.Stranger, Cancellation)));
        Assert.Single(await RefusalsAsync(bea));
        var agent = await testHost.AgentAsync(ada);
        Assert.True(await testHost.AskAsync<AgentActs, bool>(acts => acts.CheckAdminAsync(agent, TestHost.Stranger, Cancellation)));
    }

    [Fact]
    public async Task Who_is_no_admin_at_all_is_refused_too()
    {
        var hugo = await testHost.AgentAsync(await testHost.AddAsync("hugo", Role.Helpdesk)) with { ProvenAt = testHost.Now };

        Assert.Equal(ImportRefusal.Rank, (await ImportAsync(hugo)).Refusal);
        Assert.True((await testHost.AskAsync<BulkInvitations, BulkInvitationResult>(
            bulkInvitations => bulkInvitations.InviteAsync(hugo, new PeopleFilter(), null, TestHost.Stranger, Cancellation))).IsRefused);
    }

    /// <summary>Bea as her request was read, a moment before her role went.</summary>
    private async Task<CurrentSession> DemotedAsync()
    {
        var bea = await testHost.AgentAsync(await testHost.AddAsync("bea", Role.Admin)) with { ProvenAt = testHost.Now };
        Assert.IsType<EditOutcome.Saved>(await testHost.AskAsync<AccountEdits, EditOutcome>(edits =>
            edits.SaveAsync(null, bea.Account.Id, new AccountForm(null, null, Role.User), Actor.Console, Cancellation)));
        return bea;
    }

    private Task<ImportResult> ImportAsync(CurrentSession agent) => testHost.AskAsync<PeopleImport, ImportResult>(import =>
        import.ImportAsync(
            agent, Encoding.UTF8.GetBytes("user_name,mail\ncy,cy@acme.example"), null, TestHost.Stranger, null, Cancellation));

    private Task<List<AuditEvent>> RefusalsAsync(CurrentSession agent) => testHost.EventsAsync(AuditKinds.ActRefused, agent.Account.Id);
}
