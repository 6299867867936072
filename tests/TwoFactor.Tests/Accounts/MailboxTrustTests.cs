namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts;
using TwoFactor.Storage;
using Xunit;

/// <summary>Until 72 hours and one full sign-in have passed, whoever changed something may own no more than a mailbox.</summary>
public sealed class MailboxTrustTests
{
    private const long Changed = 1_000_000;
    private const long Over = Changed + (72 * 3_600);

    [Theory]
    [InlineData(Changed, null, null, MailboxTrust.Trusted)]
    [InlineData(Changed, Changed, null, MailboxTrust.CoolingOff)]
    [InlineData(Over - 1, Changed, null, MailboxTrust.CoolingOff)]
    [InlineData(Over - 1, Changed, Changed + 60, MailboxTrust.CoolingOff)]
    [InlineData(Over, Changed, null, MailboxTrust.Unverified)]
    [InlineData(Over + 1_000_000, Changed, null, MailboxTrust.Unverified)]
    [InlineData(Over, Changed, Changed + 60, MailboxTrust.Trusted)]
    [InlineData(Over + 1, Changed, Over, MailboxTrust.Trusted)]
    public void Both_the_hours_and_a_sign_in_must_have_passed(long now, long? doubtedAt, long? trustedAt, MailboxTrust trust) =>
        Assert.Equal(trust, MailboxTrusts.At(new UnixTime(now), Moment(doubtedAt), Moment(trustedAt), new CoolingOffLimits()));

    [Fact]
    public void The_hours_are_a_setting()
    {
        var coolingOff = new CoolingOffLimits { Hours = 24 };
        var changed = new UnixTime(Changed);
        var (second, day) = (TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Assert.Equal(MailboxTrust.CoolingOff, MailboxTrusts.At(changed + day - second, changed, null, coolingOff));
        Assert.Equal(MailboxTrust.Unverified, MailboxTrusts.At(changed + day, changed, null, coolingOff));
    }

    private static UnixTime? Moment(long? seconds) => seconds is { } given ? new UnixTime(given) : null;
}
