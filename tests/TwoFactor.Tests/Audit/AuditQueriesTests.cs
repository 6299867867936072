namespace TwoFactor.Tests.Audit;

using TwoFactor.Audit;
using TwoFactor.Storage;
using Xunit;

public sealed class AuditQueriesTests : IAsyncLifetime
{
    private readonly AuditTestHost host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Pages_are_turned_from_the_newest_to_the_oldest_and_back_without_loss()
    {
        host.Limits.PageSize = 3;
        await host.SealEventsAsync(7);
        await host.RecordAsync(AuditKinds.SignedOut);
        await using var database = host.Open();
        var queries = new AuditQueries(database, host.Limits);
        var cancellation = TestContext.Current.CancellationToken;

        var first = await queries.NewestAsync(null, cancellation);
        Assert.Equal(AuditKinds.SignedOut, first.Rows[0].Kind);
        Assert.Equal([false, true, true], first.Rows.Select(row => row.IsSealed));
        Assert.Null(first.Newer);

        var second = await queries.OlderAsync(first.Older!.Value, null, cancellation);
        var third = await queries.OlderAsync(second.Older!.Value, null, cancellation);
        Assert.Null(third.Older);
        Assert.Equal(
            (await host.EventsAsync()).Select(row => row.Id).Reverse(),
            first.Rows.Concat(second.Rows).Concat(third.Rows).Select(row => row.Id));

        Assert.Equal(second.Rows, (await queries.NewerAsync(third.Newer!.Value, null, cancellation)).Rows);
        Assert.Equal(first.Rows, (await queries.NewerAsync(second.Newer!.Value, null, cancellation)).Rows);
    }

    [Fact]
    public async Task Less_than_a_page_of_newer_events_is_filled_up_to_the_newest_page()
    {
        host.Limits.PageSize = 4;
        await host.SealEventsAsync(6);
        await using var database = host.Open();
        var queries = new AuditQueries(database, host.Limits);
        var cancellation = TestContext.Current.CancellationToken;
        var rows = (await queries.NewestAsync(null, cancellation)).Rows;

        Assert.Equal(rows, (await queries.NewerAsync(rows[2].Place, null, cancellation)).Rows);
    }

    [Fact]
    public async Task One_accounts_events_are_read_alone_with_all_that_a_page_shows()
    {
        var ana = Guid.NewGuid();
        await host.RecordAsync(AuditKinds.SignInCompleted, Guid.NewGuid());
        await host.RecordAsync(AuditKinds.ResetApproved, ana, "lost the phone");
        await host.RecordAsync(AuditKinds.SignInCompleted, Guid.NewGuid());
        await using var database = host.Open();

        var page = await new AuditQueries(database, host.Limits).NewestAsync(ana, TestContext.Current.CancellationToken);

        var row = Assert.Single(page.Rows);
        Assert.Equal((ana, "lost the phone", ActorKind.Console), (row.Account, row.Detail, row.By));
        Assert.Equal(host.Time.Now(), row.At);
        Assert.Null(page.Older ?? page.Newer);
    }

    [Fact]
    public async Task An_empty_log_is_an_empty_page()
    {
        await using var database = host.Open();
        var page = await new AuditQueries(database, host.Limits).NewestAsync(null, TestContext.Current.CancellationToken);
        Assert.Equal((0, null, null), (page.Rows.Count, page.Newer, page.Older));
    }
}
