namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Every pathway that takes a code of the app, against what went wrong elsewhere: there is one door, and it is the same for all.
/// </summary>
public sealed class PathwaysTests : IAsyncLifetime
{
    private const string Accepted = "Accepted";

    private TestHost testHost = null!;

    /// <summary>Whose code is judged.</summary>
    private Colleague who = null!;
    private Colleague target = null!;
    private CurrentSession session = null!;

    public enum Pathway
    {
        CodePage,
        Proof,
        CancelReset,
        ResetApproval,
    }

    public static TheoryData<Pathway> Each => [.. Enum.GetValues<Pathway>()];

    public static TheoryData<Pathway, Pathway> Pairs => new(
        from spent in Enum.GetValues<Pathway>() from replayed in Enum.GetValues<Pathway>() select (spent, replayed));

    public static TheoryData<Pathway, string, string> States => new(
        from pathway in Enum.GetValues<Pathway>()
        from state in new[]
        {
            ("epoch=epoch+1", "StartAgain"), ("held=held|1", pathway == Pathway.CancelReset
                ? "StartAgain"
                : "Held"), ("held=held|4", pathway == Pathway.CancelReset ? "StartAgain" : "Held"),
            ("closed=1", pathway == Pathway.CancelReset ? "StartAgain" : "Closed"), ("wait_until=9999999999", "Waiting"),
        }
        select (pathway, state.Item1, state.Item2));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync();
        who = await testHost.FirstAdminAsync();
        target = await testHost.AddAsync("bob");
        session = await testHost.AgentAsync(who);
    }

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_code_that_was_used_on_one_is_refused_on_every_other_in_any_spelling(Pathway spent, Pathway replayed)
    {
        var code = who.Phone.Code();
        Assert.Equal(Accepted, await SubmitAsync(spent, code));

        foreach (var spelling in new[]
        {
            code, $" {code[..3]} {code[3..]}\t", new string([.. code.Select(digit => (char)(digit - '0' + '\uFF10'))])
        })
        {
            Assert.Equal("Spent", await SubmitAsync(replayed, spelling));
        }

        Assert.Equal("Spent", await SubmitAsync(replayed, who.Phone.Code(-1)));
        Assert.Equal(0, (await testHost.GuardAsync(who.Id)).Fails);
        Assert.Equal(Accepted, await SubmitAsync(replayed, who.Phone.Code(1)));
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_wrong_code_is_charged_once_with_its_event_to_the_one_counter(Pathway pathway)
    {
        for (var wrong = 1; wrong <= 3; wrong++)
        {
            Assert.Equal("Wrong", await SubmitAsync(pathway, who.Phone.WrongCode()));
            Assert.Equal(
                (wrong, wrong),
                ((await testHost.GuardAsync(who.Id)).Fails, (await testHost.EventsAsync(AuditKinds.CodeWrong, who.Id)).Count));
        }

        Assert.Equal("Wrong", await SubmitAsync(Pathway.Proof, who.Phone.WrongCode()));
        Assert.Equal(4, (await testHost.GuardAsync(who.Id)).Fails);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_guard_that_is_not_open_refuses_a_right_and_a_wrong_code_and_counts_neither(
        Pathway pathway, string state, string refusal)
    {
        var submissions = new[] { await ArrangeAsync(pathway), await ArrangeAsync(pathway) };
        await testHost.ArrangeAsync($"UPDATE code_guard SET {state} WHERE account_id='{who.Id:D}' COLLATE NOCASE");
        var before = await testHost.GuardAsync(who.Id);

        Assert.Equal(refusal, await submissions[0](who.Phone.Code()));
        Assert.Equal(refusal, await submissions[1](who.Phone.WrongCode()));

        Assert.Equivalent(before, await testHost.GuardAsync(who.Id), strict: true);
        Assert.Equal(HeldBy.None, (await testHost.GuardAsync(target.Id)).Held);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task What_is_no_code_costs_nothing(Pathway pathway)
    {
        var submit = await ArrangeAsync(pathway);
        var before = await DatabaseDump.OfAsync(testHost);

        foreach (var typed in new[] { "", "12345", "1234567", "abcdef" })
        {
            Assert.Equal("Malformed", await submit(typed));
        }

        Assert.Equal(before, await DatabaseDump.OfAsync(testHost));
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_ring_that_lost_its_key_judges_nothing_and_charges_nobody(Pathway pathway)
    {
        var submit = await ArrangeAsync(pathway);
        var before = await DatabaseDump.OfAsync(testHost);
        File.Delete(Assert.Single(Directory.GetFiles(testHost.Settings.KeyRing.Secrets, "*.xml")));
        Assert.False((await testHost.LookAtRingAsync()).IsConsistent);

        Assert.Equal("KeyMissing", await submit(who.Phone.Code()));
        Assert.Equal("KeyMissing", await submit(who.Phone.WrongCode()));

        Assert.Equal(before, await DatabaseDump.OfAsync(testHost));
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task Of_twenty_at_once_with_one_code_one_is_accepted(Pathway pathway)
    {
        var submissions = new List<Func<string, Task<string>>>();
        for (var count = 0; count < 20; count++)
        {
            submissions.Add(await ArrangeAsync(pathway));
        }

        var code = who.Phone.Code();
        var answers = await Task.WhenAll(submissions.Select(submit => Task.Run(() => submit(code), Cancellation)));

        Assert.Single(answers, answer => answer == Accepted);
        Assert.All(answers, answer => Assert.Contains(answer, new[] { Accepted, "Spent", "StartAgain" }));
        Assert.Equal(testHost.Step, (await testHost.GuardAsync(who.Id)).LastStep);
    }

    private async Task<string> SubmitAsync(Pathway pathway, string typed) => await (await ArrangeAsync(pathway))(typed);

    /// <summary>Everything that comes before the code. What is returned takes one, and says the verdict's name.</summary>
    private async Task<Func<string, Task<string>>> ArrangeAsync(Pathway pathway)
    {
        switch (pathway)
        {
            case Pathway.CodePage:
                await ReleaseAsync();
                var pending = (await testHost.PendingsAsync(who, 1))[0];
                return async typed => await testHost.EnterCodeAsync(pending, typed) switch
                {
                    SignInOutcome.SignedIn => Accepted,
                    SignInOutcome.Refused refused => Name(refused.Verdict),
                    var other => other.GetType().Name,
                };
            case Pathway.Proof:
                await ReleaseAsync();
                return async typed => await testHost.AskAsync<Proofs, ProofOutcome>(
                    proofs => proofs.GiveAsync(session, typed, forChanges: true, Actor.Server, Cancellation)) switch
                {
                    ProofOutcome.Refused refused => Name(refused.Verdict),
                    _ => Accepted,
                };
            case Pathway.CancelReset:
                await HoldAsync();
                var held = (await testHost.PendingsAsync(who, 1))[0];
                return async typed => await testHost.AskAsync<ResetCancellation, CancelOutcome>(
                    cancellations => cancellations.CancelAsync(held, typed, Actor.Server, Cancellation)) switch
                {
                    CancelOutcome.Cancelled => Accepted,
                    CancelOutcome.Refused refused => Name(refused.Verdict),
                    var other => other.GetType().Name,
                };
            default:
                await ReleaseAsync();
                var epoch = (await testHost.GuardAsync(target.Id)).Epoch;
                return async typed => await testHost.AskAsync<HelpDesk, HelpOutcome>(desk => desk.AskAsync(
                    session, new HelpForm(
                        HelpKind.Reset,
                        target.Id,
                        epoch,
                        typed,
                        Verification.CallBack,
                        null,
                        "lost",
                        Delivery.Mail), Actor.Server, Cancellation)) switch
                {
                    HelpOutcome.CodeRefused refused => Name(refused.Verdict),
                    _ => Accepted,
                };
        }
    }

    private static string Name(CodeVerdict verdict) => verdict.GetType().Name;

    private async Task HoldAsync()
    {
        if ((await testHost.GuardAsync(who.Id)).Held == HeldBy.None)
        {
            await testHost.AskAsync<Resets, HelpOutcome>(resets => resets.ApproveByConsoleAsync(who.Id, "lost", Cancellation));
        }
    }

    /// <summary>No reset is open, and the session is one of the present epoch.</summary>
    private async Task ReleaseAsync()
    {
        await testHost.AskAsync<Resets, bool>(resets => resets.CancelByConsoleAsync(who.Id, Cancellation));
        session = session with { Epoch = (await testHost.GuardAsync(who.Id)).Epoch };
        await testHost.TamperAsync($"UPDATE session SET epoch={session.Epoch} WHERE id='{session.Session:D}' COLLATE NOCASE");
    }
}
