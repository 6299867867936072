namespace TwoFactor.Tests.Administration;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Sessions;
using Xunit;

/// <summary>Each call to the database fails once, while an agent asks, another approves, a pass is given and used, a role is changed, an account deleted: the old state or the new one stands.</summary>
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
        var request = Assert.Single(await Ground.RowsAsync<HelpRequest>()).Id;
        var agent = await Ground.AgentAsync(bea);
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<SecondPerson, HelpOutcome>(second =>
            second.ApproveAsync(agent, request, bea.Phone.Code(), sawBadge: false, Origin.Server, Cancellation)) is HelpOutcome.Approved);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hand_over(bool carriedOut)
    {
        await StaffAsync();
        await AskAsync(await FormAsync(HelpKind.Pass));
        var request = Assert.Single(await Ground.RowsAsync<HelpRequest>()).Id;
        await Ground.AskAsync<SecondPerson, HelpOutcome>(async second =>
            await second.ApproveAsync(await Ground.AgentAsync(bea), request, bea.Phone.Code(), sawBadge: false, Origin.Server, Cancellation));
        Ground.GoOn();
        var agent = await Ground.AgentAsync(ada);
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<SecondPerson, HelpOutcome>(second =>
            second.HandOverAsync(agent, request, ada.Phone.Code(), sawBadge: true, Origin.Server, Cancellation)) is HelpOutcome.HandOverPass);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pass_at_sign_in(bool carriedOut)
    {
        await StaffAsync();
        var given = Assert.IsType<HelpOutcome.HandOverPass>(await Ground.AskAsync<Passes, HelpOutcome>(passes => passes.GiveByConsoleAsync(cleo.Id, "at home", Cancellation)));
        var pending = (await Ground.PendingsAsync(cleo, 1))[0];
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<RecoverySignIn, RecoveryOutcome>(signIn =>
            signIn.CompleteAsync(pending, given.Pass.Reveal(), null, null, Ground.Stranger, Cancellation)) is RecoveryOutcome.SignedIn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_role_a_name_and_an_address(bool carriedOut)
    {
        await StaffAsync();
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<AccountEdits, EditOutcome>(edits =>
            edits.SaveAsync(null, cleo.Id, new AccountForm("Cleo", "other@acme.example", Role.User, "Sales"), Origin.Console, Cancellation)) is EditOutcome.Saved);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_an_account(bool carriedOut)
    {
        await StaffAsync();
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<Deletions, EditOutcome>(deletions =>
            deletions.DeleteAsync(null, cleo.Id, "left", Origin.Console, Cancellation)) is EditOutcome.Deleted);
    }

    private async Task StaffAsync()
    {
        ada = await Ground.FirstAdminAsync();
        bea = await Ground.AddAsync("bea", Role.Admin);
        cleo = await Ground.AddAsync("cleo", Role.Admin);
    }

    private async Task<HelpForm> FormAsync(HelpKind kind) =>
        new(kind, cleo.Id, (await Ground.GuardAsync(cleo.Id)).Epoch, ada.Phone.Code(), Verification.CallBack, null, "lost", null);

    private async Task<HelpOutcome> AskAsync(HelpForm form)
    {
        var agent = await Ground.AgentAsync(ada);
        return await Ground.AskAsync<HelpDesk, HelpOutcome>(desk => desk.AskAsync(agent, form, Origin.Server, Cancellation));
    }
}
