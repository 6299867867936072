namespace TwoFactor.Tests.Sessions;

using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The half-finished sign-in: five tries, five minutes, one use, and nothing that it opens.</summary>
public sealed class PendingSignInTests
{
    [Fact]
    public async Task Five_wrong_codes_use_it_up()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var pending = await testHost.EnterPasswordAsync(ana.UserName);

        for (var left = 4; left >= 1; left--)
        {
            Assert.Equal(
                left, Assert.IsType<SignInOutcome.Refused>(await testHost.EnterCodeAsync(pending, ana.Phone.WrongCode())).TriesLeft);
        }

        Assert.IsType<SignInOutcome.OutOfTries>(await testHost.EnterCodeAsync(pending, ana.Phone.WrongCode()));
        Assert.IsType<SignInOutcome.StartAgain>(await testHost.EnterCodeAsync(pending, ana.Phone.Code()));
        Assert.Equal(5, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    [Fact]
    public async Task A_right_code_on_the_fifth_try_signs_in()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var pending = await UseUpAsync(testHost, ana, tries: 4);

        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(pending, ana.Phone.Code()));
    }

    /// <summary>A spent code is not charged to the guard, but uses up a try; on the fifth it is told as the others.</summary>
    [Fact]
    public async Task Spent_codes_use_up_tries_too()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var code = ana.Phone.Code();
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, code));
        var pending = await testHost.EnterPasswordAsync(ana.UserName);

        for (var left = 4; left >= 1; left--)
        {
            var spent = Assert.IsType<SignInOutcome.Refused>(await testHost.EnterCodeAsync(pending, code));
            Assert.Equal((new CodeVerdict.Spent(), left), (spent.Verdict, spent.TriesLeft));
        }

        Assert.IsType<SignInOutcome.OutOfTries>(await testHost.EnterCodeAsync(pending, code));
        Assert.Equal(0, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    [Theory]
    [InlineData("held=1", typeof(CodeVerdict.Held))]
    [InlineData("closed=1", typeof(CodeVerdict.Closed))]
    [InlineData("wait_until=9999999999", typeof(CodeVerdict.Waiting))]
    public async Task Held_closed_and_waiting_are_told_on_the_fifth_try_too(string state, Type refusal)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var pending = await UseUpAsync(testHost, ana, tries: 4);
        await testHost.ArrangeAsync($"UPDATE code_guard SET {state}");

        var fifth = Assert.IsType<SignInOutcome.Refused>(await testHost.EnterCodeAsync(pending, ana.Phone.WrongCode()));

        Assert.IsType(refusal, fifth.Verdict);
        Assert.Equal(0, fifth.TriesLeft);
        Assert.IsType<SignInOutcome.StartAgain>(await testHost.EnterCodeAsync(pending, ana.Phone.WrongCode()));
    }

    /// <summary>The fifth try comes before wrong and slow, also when that very code starts a wait.</summary>
    [Theory]
    [InlineData(-5)]
    [InlineData(null)]
    public async Task A_fifth_wrong_code_is_told_as_the_fifth_even_if_it_starts_a_wait(int? slowBy)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        testHost.GoOn(30);
        await testHost.FailAsync(ana, 5);
        var pending = await UseUpAsync(testHost, ana, tries: 4);

        Assert.IsType<SignInOutcome.OutOfTries>(
            await testHost.EnterCodeAsync(pending, slowBy is { } steps ? ana.Phone.Code(steps) : ana.Phone.WrongCode()));

        var guard = await testHost.GuardAsync(ana.Id);
        Assert.Equal((10, testHost.Now + TimeSpan.FromSeconds(30)), (guard.Fails, guard.WaitUntil));
    }

    [Fact]
    public async Task It_ends_after_five_minutes_to_the_second()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var (inTime, late) = (await testHost.EnterPasswordAsync(ana.UserName), await testHost.EnterPasswordAsync(ana.UserName));
        testHost.Time.Advance(TimeSpan.FromSeconds(299));
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(inTime, ana.Phone.Code()));
        testHost.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<SignInOutcome.StartAgain>(await testHost.EnterCodeAsync(late, ana.Phone.Code()));
        Assert.Equal(0, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    [Fact]
    public async Task It_is_used_once()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var pending = await testHost.EnterPasswordAsync(ana.UserName);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(pending, ana.Phone.Code()));
        testHost.GoOn();

        Assert.IsType<SignInOutcome.StartAgain>(await testHost.EnterCodeAsync(pending, ana.Phone.Code()));
    }

    [Fact]
    public async Task It_is_no_session_and_a_session_is_no_pending_sign_in()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var pending = await testHost.EnterPasswordAsync(ana.UserName);

        Assert.IsType<SessionState.Unknown>(await testHost.LookAtSessionAsync(pending));
        Assert.IsType<SignInOutcome.StartAgain>(await testHost.EnterCodeAsync(ana.Session, ana.Phone.Code()));
        Assert.IsType<SignInOutcome.StartAgain>(await testHost.EnterCodeAsync(Token.New(), ana.Phone.Code()));
        Assert.IsType<SignInOutcome.StartAgain>(await testHost.EnterCodeAsync(null, ana.Phone.Code()));
    }

    [Fact]
    public async Task The_code_of_another_account_is_a_wrong_one()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var (ana, bob) = (await testHost.AddAsync(), await testHost.AddAsync("bob"));

        Assert.IsType<CodeVerdict.Wrong>(
            Assert.IsType<SignInOutcome.Refused>(await testHost.SignInAsync(ana, bob.Phone.Code())).Verdict);

        Assert.Equal((1, 0), ((await testHost.GuardAsync(ana.Id)).Fails, (await testHost.GuardAsync(bob.Id)).Fails));
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(bob, bob.Phone.Code()));
    }

    /// <summary>"@" leads to the mail address, any case to the same account: one counter.</summary>
    [Fact]
    public async Task Name_and_mail_address_in_any_case_share_one_counter()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        string[] spellings = ["ana", "ANA", " Ana ", "ana@acme.example", "Ana@ACME.example", "\uFF21na"];

        foreach (var name in spellings)
        {
            await testHost.EnterCodeAsync(await testHost.EnterPasswordAsync(name), ana.Phone.WrongCode());
        }

        Assert.Equal(spellings.Length, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    private static async Task<Token> UseUpAsync(TestHost testHost, Colleague who, int tries)
    {
        var pending = await testHost.EnterPasswordAsync(who.UserName);
        for (var done = 0; done < tries; done++)
        {
            Assert.IsType<SignInOutcome.Refused>(await testHost.EnterCodeAsync(pending, who.Phone.WrongCode()));
        }

        return pending;
    }
}
