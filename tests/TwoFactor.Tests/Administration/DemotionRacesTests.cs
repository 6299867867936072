namespace TwoFactor.Tests.Administration;

using TwoFactor.Accounts;
using TwoFactor.Administration.Editing;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Two admins take each other's role away at the same moment, each from a process of their own.</summary>
[Slow]
public sealed class DemotionRacesTests
{
    private const int Rounds = 1000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task There_is_always_a_usable_admin()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ada = await testHost.FirstAdminAsync();
        var bea = await testHost.AddAsync("bea", Role.Admin);
        await using var second = await SecondProcess.StartAsync(testHost);
        var wins = new Dictionary<Guid, int> { [ada.Id] = 0, [bea.Id] = 0 };
        for (var round = 0; round < Rounds; round++)
        {
            var (mine, theirs) = (await OpenAsync(testHost, ada), await OpenAsync(testHost, bea));
            var other = second.DemoteAsync(testHost, ada.Id, theirs);
            // Now this process is first, now the other: their statements meet at every distance.
            Thread.SpinWait(round % 100 * 4000);
            var answers = await Task.WhenAll(DemoteAsync(testHost, bea.Id, mine), other);

            var admins = (await testHost.RowsAsync<Account>()).Where(account => account.Role == Role.Admin).ToList();
            var left = Assert.Single(admins);
            Assert.Equal(1, answers.Sum(answer => answer.Accepted));
            wins[left.Id]++;
            var lost = left.Id == ada.Id ? bea : ada;
            Assert.IsType<EditOutcome.Saved>(await testHost.AskAsync<AccountEdits, EditOutcome>(edits =>
                edits.SaveAsync(null, lost.Id, new AccountForm(null, null, Role.Admin), Actor.Console, Cancellation)));
        }

        Assert.All(wins.Values, won => Assert.True(won > 0, "One process was always first: that was no race."));
    }

    private static async Task<Tally> DemoteAsync(TestHost testHost, Guid target, Token session)
    {
        if (await testHost.LookAtSessionAsync(session) is not SessionState.Live(var agent))
        {
            return new Tally(0, 0, 1);
        }

        return await testHost.AskAsync<AccountEdits, EditOutcome>(
            edits => edits.SaveAsync(agent, target, new AccountForm(null, null, Role.User), Actor.Server, Cancellation)) switch
        {
            EditOutcome.Saved => new Tally(1, 0, 0),
            EditOutcome.LastAdmin or EditOutcome.RankForbids => new Tally(0, 1, 0),
            _ => new Tally(0, 0, 1),
        };
    }

    /// <summary>A session with its proof, as a code just opened it.</summary>
    private static Task<Token> OpenAsync(TestHost testHost, Colleague who) =>
        testHost.RunAsync<SessionStore, Token>(TestHost.Stranger, async (sessions, work) =>
        {
            var guard = await testHost.GuardAsync(who.Id);
            return await sessions.OpenAsync(
                work, who.Id, guard.Epoch, new SessionOpening(Guid.NewGuid(), guard.LastStep, ProvenAt: testHost.Now));
        });
}
