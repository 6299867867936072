namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>One code, one answer: what is accepted, and in which order refusals are told.</summary>
public sealed class CodeVerdictTests
{
    [Fact]
    public async Task A_code_by_a_stranger_s_program_signs_in_once()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var code = await ana.Phone.CodeByOathtoolAsync();

        var first = Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, code));
        var second = await testHost.SignInAsync(ana, code);

        Assert.IsType<SessionState.Live>(await testHost.LookAtSessionAsync(first.Session));
        Assert.IsType<CodeVerdict.Spent>(Verdict(second));
        Assert.Equal(testHost.Step, (await testHost.GuardAsync(ana.Id)).LastStep);
    }

    /// <summary>Vault's CVE-2025-6014 remembered used codes as they were typed.</summary>
    [Fact]
    public async Task A_spent_code_in_another_spelling_is_refused()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var code = ana.Phone.Code();
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, code));
        string[] spellings =
        [
            code, $" {code}", $"{code[..3]} {code[3..]}", $"{code[..3]}-{code[3..]}", $"\t{code}\t", $"{code[..2]}\u200B{code[2..]}",
            $"{code[..3]}\u00A0{code[3..]}", new string([.. code.Select(digit => (char)(digit - '0' + '\uFF10'))]),
        ];

        foreach (var spelling in spellings)
        {
            Assert.IsType<CodeVerdict.Spent>(Verdict(await testHost.SignInAsync(ana, spelling)));
        }

        Assert.Single(await testHost.EventsAsync(AuditKinds.SignInCompleted, ana.Id), row => row.At == testHost.Now);
        Assert.Equal(spellings.Length, (await testHost.EventsAsync(AuditKinds.CodeSpent, ana.Id)).Count);
        Assert.Equal(0, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task One_step_on_either_side_counts(int offset)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();

        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code(offset)));
        Assert.Equal(testHost.Step + offset, (await testHost.GuardAsync(ana.Id)).LastStep);
    }

    /// <summary>devise's CVE-2021-43177 remembered the last code only.</summary>
    [Fact]
    public async Task The_older_of_two_valid_codes_is_refused_after_the_newer()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var (a, b) = (ana.Phone.Code(-1), ana.Phone.Code());

        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, b));
        Assert.IsType<CodeVerdict.Spent>(Verdict(await testHost.SignInAsync(ana, a)));
        Assert.IsType<CodeVerdict.Spent>(Verdict(await testHost.SignInAsync(ana, b)));
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code(1)));
    }

    [Fact]
    public async Task Of_several_matches_the_highest_is_spent()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        await GiveAsync(testHost, ana, TwinCodes.Secret);
        testHost.GoOn((int)(TwinCodes.Step + 1 - testHost.Step));

        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, TwinCodes.Code));
        Assert.Equal(TwinCodes.Step + 2, (await testHost.GuardAsync(ana.Id)).LastStep);
        Assert.IsType<CodeVerdict.Spent>(Verdict(await testHost.SignInAsync(ana, TwinCodes.Code)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("abcdef")]
    public async Task What_is_no_code_costs_nothing(string typed)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var pending = await testHost.EnterPasswordAsync(ana.UserName);
        var before = await DatabaseDump.OfAsync(testHost);

        for (var tried = 0; tried < 10; tried++)
        {
            Assert.Equal(new CodeVerdict.Malformed(typed.Length), Verdict(await testHost.EnterCodeAsync(pending, typed)));
        }

        Assert.Equal(before, await DatabaseDump.OfAsync(testHost));
    }

    /// <summary>
    /// Each line holds whatever the lines after it would say; the first refusal is the answer, whether the code is right, spent or
    /// wrong.
    /// </summary>
    [Theory]
    [InlineData("epoch=epoch+1, held=7, closed=1, wait_until=9999999999", typeof(SignInOutcome.StartAgain))]
    [InlineData("held=1, closed=1, wait_until=9999999999", typeof(CodeVerdict.Held))]
    [InlineData("held=2, closed=1, wait_until=9999999999", typeof(CodeVerdict.Held))]
    [InlineData("held=4, closed=1, wait_until=9999999999", typeof(CodeVerdict.Held))]
    [InlineData("closed=1, wait_until=9999999999", typeof(CodeVerdict.Closed))]
    [InlineData("wait_until=9999999999", typeof(CodeVerdict.Waiting))]
    public async Task Refusals_are_asked_in_their_order(string state, Type refusal)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code()));
        var pendings = await testHost.PendingsAsync(ana, 3);
        await testHost.ArrangeAsync($"UPDATE code_guard SET {state} WHERE account_id='{ana.Id:D}' COLLATE NOCASE");
        var before = await testHost.GuardAsync(ana.Id);

        var (right, spent, wrong) = (ana.Phone.Code(1), ana.Phone.Code(), ana.Phone.WrongCode());
        foreach (var (pending, code) in pendings.Zip([right, spent, wrong]))
        {
            var outcome = await testHost.EnterCodeAsync(pending, code);
            Assert.IsType(refusal, outcome is SignInOutcome.Refused refused ? refused.Verdict : outcome);
        }

        Assert.Equivalent(before, await testHost.GuardAsync(ana.Id), strict: true);
    }

    [Fact]
    public async Task An_open_guard_says_spent_before_wrong_and_charges_the_wrong_only()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var code = ana.Phone.Code();
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, code));
        var pending = await testHost.EnterPasswordAsync(ana.UserName);

        var spent = Assert.IsType<SignInOutcome.Refused>(await testHost.EnterCodeAsync(pending, code));
        Assert.Equal((new CodeVerdict.Spent(), 4), (spent.Verdict, spent.TriesLeft));
        Assert.IsType<PendingSignInState.AskCode>(spent.State);
        Assert.Equal(0, (await testHost.GuardAsync(ana.Id)).Fails);
        var wrong = Assert.IsType<SignInOutcome.Refused>(await testHost.EnterCodeAsync(pending, ana.Phone.WrongCode()));
        Assert.Equal((new CodeVerdict.Wrong(null, null, null, ClosedGuard: false), 3), (wrong.Verdict, wrong.TriesLeft));
        Assert.IsType<PendingSignInState.AskCode>(wrong.State);
        Assert.Equal(1, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    internal static CodeVerdict Verdict(SignInOutcome outcome) => Assert.IsType<SignInOutcome.Refused>(outcome).Verdict;

    /// <summary>Puts a known secret into the account's authenticator, under the ring.</summary>
    private static async Task GiveAsync(TestHost testHost, Colleague who, TotpSecret secret)
    {
        var row = (await testHost.RowsAsync<Authenticator>()).Single(
            row => row.AccountId == who.Id && row.State is AuthenticatorStates.Active);
        var ciphertext = (await testHost.AskAsync<AuthenticatorSecrets, byte[]>(secrets =>
            Task.FromResult(secrets.Protect(secret, who.Id, row.Id).Ciphertext)));
        await testHost.ArrangeAsync(
            "UPDATE authenticator SET ciphertext=$c WHERE id=$id COLLATE NOCASE", ("$c", ciphertext), ("$id", row.Id.ToString("D")));
    }
}
