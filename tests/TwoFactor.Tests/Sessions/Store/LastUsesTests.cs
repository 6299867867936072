namespace TwoFactor.Tests.Sessions.Store;

using TwoFactor.Sessions.Store;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>When sessions were last used, between the note of it and the row that holds it.</summary>
public sealed class LastUsesTests : IAsyncLifetime
{
    private readonly LastUses uses = new();
    private TestHost host = null!;

    public async ValueTask InitializeAsync() => host = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    /// <summary>Somebody reads the row, then a story writes it, and only then is the reader's answer made.</summary>
    [Fact]
    public async Task Whoever_read_the_row_just_before_it_was_written_still_gets_the_later_time()
    {
        var session = Guid.NewGuid();
        var (inRow, used) = (new UnixTime(1_000), new UnixTime(2_000));
        uses.Note(session, used);

        await WriteAsync();

        Assert.Equal(used, uses.LatestOf(session, inRow));
        Assert.Equal(new UnixTime(3_000), uses.LatestOf(session, new UnixTime(3_000)));
    }

    [Fact]
    public async Task It_is_forgotten_after_the_next_minute_s_round_so_that_the_list_stays_short()
    {
        var session = Guid.NewGuid();
        uses.Note(session, new UnixTime(2_000));
        await WriteAsync();
        host.Time.Advance(TimeSpan.FromMinutes(1));

        await WriteAsync();

        Assert.Equal(new UnixTime(1_000), uses.LatestOf(session, new UnixTime(1_000)));
    }

    [Fact]
    public async Task All_batches_of_one_round_count()
    {
        var sessions = Enumerable.Range(0, Work.Batch + 1).Select(_ => Guid.NewGuid()).ToList();
        sessions.ForEach(session => uses.Note(session, new UnixTime(2_000)));

        Assert.Equal(Work.Batch, await WriteAsync());
        Assert.Equal(1, await WriteAsync());

        Assert.All(sessions, session => Assert.Equal(new UnixTime(2_000), uses.LatestOf(session, new UnixTime(1_000))));
    }

    private async Task<int> WriteAsync() => (await host.AskAsync<UnitOfWork, Committed<int>>(unitOfWork => unitOfWork.RunAsync(
        Actor.Server,
        Locks.None,
        async work => new Committed<int>(await uses.WriteAsync(work)),
        TestContext.Current.CancellationToken))).Value;
}
