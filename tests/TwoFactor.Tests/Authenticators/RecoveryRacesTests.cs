namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>One recovery code, two processes: it opens one session, and the other one is told why not.</summary>
public sealed class RecoveryRacesTests : IAsyncLifetime
{
    private const int Rounds = 50;

    private Ground ground = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await Ground.PrepareAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task In_fifty_rounds_two_processes_accept_each_code_once_and_call_it_used_once()
    {
        var ana = await ground.AddAsync();
        await using var second = await SecondProcess.StartAsync(ground);
        var (session, codes, epoch) = (ana.Session, new Queue<RecoveryCode>(), 0L);
        for (var round = 0; round < Rounds; round++)
        {
            if (codes.Count == 0)
            {
                (session, codes) = await SaveAsync(session);
                epoch = (await ground.GuardAsync(ana.Id)).Epoch;
            }

            var tally = await BothAsync(second, codes.Dequeue(), await ground.PendingsAsync(ana, 2));
            Assert.True(tally == new Tally(1, 1, 0), $"Round {round}: {tally}");
        }

        // The last loser is counted; each winner before wiped the count.
        var guard = await ground.GuardAsync(ana.Id);
        Assert.Equal((1, 0, epoch), (guard.RecoveryFails, guard.Fails, guard.Epoch));
        Assert.Equal(Rounds, (await ground.EventsAsync(AuditKinds.RecoveryCodeUsed, ana.Id)).Count);
        Assert.Equal(Rounds, (await ground.EventsAsync(AuditKinds.RecoveryCodeWrong, ana.Id)).Count);
    }

    [Fact]
    public async Task Fifty_of_one_code_in_two_processes_are_one_sign_in_and_ten_charges()
    {
        var ana = await ground.AddAsync();
        await using var second = await SecondProcess.StartAsync(ground);
        var (_, codes) = await SaveAsync(ana.Session);

        var tally = await BothAsync(second, codes.Dequeue(), await ground.PendingsAsync(ana, 50));

        // The tenth that was told "used" begins the rest, in which nothing is judged any more.
        Assert.Equal(new Tally(1, 10, 39), tally);
        Assert.Equal(10, (await ground.GuardAsync(ana.Id)).RecoveryFails);
        Assert.Single(await ground.EventsAsync(AuditKinds.RecoveryCodeUsed, ana.Id));
        Assert.Equal(9, (await ground.AskAsync<RecoveryCodes, RecoveryStanding>(codes => codes.StandingAsync(ana.Id, Cancellation))).Left);
    }

    /// <summary>A new set, shown to a session and said to be saved by it. What is returned is the session's new id and the codes.</summary>
    private async Task<(Token Session, Queue<RecoveryCode> Codes)> SaveAsync(Token session)
    {
        var me = Assert.IsType<SessionLook.Live>(await ground.LookAtSessionAsync(session)).SignedIn;
        Assert.True(await ground.AskAsync<RecoverySets, bool>(sets => sets.MakeAsync(me.Account.Id, me.Epoch, me.Session, Ground.Stranger, Cancellation)));
        var shown = Assert.IsType<RecoverySetLook.Shown>(
            await ground.AskAsync<RecoverySets, RecoverySetLook>(sets => sets.LookAsync(me.Account.Id, me.Epoch, me.Session, Cancellation)));
        var renewed = await ground.AskAsync<RecoverySaving, Token?>(saving => saving.SaveAsync(me, shown.Set, Ground.Stranger, Cancellation));
        return (Assert.IsType<Token>(renewed), new Queue<RecoveryCode>(shown.Codes));
    }

    /// <summary>Half of the pending sign-ins each, at the same time.</summary>
    private async Task<Tally> BothAsync(SecondProcess second, RecoveryCode code, IReadOnlyList<Token> pendings)
    {
        var half = pendings.Count / 2;
        var there = second.PlayRecoveryAsync(ground, code.RevealInGroups(), pendings.Take(half));
        var here = PlayAsync(code, pendings.Skip(half));
        return await there + await here;
    }

    private async Task<Tally> PlayAsync(RecoveryCode code, IEnumerable<Token> pendings)
    {
        var outcomes = await Task.WhenAll(pendings.Select(pending => Task.Run(() => ground.AskAsync<RecoverySignIn, RecoveryOutcome>(
            signIn => signIn.CompleteAsync(pending, code.RevealInGroups(), null, null, Ground.Stranger, Cancellation)))));
        var accepted = outcomes.Count(outcome => outcome is RecoveryOutcome.SignedIn);
        var used = outcomes.Count(outcome => outcome is RecoveryOutcome.Refused { Verdict: RecoveryVerdict.Used });
        return new Tally(accepted, used, outcomes.Length - accepted - used);
    }
}
