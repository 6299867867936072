namespace TwoFactor.Tests.Administration;

using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What an admin may not do by a file, and what he saw is what is done.</summary>
public sealed class ImportRankTests : IAsyncLifetime
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

    [Theory]
    [InlineData("ada,Ada,,", "This is an admin, whom no file changes. Change it on the account’s page.")]
    [InlineData("ada,,user,", "This is an admin, whom no file changes. Change it on the account’s page.")]
    [InlineData("alan,,,Sales", "This is an admin, whom no file changes. Change it on the account’s page.")]
    [InlineData("bo,,admin,", "Nobody becomes an admin by a file. Give this role on the account’s page.")]
    public async Task Admins_are_neither_changed_nor_made(string line, string why)
    {
        await ground.AddAsync("bo");
        await ground.AddAsync("alan", Role.Admin);

        var plan = await LookAsync("user_name,name,role,groups\n" + line);

        Assert.Equal([why], Assert.Single(plan.Lines).What);
    }

    [Fact]
    public async Task A_line_that_leaves_an_admin_as_he_is_is_no_bad_line()
    {
        await ground.AddAsync("alan", Role.Admin);

        var plan = await LookAsync("user_name,name,mail,role\nada,ada,ada@acme.example,admin\nalan,alan,alan@acme.example,admin");

        Assert.All(plan.Lines, line => Assert.Equal(ImportKind.Same, line.Kind));
    }

    [Fact]
    public async Task A_role_that_somebody_wrote_into_the_database_is_met()
    {
        await ground.AddAsync("bo");
        await ground.TamperAsync("UPDATE account SET role='helpdesk' WHERE user_name='bo'");

        Assert.Equal(["The role or the mail address of this account was altered in the database. Run audit verify on the server."], Assert.Single((await LookAsync("user_name,name\nbo,Boris")).Lines).What);
    }

    [Fact]
    public async Task What_was_shown_is_done_and_if_it_changed_meanwhile_nothing_is()
    {
        await ground.AddAsync("bo");
        var shown = await LookAsync("user_name,name\nbo,Boris");
        await ground.ImportAsync("user_name,name", "bo,Bodo");

        var refused = await ImportAsync("user_name,name\nbo,Boris", shown.Digest);
        Assert.False(refused.IsDone);
        Assert.Equal("Bodo", (await ground.AccountAsync("bo")).Name);
        var done = await ImportAsync("user_name,name\nbo,Boris", refused.Plan.Digest);

        Assert.True(done.IsDone);
        var written = (await ground.EventsAsync(AuditKinds.AccountChanged, (await ground.AccountAsync("bo")).Id))[^1];
        Assert.Equal((ActorKind.Agent, ada.Id), (written.ActorKind, written.Actor));
    }

    private async Task<ImportPlan> LookAsync(string file)
    {
        var agent = await ground.AgentAsync(ada);
        return await ground.AskAsync<PeopleImport, ImportPlan>(import => import.LookAsync(agent, Encoding.UTF8.GetBytes(file), Cancellation));
    }

    private async Task<ImportResult> ImportAsync(string file, string digest)
    {
        var agent = await ground.AgentAsync(ada) with { ProvenAt = ground.Now };
        return await ground.AskAsync<PeopleImport, ImportResult>(import => import.ImportAsync(agent, Encoding.UTF8.GetBytes(file), digest, Ground.Stranger, null, Cancellation));
    }
}
