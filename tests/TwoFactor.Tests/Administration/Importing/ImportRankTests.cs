namespace TwoFactor.Tests.Administration.Importing;

using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Administration.Importing;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What an admin may not do by a file, and what he saw is what is done.</summary>
public sealed class ImportRankTests : IAsyncLifetime
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

    [Theory]
    [InlineData("ada,Ada,,", "This is an admin, whom no file changes. Change it on the account’s page.")]
    [InlineData("ada,,user,", "This is an admin, whom no file changes. Change it on the account’s page.")]
    [InlineData("alan,,,Sales", "This is an admin, whom no file changes. Change it on the account’s page.")]
    [InlineData("bo,,admin,", "Nobody becomes an admin by a file. Give this role on the account’s page.")]
    public async Task Admins_are_neither_changed_nor_made(string line, string why)
    {
        await testHost.AddAsync("bo");
        await testHost.AddAsync("alan", Role.Admin);

        var plan = await PreviewAsync("user_name,name,role,groups\n" + line);

        Assert.Equal([why], Assert.Single(plan.Lines).What);
    }

    [Fact]
    public async Task A_line_that_leaves_an_admin_as_he_is_is_no_bad_line()
    {
        await testHost.AddAsync("alan", Role.Admin);

        var plan = await PreviewAsync("user_name,name,mail,role\nada,ada,ada@acme.example,admin\nalan,alan,alan@acme.example,admin");

        Assert.All(plan.Lines, line => Assert.Equal(ImportKind.Same, line.Kind));
    }

    [Fact]
    public async Task A_role_that_somebody_wrote_into_the_database_is_met()
    {
        await testHost.AddAsync("bo");
        await testHost.TamperAsync("UPDATE account SET role='helpdesk' WHERE user_name='bo'");

        Assert.Equal(
            ["This account was altered in the database. Run audit verify on the server."],
            Assert.Single((await PreviewAsync("user_name,name\nbo,Boris")).Lines).What);
    }

    [Fact]
    public async Task What_was_shown_is_done_and_if_it_changed_meanwhile_nothing_is()
    {
        await testHost.AddAsync("bo");
        var shown = await PreviewAsync("user_name,name\nbo,Boris");
        await testHost.ImportAsync("user_name,name", "bo,Bodo");

        var refused = await ImportAsync("user_name,name\nbo,Boris", shown.Digest);
        Assert.False(refused.IsDone);
        Assert.Equal("Bodo", (await testHost.AccountAsync("bo")).Name);
        var done = await ImportAsync("user_name,name\nbo,Boris", refused.Plan.Digest);

        Assert.True(done.IsDone);
        var written = (await testHost.EventsAsync(AuditKinds.AccountChanged, (await testHost.AccountAsync("bo")).Id))[^1];
        Assert.Equal((ActorKind.Agent, ada.Id), (written.ActorKind, written.Actor));
    }

    private async Task<ImportPlan> PreviewAsync(string file)
    {
        var agent = await testHost.AgentAsync(ada);
        return await testHost.AskAsync<PeopleImport, ImportPlan>(
            import => import.PreviewAsync(agent, Encoding.UTF8.GetBytes(file), Cancellation));
    }

    private async Task<ImportResult> ImportAsync(string file, string digest)
    {
        var agent = await testHost.AgentAsync(ada) with { ProvenAt = testHost.Now };
        return await testHost.AskAsync<PeopleImport, ImportResult>(
            import => import.ImportAsync(agent, Encoding.UTF8.GetBytes(file), digest, TestHost.Stranger, null, Cancellation));
    }
}
