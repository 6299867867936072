namespace TwoFactor.Tests.Administration;

using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Who was an admin when a request came in and is one no longer mails, imports and retries nothing, and it is recorded.</summary>
public sealed class AdminActsTests : IAsyncLifetime
{
    private Ground ground = null!;
    private Colleague ada = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ground = await Ground.PrepareAsync();
        ada = await ground.FirstAdminAsync();
    }

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task A_demoted_admin_invites_and_reminds_nobody()
    {
        var bea = await DemotedAsync();
        await ground.InviteAsync("ivan");
        await ground.ImportAsync("user_name,mail", "new,new@acme.example");
        var before = (await ground.RowsAsync<OutboxMessage>()).Count;

        Assert.True((await ground.AskAsync<Waves, WaveResult>(waves => waves.InviteAsync(bea, new PeopleFilter(), null, Ground.Stranger, Cancellation))).IsRefused);
        Assert.True((await ground.AskAsync<Waves, WaveResult>(waves => waves.RemindAsync(bea, new PeopleFilter(Show: Listing.Invited), null, Ground.Stranger, Cancellation))).IsRefused);

        Assert.Equal(before, (await ground.RowsAsync<OutboxMessage>()).Count);
        Assert.Equal(["new"], await ground.ListAsync(Listing.Never));
        Assert.Equal(2, (await RefusalsAsync(bea)).Count);
    }

    [Fact]
    public async Task A_demoted_admin_imports_nobody()
    {
        var bea = await DemotedAsync();

        var result = await ImportAsync(bea);

        Assert.Equal((false, ImportRefusal.Rank), (result.IsDone, result.Refusal));
        Assert.DoesNotContain("cy", await ground.ListAsync(), StringComparer.Ordinal);
        Assert.Single(await RefusalsAsync(bea));
    }

    [Fact]
    public async Task An_import_without_a_proof_writes_nothing_and_with_one_it_does()
    {
        var agent = await ground.AgentAsync(ada);

        Assert.Equal(ImportRefusal.Proof, (await ImportAsync(agent with { ProvenAt = null })).Refusal);
        Assert.DoesNotContain("cy", await ground.ListAsync(), StringComparer.Ordinal);
        Assert.True((await ImportAsync(agent with { ProvenAt = ground.Now })).IsDone);
        Assert.Empty(await RefusalsAsync(agent));
    }

    [Fact]
    public async Task A_demoted_admin_retries_no_mail()
    {
        var bea = await DemotedAsync();

        Assert.False(await ground.AskAsync<AdminActs, bool>(acts => acts.JudgeAsync(bea, Ground.Stranger, Cancellation)));
        Assert.Single(await RefusalsAsync(bea));
        var agent = await ground.AgentAsync(ada);
        Assert.True(await ground.AskAsync<AdminActs, bool>(acts => acts.JudgeAsync(agent, Ground.Stranger, Cancellation)));
    }

    [Fact]
    public async Task Who_is_no_admin_at_all_is_refused_too()
    {
        var hugo = await ground.AgentAsync(await ground.AddAsync("hugo", Role.Helpdesk)) with { ProvenAt = ground.Now };

        Assert.Equal(ImportRefusal.Rank, (await ImportAsync(hugo)).Refusal);
        Assert.True((await ground.AskAsync<Waves, WaveResult>(waves => waves.InviteAsync(hugo, new PeopleFilter(), null, Ground.Stranger, Cancellation))).IsRefused);
    }

    /// <summary>Bea as her request was read, a moment before her role went.</summary>
    private async Task<SignedIn> DemotedAsync()
    {
        var bea = await ground.AgentAsync(await ground.AddAsync("bea", Role.Admin)) with { ProvenAt = ground.Now };
        Assert.IsType<EditOutcome.Saved>(await ground.AskAsync<AccountEdits, EditOutcome>(edits =>
            edits.SaveAsync(null, bea.Account.Id, new AccountForm(null, null, Role.User), Origin.Console, Cancellation)));
        return bea;
    }

    private Task<ImportResult> ImportAsync(SignedIn agent) => ground.AskAsync<PeopleImport, ImportResult>(import =>
        import.ImportAsync(agent, Encoding.UTF8.GetBytes("user_name,mail\ncy,cy@acme.example"), null, Ground.Stranger, null, Cancellation));

    private Task<List<AuditEvent>> RefusalsAsync(SignedIn agent) => ground.EventsAsync(AuditKinds.ActRefused, agent.Account.Id);
}
