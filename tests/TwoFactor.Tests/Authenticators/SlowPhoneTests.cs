namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;
using Xunit;

/// <summary>
/// A phone whose clock is wrong: charged and refused as any wrong code, and told what is the matter only where that gives nothing away.
/// </summary>
public sealed class SlowPhoneTests
{
    [Theory]
    [InlineData(-2, null, -2)]
    [InlineData(-3, 2, -3)]
    [InlineData(-4, 2, -4)]
    [InlineData(-5, 2, -5)]
    [InlineData(-6, 3, -6)]
    [InlineData(-20, 10, -20)]
    [InlineData(-21, null, null)]
    [InlineData(2, null, 2)]
    [InlineData(3, null, 3)]
    [InlineData(20, null, 20)]
    [InlineData(21, null, null)]
    public async Task Only_an_unused_code_of_the_past_tells_that_the_phone_is_slow(int offset, int? toldMinutes, int? recorded)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        testHost.GoOn(30);

        var outcome = await testHost.SignInAsync(ana, ana.Phone.Code(offset));

        var wrong = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(outcome));
        Assert.Equal(toldMinutes is null ? null : TimeSpan.FromSeconds(-30 * offset), wrong.PhoneIsSlowBy);
        var sentence = SignInText.For(outcome, Text(testHost)).Text ?? "";
        Assert.Equal(toldMinutes is not null, sentence.Contains($"about {toldMinutes} minutes slow", StringComparison.Ordinal));
        Assert.Equal(recorded, Assert.Single(await testHost.EventsAsync(AuditKinds.CodeWrong, ana.Id)).Number);
        Assert.Equal(1, (await testHost.GuardAsync(ana.Id)).Fails);
    }

    /// <summary>Else a stolen old code would be confirmed as having been right.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_code_at_or_below_the_last_step_is_plain_wrong(int beforeLast)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        testHost.GoOn(30);
        var old = ana.Phone.Code(beforeLast);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code()));
        testHost.GoOn(5);

        var wrong = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, old)));

        Assert.Null(wrong.PhoneIsSlowBy);
        Assert.Equal(beforeLast - 5, Assert.Single(await testHost.EventsAsync(AuditKinds.CodeWrong, ana.Id)).Number);
    }

    private static TextContext Text(TestHost testHost) => new(
        testHost.Settings.Brand,
        testHost.Settings.PublicUrl,
        testHost.Limits<SessionLimits>(),
        testHost.Limits<EnrollmentLimits>(),
        testHost.Limits<PasswordLimits>(),
        testHost.Limits<TicketLimits>(),
        testHost.Limits<CoolingOffLimits>(),
        testHost.Time);
}
