namespace TwoFactor.Tests.Sessions;

using TwoFactor.Accounts.Passwords;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The same for recovery codes, proofs, and what an owner changes.</summary>
public sealed class RecoveryFaultsTests : FaultStories
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_right_recovery_code(bool carriedOut)
    {
        var (ana, me) = await EnrolledAsync();
        var codes = await SaveAsync(me);
        var pending = (await TestHost.PendingsAsync(ana, 1))[0];
        await FailEachCallAsync(carriedOut, async () => await RecoverAsync(pending, codes[0].Reveal()) is RecoveryOutcome.SignedIn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_recovery_code(bool carriedOut)
    {
        var (ana, me) = await EnrolledAsync();
        await SaveAsync(me);
        var pending = (await TestHost.PendingsAsync(ana, 1))[0];
        var wrong = RecoveryCode.New().Reveal();
        await FailEachCallAsync(
            carriedOut, async () => await RecoverAsync(pending, wrong) is RecoveryOutcome.Refused { Verdict: RecoveryVerdict.Wrong });
        Assert.Equal(1, (await TestHost.GuardAsync(ana.Id)).RecoveryFails);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_saving_of_new_recovery_codes(bool carriedOut)
    {
        var (ana, me) = await EnrolledAsync();
        var shown = await MakeAsync(me);
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<RecoverySaving, Token?>(saving =>
            saving.SaveAsync(me, shown.Set, Actor.Server, Cancellation)) is not null);
        Assert.Equal(
            10, (await TestHost.AskAsync<RecoveryCodes, RecoveryCodeStatus>(codes => codes.StandingAsync(ana.Id, Cancellation))).Left);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_proof(bool carriedOut)
    {
        var (ana, me) = await EnrolledAsync();
        await FailEachCallAsync(carriedOut, async () => await ProveAsync(ana, me) is ProofOutcome.Given);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_phone_and_the_end_of_the_first(bool carriedOut)
    {
        var (ana, me) = await EnrolledAsync();
        var given = Assert.IsType<ProofOutcome.Given>(await ProveAsync(ana, me)).Session;
        var proven = await AgainAsync(given);
        var opened = Assert.IsType<OwnAuthenticatorOutcome.Opened>(await TestHost.AskAsync<OwnAuthenticators, OwnAuthenticatorOutcome>(
            authenticators => authenticators.StartAsync(proven, Actor.Server, Cancellation)));
        var phone = await TestHost.ScanAsync(opened.Owner);
        Token? session = null;
        await FailEachCallAsync(carriedOut, async () =>
        {
            var confirmed = await TestHost.ConfirmAsync(opened.Owner, phone.Code(), session: given) as ConfirmOutcome.SignedIn;
            session = confirmed?.Session;
            return confirmed is { Next: AfterEnrolling.RemoveOrKeep };
        });
        if (carriedOut)
        {
            // The answer that carried the new session was the one that was lost.
            return;
        }

        var now = await AgainAsync(session!);
        var first = (await TestHost.RowsAsync<Authenticator>()).Single(row => row.AccountId == ana.Id && row.Number == 1);
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<AuthenticatorRemoval, OwnAuthenticatorOutcome>(removal =>
            removal.RemoveAsync(now, first.Id, Actor.Server, Cancellation)) is OwnAuthenticatorOutcome.Removed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_password(bool carriedOut)
    {
        var (ana, me) = await EnrolledAsync();
        var proven = await AgainAsync(Assert.IsType<ProofOutcome.Given>(await ProveAsync(ana, me)).Session);
        var typed = new TypedPassword("an entirely different sentence");
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<PasswordChange, PasswordChangeOutcome>(change =>
            change.SetAsync(proven, new TypedPasswords(TestHost.Password, typed, typed), null, Actor.Server, Cancellation))
                is PasswordChangeOutcome.Changed);
    }

    private async Task<(Colleague Who, CurrentSession Me)> EnrolledAsync()
    {
        var ana = await TestHost.AddAsync();
        return (ana, await AgainAsync(ana.Session));
    }

    private async Task<CurrentSession> AgainAsync(Token session) =>
        Assert.IsType<SessionState.Live>(await TestHost.LookAtSessionAsync(session)).CurrentSession;

    private Task<ProofOutcome> ProveAsync(Colleague who, CurrentSession me) =>
        TestHost.AskAsync<Proofs, ProofOutcome>(
            proofs => proofs.GiveAsync(me, who.Phone.Code(), forChanges: true, Actor.Server, Cancellation));

    private Task<RecoveryOutcome> RecoverAsync(Token pending, string typed) =>
        TestHost.AskAsync<RecoverySignIn, RecoveryOutcome>(recovery =>
            recovery.CompleteAsync(pending, typed, null, null, TestHost.Stranger, Cancellation));

    private async Task<PendingRecoverySet.Shown> MakeAsync(CurrentSession me)
    {
        Assert.True(await TestHost.AskAsync<NewRecoverySets, bool>(
            sets => sets.MakeAsync(me.Account.Id, me.Epoch, me.Session, Actor.Server, Cancellation)));
        return Assert.IsType<PendingRecoverySet.Shown>(await TestHost.AskAsync<RecoverySets, PendingRecoverySet>(sets =>
            sets.FindPendingAsync(me.Account.Id, me.Epoch, me.Session, Cancellation)));
    }

    private async Task<IReadOnlyList<RecoveryCode>> SaveAsync(CurrentSession me)
    {
        var shown = await MakeAsync(me);
        Assert.NotNull(
            await TestHost.AskAsync<RecoverySaving, Token?>(saving => saving.SaveAsync(me, shown.Set, Actor.Server, Cancellation)));
        return shown.Codes;
    }
}
