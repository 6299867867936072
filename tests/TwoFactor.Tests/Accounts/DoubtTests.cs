namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts;
using Xunit;

/// <summary>Until 72 hours and one full sign-in have passed, whoever changed something may own no more than a mailbox.</summary>
public sealed class DoubtTests
{
    private const long Changed = 1_000_000;
    private const long Over = Changed + (72 * 3_600);

    [Theory]
    [InlineData(Changed, null, null, Doubt.None)]
    [InlineData(Changed, Changed, null, Doubt.Recent)]
    [InlineData(Over - 1, Changed, null, Doubt.Recent)]
    [InlineData(Over - 1, Changed, Changed + 60, Doubt.Recent)]
    [InlineData(Over, Changed, null, Doubt.Unproven)]
    [InlineData(Over + 1_000_000, Changed, null, Doubt.Unproven)]
    [InlineData(Over, Changed, Changed + 60, Doubt.None)]
    [InlineData(Over + 1, Changed, Over, Doubt.None)]
    public void Both_the_hours_and_a_sign_in_must_have_passed(long now, long? doubtedAt, long? trustedAt, Doubt doubt) =>
        Assert.Equal(doubt, Doubts.At(now, doubtedAt, trustedAt, new CautionLimits()));

    [Fact]
    public void The_hours_are_a_setting()
    {
        var caution = new CautionLimits { Hours = 24 };
        Assert.Equal(Doubt.Recent, Doubts.At(Changed + (24 * 3_600) - 1, Changed, null, caution));
        Assert.Equal(Doubt.Unproven, Doubts.At(Changed + (24 * 3_600), Changed, null, caution));
    }
}
