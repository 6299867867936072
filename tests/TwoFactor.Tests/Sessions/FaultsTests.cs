namespace TwoFactor.Tests.Sessions;

using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Each call to the database fails once, in every story that spends or charges a code: the old state or the new one stands, never something between.</summary>
public sealed class FaultsTests : IAsyncDisposable
{
    private readonly Faults faults = new();
    private Ground? ground;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_right_code_at_sign_in(bool carriedOut)
    {
        await PrepareAsync();
        var ana = await ground!.AddAsync();
        var pending = (await ground.PendingsAsync(ana, 1))[0];
        await FailEachCallAsync(carriedOut, async () => await ground.EnterCodeAsync(pending, ana.Phone.Code()) is SignInOutcome.SignedIn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_code_at_sign_in(bool carriedOut)
    {
        await PrepareAsync();
        var ana = await ground!.AddAsync();
        var pending = (await ground.PendingsAsync(ana, 1))[0];
        await FailEachCallAsync(
            carriedOut,
            async () => await ground.EnterCodeAsync(pending, ana.Phone.WrongCode()) is SignInOutcome.Refused { Verdict: CodeVerdict.Wrong });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_first_code_of_a_new_authenticator(bool carriedOut)
    {
        await PrepareAsync();
        var (_, invitation) = await ground!.InviteAsync("ana");
        var owner = await ground.AcceptAsync(invitation);
        var phone = await ground.ScanAsync(owner);
        await FailEachCallAsync(carriedOut, async () => await ground.ConfirmAsync(owner, phone.Code()) is ConfirmOutcome.SignedIn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_approval_of_a_reset(bool carriedOut)
    {
        await PrepareAsync();
        var admin = await ground!.FirstAdminAsync();
        var ana = await ground.AddAsync();
        var agent = await ground.AgentAsync(admin);
        var epoch = (await ground.GuardAsync(ana.Id)).Epoch;
        var request = new ResetRequest(ana.Id, epoch, admin.Phone.Code(), Verification.CallBack, null, "lost", Delivery.Mail);
        await FailEachCallAsync(
            carriedOut,
            async () => await ground.AskAsync<Resets, ResetOutcome>(resets =>
                resets.ApproveAsync(agent, request, Origin.Server, TestContext.Current.CancellationToken)) is ResetOutcome.Mailed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_reset_by_its_owner(bool carriedOut)
    {
        await PrepareAsync();
        var ana = await ground!.AddAsync();
        await ground.AskAsync<Resets, ResetOutcome>(resets => resets.ApproveByConsoleAsync(ana.Id, "lost", TestContext.Current.CancellationToken));
        var pending = (await ground.PendingsAsync(ana, 1))[0];
        await FailEachCallAsync(
            carriedOut,
            async () => await ground.AskAsync<ResetCancellation, CancelOutcome>(cancellations => cancellations.CancelAsync(
                pending, ana.Phone.Code(), Origin.Server, TestContext.Current.CancellationToken)) is CancelOutcome.Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        if (ground is not null)
        {
            await ground.DisposeAsync();
        }
    }

    private async Task PrepareAsync() => ground = await Ground.PrepareAsync(faults);

    /// <summary>Fails call 1, then 2, and so on, until the story passes untouched. A story whose commit was carried out before its answer was lost stands whole.</summary>
    private async Task FailEachCallAsync(bool carriedOut, Func<Task<bool>> story)
    {
        var before = await Dump.OfAsync(ground!);
        for (var call = 1; ; call++)
        {
            faults.Arm(call, carriedOut);
            try
            {
                var passed = await story();
                faults.Arm();
                Assert.True(passed, $"Call {call} was made to fail, and the story gave another answer.");
                Assert.True(call > 5, "The story makes more calls than that.");
                Assert.NotEqual(before, await Dump.OfAsync(ground!));
                return;
            }
            catch (Exception exception) when (Injected(exception))
            {
                var isCommitted = carriedOut && faults.Calls.LastOrDefault() is "COMMIT";
                faults.Arm();
                if (isCommitted)
                {
                    Assert.NotEqual(before, await Dump.OfAsync(ground!));
                    return;
                }

                Assert.Equal(before, await Dump.OfAsync(ground!));
            }
        }
    }

    private static bool Injected(Exception exception) =>
        exception is InjectedFault || (exception.InnerException is { } inner && Injected(inner));
}
