namespace TwoFactor.Tests.Sessions;

using TwoFactor.Administration.HelpDesk;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Each call to the database fails once, in every story that spends or charges a code: the old state or the new one stands, never
/// something between.
/// </summary>
public sealed class FaultsTests : FaultStories
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_right_code_at_sign_in(bool carriedOut)
    {
        var ana = await TestHost.AddAsync();
        var pending = (await TestHost.PendingsAsync(ana, 1))[0];
        await FailEachCallAsync(carriedOut, async () => await TestHost.EnterCodeAsync(pending, ana.Phone.Code()) is SignInOutcome.SignedIn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_code_at_sign_in(bool carriedOut)
    {
        var ana = await TestHost.AddAsync();
        var pending = (await TestHost.PendingsAsync(ana, 1))[0];
        await FailEachCallAsync(
            carriedOut,
            async () =>
                await TestHost.EnterCodeAsync(pending, ana.Phone.WrongCode()) is SignInOutcome.Refused { Verdict: CodeVerdict.Wrong });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_code_of_a_new_authenticator(bool carriedOut)
    {
        var (_, invitation) = await TestHost.InviteAsync("ana");
        var owner = await TestHost.AcceptAsync(invitation);
        var phone = await TestHost.ScanAsync(owner);
        await FailEachCallAsync(carriedOut, async () => await TestHost.ConfirmAsync(owner, phone.Code()) is ConfirmOutcome.SignedIn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_approval_of_a_reset(bool carriedOut)
    {
        var admin = await TestHost.FirstAdminAsync();
        var ana = await TestHost.AddAsync();
        var agent = await TestHost.AgentAsync(admin);
        var epoch = (await TestHost.GuardAsync(ana.Id)).Epoch;
        var request = new HelpForm(HelpKind.Reset, ana.Id, epoch, admin.Phone.Code(), Verification.CallBack, null, "lost", Delivery.Mail);
        await FailEachCallAsync(
            carriedOut,
            async () => await TestHost.AskAsync<HelpDesk, HelpOutcome>(desk =>
                desk.AskAsync(agent, request, Actor.Server, TestContext.Current.CancellationToken)) is HelpOutcome.Mailed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_reset_by_its_owner(bool carriedOut)
    {
        var ana = await TestHost.AddAsync();
        await TestHost.AskAsync<Resets, HelpOutcome>(
            resets => resets.ApproveByConsoleAsync(ana.Id, "lost", TestContext.Current.CancellationToken));
        var pending = (await TestHost.PendingsAsync(ana, 1))[0];
        await FailEachCallAsync(
            carriedOut,
            async () => await TestHost.AskAsync<ResetCancellation, CancelOutcome>(cancellations => cancellations.CancelAsync(
                pending, ana.Phone.Code(), Actor.Server, TestContext.Current.CancellationToken)) is CancelOutcome.Cancelled);
    }
}
