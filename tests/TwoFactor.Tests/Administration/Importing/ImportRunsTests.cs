namespace TwoFactor.Tests.Administration.Importing;

using TwoFactor.Accounts;
using TwoFactor.Administration.Importing;
using TwoFactor.Audit;
using TwoFactor.Sessions;
using TwoFactor.Storage.Connections;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>An import is written in batches, so that nobody waits for more than one of them, and goes on where it was stopped.</summary>
public sealed class ImportRunsTests : LongImports
{
    [Fact]
    public async Task No_story_of_a_long_import_is_longer_than_one_of_a_short_import()
    {
        Statements.Arm();
        Assert.True((await TestHost.ImportAsync(People(2 * Batch, "a"))).IsDone);
        var ofShort = LongestStory();
        Statements.Arm();
        Assert.True((await TestHost.ImportAsync(People(20 * Batch, "b"))).IsDone);

        Assert.InRange(LongestStory(), 1, ofShort);
        Assert.True(Statements.Calls.Count(call => string.Equals(call, "COMMIT", StringComparison.Ordinal)) > 40);
    }

    [Fact]
    public async Task Who_signs_in_while_an_import_is_written_waits_for_one_batch_at_most()
    {
        var pending = await TestHost.EnterPasswordAsync("ada");
        var (signedIn, batch) = (Task.FromResult<SignInOutcome>(null!), 0);
        InBatch.Does = () =>
        {
            if (++batch == 3)
            {
                // The flow would say that it runs inside the import's story.
                using var apart = ExecutionContext.SuppressFlow();
                signedIn = Task.Run(() => TestHost.EnterCodeAsync(pending, Ada.Phone.Code()), Cancellation);
                Assert.True(SpinWait.SpinUntil(() => TestHost.Limits<WriteTurns>().Waiting > 0, TimeSpan.FromSeconds(20)));
            }
        };

        Assert.True((await RunAsync(People(15 * Batch, "p"))).IsDone);

        Assert.IsType<SignInOutcome.SignedIn>(await signedIn);
        var accepted = (await TestHost.EventsAsync(AuditKinds.SignInCompleted, Ada.Id))[^1];
        var before = (await TestHost.RowsAsync<AuditEvent>()).Count(
            row => row.Kind is AuditKinds.AccountImported && row.Place < accepted.Place);
        Assert.InRange(before, 3 * Batch, 4 * Batch);
    }

    [Fact]
    public async Task It_says_that_it_is_done_only_when_all_of_it_is_there()
    {
        var states = new List<(string State, int Events)>();
        await RunAsync(People(3 * Batch, "p"), _ => states.Add(Wait(async () =>
            ((await NewestAsync()).State, (await TestHost.EventsAsync(AuditKinds.ImportDone, null)).Count))));

        Assert.Equal(
            [("writing", 0), ("writing", 0), ("writing", 0), ("done", 1)], states);
        Assert.Equal(3 * Batch, Assert.Single(await TestHost.EventsAsync(AuditKinds.ImportStarted, null)).Number);
        Assert.Empty(await TestHost.RowsAsync<ImportBatch>());
    }

    [Fact]
    public async Task One_that_was_stopped_goes_on_and_says_who_began_it()
    {
        var id = await StopAsync(People(5 * Batch, "p"));
        Assert.Equal((2 * Batch) + 1, (await TestHost.RowsAsync<Account>()).Count);
        Assert.Equal("writing", (await NewestAsync()).State);

        await GoOnAsync();

        Assert.Equal((5 * Batch) + 1, (await TestHost.RowsAsync<Account>()).Count);
        Assert.Equal(("done", id), ((await NewestAsync()).State, (await NewestAsync()).Id));
        var last = (await TestHost.AccountAsync($"p{5 * Batch}")).Id;
        Assert.Equal(Ada.Id, Assert.Single(await TestHost.EventsAsync(AuditKinds.AccountImported, last)).Actor);
        Assert.Single(await TestHost.EventsAsync(AuditKinds.ImportDone, null));
    }

    [Fact]
    public async Task A_name_of_an_import_that_is_being_written_goes_to_nobody_else()
    {
        await StopAsync(People(5 * Batch, "p"));

        var other = await TestHost.ImportAsync("user_name,mail", $"other,p{5 * Batch}@acme.example");

        Assert.Contains("belongs to another account", other.Plan.Lines[0].What[0], StringComparison.Ordinal);
        await GoOnAsync();
        Assert.Equal("done", (await TestHost.RowsAsync<RunningImport>()).Single(row => row.Accounts > 1).State);
        Assert.DoesNotContain(await TestHost.RowsAsync<Account>(), account => account.UserName is "other");
    }
}
