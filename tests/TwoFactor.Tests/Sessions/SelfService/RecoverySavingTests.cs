namespace TwoFactor.Tests.Sessions.SelfService;

using TwoFactor.Audit;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>New recovery codes are made after a proof, whoever asks: a page, or whatever is built beside it.</summary>
public sealed class RecoverySavingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_proof_no_recovery_codes_are_made()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var me = await testHost.AgentAsync(ana);
        var first = (await testHost.EventsAsync(AuditKinds.RecoveryCodesShown, ana.Id)).Count;

        Assert.Equal(NewRecoveryCodesOutcome.ProofNeeded, await MakeAsync(testHost, me));
        Assert.Equal(first, (await testHost.EventsAsync(AuditKinds.RecoveryCodesShown, ana.Id)).Count);

        var given = Assert.IsType<ProofOutcome.Given>(await testHost.AskAsync<Proofs, ProofOutcome>(proofs =>
            proofs.GiveAsync(me, ana.Phone.Code(), forChanges: true, TestHost.Stranger, Cancellation)));
        var proven = Assert.IsType<SessionState.Live>(await testHost.LookAtSessionAsync(given.Session)).CurrentSession;
        Assert.Equal(NewRecoveryCodesOutcome.Made, await MakeAsync(testHost, proven));
        Assert.Equal(first + 1, (await testHost.EventsAsync(AuditKinds.RecoveryCodesShown, ana.Id)).Count);
    }

    private static Task<NewRecoveryCodesOutcome> MakeAsync(TestHost testHost, CurrentSession me) =>
        testHost.AskAsync<RecoverySaving, NewRecoveryCodesOutcome>(saving => saving.MakeAsync(me, TestHost.Stranger, Cancellation));
}
