namespace TwoFactor.Tests.Administration.Importing;

using TwoFactor.Accounts;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.Importing;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Web.Text.Administration;
using Xunit;

/// <summary>An import that cannot go on is undone, and says why.</summary>
public sealed class ImportUndoingTests : LongImports
{
    [Fact]
    public async Task One_that_cannot_go_on_gives_back_what_there_was_and_says_why()
    {
        await TestHost.ImportAsync([.. People(2 * Batch, "p")]);
        var before = await PeopleAsync();
        var lines = Enumerable.Range(1, 2 * Batch).Select(n => $"p{n},Changed {n},new{n}@acme.example,Sales;Board,helpdesk");

        var result = await RunAsync(["user_name,name,mail,groups,role", .. lines, "new,,new@acme.example,,"], done =>
        {
            if (done == Batch)
            {
                Wait(() => RenameAsync($"p{2 * Batch}"));
            }
        });

        Assert.False(result.IsDone);
        var line = Assert.Single(result.Plan.Lines, each => each.Kind == ImportKind.Bad);
        Assert.Equal(((2 * Batch) + 1, $"p{2 * Batch} was changed meanwhile. Look at the file again."), (line.Number, line.What[0]));
        Assert.Equal(("undone", 0), (result.Undone!.State, result.Undone.LeftAsTheyAre));
        Assert.Equal(
            "The last import, of 41 people, was undone. Line 41: p40 was changed meanwhile. Look at the file again. Nothing of it is left.",
            ImportText.StateOf(result.Undone));
        Assert.Equal(before.Select(each => each.Replace($"p{2 * Batch} p{2 * Batch} ", $"p{2 * Batch} Renamed ", StringComparison.Ordinal)),
            await PeopleAsync());
        Assert.Equal((2 * Batch) + 1, Assert.Single(await TestHost.EventsAsync(AuditKinds.ImportUndone, null)).Number);
        Assert.Empty(await TestHost.RowsAsync<ImportBatch>());
        await AssertOnlyNamesOfAccountsAsync();
    }

    [Fact]
    public async Task Whom_it_had_added_is_deleted_unless_somebody_changed_them_since()
    {
        await TestHost.AddAsync("bea", Role.Admin);

        var result = await RunAsync(People(5 * Batch, "p"), done =>
        {
            if (done == 2 * Batch)
            {
                Wait(() => RenameAsync("p3"));
                Wait(() => DemoteAsync(Ada.Id));
            }
        });

        Assert.Equal("ada, who imports, is no admin any more.", result.Undone!.Why);
        Assert.Equal(
            "ada, who imports, is no admin any more. 1 account stays as it is, because somebody changed it meanwhile.",
            ImportText.UndoneBecause(result.Undone).Split(": ")[1]);
        Assert.Equal(["ada", "bea", "p3"],
            (await TestHost.RowsAsync<Account>()).Select(account => account.UserName).Order(StringComparer.Ordinal));
        await AssertOnlyNamesOfAccountsAsync();
        Assert.DoesNotContain(await TestHost.RowsAsync<AuditEvent>(), row => row.Kind is AuditKinds.ImportDone);
    }

    [Fact]
    public async Task A_name_that_somebody_takes_before_the_writing_stops_it_before_the_first_line()
    {
        var lines = People(3 * Batch, "p");
        var agent = await AgentAsync();
        var plan = await TestHost.AskAsync<PeopleImport, ImportPlan>(import => import.PreviewAsync(agent, Bytes(lines), Cancellation));
        var id = Guid.NewGuid();
        await TestHost.RunAsync<ImportRuns, bool>(Actor.Console, async (_, work) =>
        {
            await ImportPreparation.BeginAsync(work, id, plan);
            return true;
        });
        await TestHost.InviteAsync($"p{3 * Batch}");

        var lost = await TestHost.AskAsync<ImportPreparation, ImportLine?>(preparation => preparation.PrepareAsync(
            id, plan, new ImportSheet(Ada.Id, "Ada", []), Actor.Console, Cancellation));

        Assert.Equal($"p{3 * Batch} was given to another account meanwhile.", Assert.Single(lost!.What));
        TestHost.Time.Advance(TimeSpan.FromMinutes(11));
        await GoOnAsync();
        Assert.Equal(("undone", 0), ((await NewestAsync()).State, (await NewestAsync()).LeftAsTheyAre));
        Assert.Equal(2, (await TestHost.RowsAsync<Account>()).Count);
        await AssertOnlyNamesOfAccountsAsync();
    }

    [Fact]
    public async Task One_that_has_ended_and_is_put_back_in_the_database_is_not_written_again()
    {
        await StopAsync(People(5 * Batch, "p"));
        var (import, batches) = (await NewestAsync(), await TestHost.RowsAsync<ImportBatch>());
        await GoOnAsync();
        var last = await TestHost.AccountAsync($"p{5 * Batch}");
        Assert.IsType<EditOutcome.Deleted>(await TestHost.AskAsync<Deletions, EditOutcome>(
            deletions => deletions.DeleteAsync(null, last.Id, null, Actor.Console, Cancellation)));
        await TestHost.RunAsync<ImportRuns, bool>(Actor.Console, async (_, work) =>
        {
            await work.ExecuteAsync($"DELETE FROM running_import");
            work.Add(import);
            await work.SaveAsync();
            batches.ForEach(work.Add);
            return true;
        });

        await GoOnAsync();

        Assert.Equal(5 * Batch, (await TestHost.RowsAsync<Account>()).Count);
        Assert.Empty(await TestHost.RowsAsync<RunningImport>());
        Assert.Empty(await TestHost.RowsAsync<ImportBatch>());
    }

    [Theory]
    [InlineData("UPDATE import_batch SET ciphertext=(SELECT ciphertext FROM import_batch WHERE number=4) WHERE number=5")]
    [InlineData("DELETE FROM import_batch WHERE number=5")]
    public async Task One_that_somebody_altered_is_undone(string attack)
    {
        await StopAsync(People(5 * Batch, "p"));
        await TestHost.TamperAsync(attack);

        await GoOnAsync();

        Assert.Equal(
            ("undone", "Somebody altered the import in the database. Run audit verify on the server."),
            ((await NewestAsync()).State, (await NewestAsync()).Why));
        Assert.Single(await TestHost.RowsAsync<Account>());
    }
}
