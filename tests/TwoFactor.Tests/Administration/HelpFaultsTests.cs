namespace TwoFactor.Tests.Administration;

using TwoFactor.Accounts;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Sessions;
using Xunit;

/// <summary>
/// Each call to the database fails once, while an agent asks, another approves, a pass is given and used, a role is changed, an account
/// deleted: the old state or the new one stands.
/// </summary>
public sealed class HelpFaultsTests : FaultStories
{
    private Colleague ada = null!;
    private Colleague bea = null!;
    private Colleague cleo = null!;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request(bool carriedOut)
    {
        await StaffAsync();
        var form = await FormAsync(HelpKind.Reset);
        await FailEachCallAsync(carriedOut, async () => await AskAsync(form) is HelpOutcome.AwaitsSecond);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_approval(bool carriedOut)
    {
        await StaffAsync();
        await AskAsync(await FormAsync(HelpKind.Reset));
        var request = Assert.Single(await TestHost.RowsAsync<HelpRequest>()).Id;
        var agent = await TestHost.AgentAsync(bea);
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<ResetApproval, HelpOutcome>(approval =>
            approval.ApproveAsync(agent, request, bea.Phone.Code(), sawBadge: false, Actor.Server, Cancellation)) is HelpOutcome.Approved);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hand_over(bool carriedOut)
    {
        await StaffAsync();
        await AskAsync(await FormAsync(HelpKind.Pass));
        var request = Assert.Single(await TestHost.RowsAsync<HelpRequest>()).Id;
        await TestHost.AskAsync<ResetApproval, HelpOutcome>(async approval =>
            await approval.ApproveAsync(
                await TestHost.AgentAsync(bea), request, bea.Phone.Code(), sawBadge: false, Actor.Server, Cancellation));
        TestHost.GoOn();
        var agent = await TestHost.AgentAsync(ada);
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<ResetApproval, HelpOutcome>(approval =>
            approval.HandOverAsync(
                agent, request, ada.Phone.Code(), sawBadge: true, Actor.Server, Cancellation)) is HelpOutcome.HandOverPass);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pass_at_sign_in(bool carriedOut)
    {
        await StaffAsync();
        var given = Assert.IsType<HelpOutcome.HandOverPass>(
            await TestHost.AskAsync<Passes, HelpOutcome>(passes => passes.GiveByConsoleAsync(cleo.Id, "at home", Cancellation)));
        var pending = (await TestHost.PendingsAsync(cleo, 1))[0];
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<RecoverySignIn, RecoveryOutcome>(signIn =>
            signIn.CompleteAsync(pending, given.Pass.Reveal(), null, null, TestHost.Stranger, Cancellation)) is RecoveryOutcome.SignedIn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_role_a_name_and_an_address(bool carriedOut)
    {
        await StaffAsync();
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<AccountEdits, EditOutcome>(edits =>
            edits.SaveAsync(
                null,
                cleo.Id,
                new AccountForm("Cleo", "other@acme.example", Role.User, "Sales"),
                Actor.Console,
                Cancellation)) is EditOutcome.Saved);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_an_account(bool carriedOut)
    {
        await StaffAsync();
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<Deletions, EditOutcome>(deletions =>
            deletions.DeleteAsync(null, cleo.Id, "left", Actor.Console, Cancellation)) is EditOutcome.Deleted);
    }

    private async Task StaffAsync()
    {
        ada = await TestHost.FirstAdminAsync();
        bea = await TestHost.AddAsync("bea", Role.Admin);
        cleo = await TestHost.AddAsync("cleo", Role.Admin);
        await TestHost.LetAgentsBeOldAsync();
    }

    private async Task<HelpForm> FormAsync(HelpKind kind) =>
        new(kind, cleo.Id, (await TestHost.GuardAsync(cleo.Id)).Epoch, ada.Phone.Code(), Verification.CallBack, null, "lost", null);

    private async Task<HelpOutcome> AskAsync(HelpForm form)
    {
        var agent = await TestHost.AgentAsync(ada);
        return await TestHost.AskAsync<HelpDesk, HelpOutcome>(desk => desk.AskAsync(agent, form, Actor.Server, Cancellation));
    }
}
