namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Audit;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>One recovery code, two processes: it opens one session, and the other one is told why not.</summary>
[Slow]
public sealed class RecoveryRacesTests : IAsyncLifetime
{
    private const int Rounds = 50;

    private TestHost testHost = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task In_fifty_rounds_two_processes_accept_each_code_once_and_call_it_used_once()
    {
        var ana = await testHost.AddAsync();
        await using var second = await SecondProcess.StartAsync(testHost);
        var (session, codes, epoch) = (ana.Session, new Queue<RecoveryCode>(), Epoch.None);
        for (var round = 0; round < Rounds; round++)
        {
            if (codes.Count == 0)
            {
                (session, codes) = await SaveAsync(session);
                epoch = (await testHost.GuardAsync(ana.Id)).Epoch;
            }

            var tally = await BothAsync(second, codes.Dequeue(), await testHost.PendingsAsync(ana, 2));
            Assert.True(tally == new Tally(1, 1, 0), $"Round {round}: {tally}");
        }

        // The last loser is counted; each winner before wiped the count.
        var guard = await testHost.GuardAsync(ana.Id);
        Assert.Equal((1, 0, epoch), (guard.RecoveryFails, guard.Fails, guard.Epoch));
        Assert.Equal(Rounds, (await testHost.EventsAsync(AuditKinds.RecoveryCodeUsed, ana.Id)).Count);
        Assert.Equal(Rounds, (await testHost.EventsAsync(AuditKinds.RecoveryCodeWrong, ana.Id)).Count);
    }

    [Fact]
    public async Task Fifty_of_one_code_in_two_processes_are_one_sign_in_and_ten_charges()
    {
        var ana = await testHost.AddAsync();
        await using var second = await SecondProcess.StartAsync(testHost);
        var (_, codes) = await SaveAsync(ana.Session);

        var tally = await BothAsync(second, codes.Dequeue(), await testHost.PendingsAsync(ana, 50));

        // The tenth that was told "used" begins the rest, in which nothing is judged any more.
        Assert.Equal(new Tally(1, 10, 39), tally);
        Assert.Equal(10, (await testHost.GuardAsync(ana.Id)).RecoveryFails);
        Assert.Single(await testHost.EventsAsync(AuditKinds.RecoveryCodeUsed, ana.Id));
        Assert.Equal(
            9, (await testHost.AskAsync<RecoveryCodes, RecoveryCodeStatus>(codes => codes.StandingAsync(ana.Id, Cancellation))).Left);
    }

    /// <summary>A new set, shown to a session and said to be saved by it. What is returned is the session's new id and the codes.</summary>
    private async Task<(Token Session, Queue<RecoveryCode> Codes)> SaveAsync(Token session)
    {
        var me = Assert.IsType<SessionState.Live>(await testHost.LookAtSessionAsync(session)).CurrentSession;
        Assert.True(await testHost.AskAsync<NewRecoverySets, bool>(
            sets => sets.MakeAsync(me.Account.Id, me.Epoch, me.Session, TestHost.Stranger, Cancellation)));
        var shown = Assert.IsType<PendingRecoverySet.Shown>(
            await testHost.AskAsync<RecoverySets, PendingRecoverySet>(
                sets => sets.FindPendingAsync(me.Account.Id, me.Epoch, me.Session, Cancellation)));
        var renewed =
            await testHost.AskAsync<RecoverySaving, Token?>(saving => saving.SaveAsync(me, shown.Set, TestHost.Stranger, Cancellation));
        return (Assert.IsType<Token>(renewed), new Queue<RecoveryCode>(shown.Codes));
    }

    /// <summary>Half of the pending sign-ins each, at the same time.</summary>
    private async Task<Tally> BothAsync(SecondProcess second, RecoveryCode code, IReadOnlyList<Token> pendings)
    {
        var half = pendings.Count / 2;
        var there = second.PlayRecoveryAsync(testHost, code.RevealInGroups(), pendings.Take(half));
        var here = PlayAsync(code, pendings.Skip(half));
        return await there + await here;
    }

    private async Task<Tally> PlayAsync(RecoveryCode code, IEnumerable<Token> pendings)
    {
        var outcomes = await Task.WhenAll(pendings.Select(pending => Task.Run(() => testHost.AskAsync<RecoverySignIn, RecoveryOutcome>(
            signIn => signIn.CompleteAsync(pending, code.RevealInGroups(), null, null, TestHost.Stranger, Cancellation)))));
        var accepted = outcomes.Count(outcome => outcome is RecoveryOutcome.SignedIn);
        var used = outcomes.Count(outcome => outcome is RecoveryOutcome.Refused { Verdict: RecoveryVerdict.Used });
        return new Tally(accepted, used, outcomes.Length - accepted - used);
    }
}
