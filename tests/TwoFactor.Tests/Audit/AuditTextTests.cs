namespace TwoFactor.Tests.Audit;

using System.Globalization;
using System.Reflection;
using TwoFactor.Audit;
using TwoFactor.Mail.Sending;
using Xunit;

public sealed class AuditTextTests
{
    public static TheoryData<string, string> Kinds { get; } = new(typeof(AuditKinds)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral)
        .Select(field => (field.Name, (string)field.GetRawConstantValue()!)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_has_its_words_and_a_constant_named_as_it(string constant, string kind)
    {
        Assert.True(AuditText.Knows(kind));
        Assert.NotEqual(kind, AuditText.For(kind), StringComparer.Ordinal);
        Assert.True(kind.Length <= AuditEvent.KindLength);
        Assert.Equal(constant, string.Concat(kind.Split('.', '-').Select(CultureInfo.InvariantCulture.TextInfo.ToTitleCase)));
    }

    [Fact]
    public void No_two_kinds_have_the_same_words() =>
        Assert.Distinct(Kinds.Select(kind => AuditText.For(kind.Data.Item2)), StringComparer.Ordinal);

    [Fact]
    public void Every_kind_that_is_tallied_is_a_refusal() =>
        Assert.All(AuditKindList.Tallied, kind => Assert.True(AuditText.IsRefusal(kind)));

    [Fact]
    public void A_sign_in_is_no_refusal_and_a_wrong_code_is_one()
    {
        Assert.False(AuditText.IsRefusal(AuditKinds.SignInCompleted));
        Assert.True(AuditText.IsRefusal(AuditKinds.CodeWrong));
    }

    [Theory]
    [InlineData(AuditKinds.CodeWrong, null, null)]
    [InlineData(AuditKinds.CodeWrong, -1L, "fits 1 half minute back: the phone's clock is slow")]
    [InlineData(AuditKinds.CodeWrong, 4L, "fits 4 half minutes ahead: the phone's clock is fast")]
    [InlineData(AuditKinds.PasswordUnknown, 1234L, "1,234 more in that minute")]
    [InlineData(AuditKinds.AlarmEventTag, 2L, "2 rows")]
    [InlineData(AuditKinds.MailRetried, 1L, "1 letter")]
    [InlineData(AuditKinds.AlarmClock, -5L, "codes of 5 accounts were too old")]
    [InlineData(AuditKinds.AlarmClock, 6L, "codes of 6 accounts were too new")]
    [InlineData(AuditKinds.MailSetAside, 3L, "it was tried for too long")]
    [InlineData(AuditKinds.MailSetAside, 550L, "the mail server answered 550")]
    public void A_number_is_told_in_words(string kind, long? number, string? words) =>
        Assert.Equal(words, AuditText.Remark(kind, number));

    /// <summary>The numbers are Mail's, and the words stand below it.</summary>
    [Fact]
    public void Every_reason_of_our_own_for_a_mail_that_was_set_aside_has_its_words()
    {
        var reasons = Enum.GetValues<DeliveryKind>()
            .Where(kind => kind is not DeliveryKind.Refused && new DeliveryResult(kind).IsFinal)
            .Select(kind => (int)kind)
            .ToList();

        Assert.Equal(4, reasons.Count);
        Assert.All(
            reasons,
            reason => Assert.DoesNotContain("answered", AuditText.Remark(AuditKinds.MailSetAside, reason)!, StringComparison.Ordinal));
        Assert.Distinct(reasons.Select(reason => AuditText.Remark(AuditKinds.MailSetAside, reason)), StringComparer.Ordinal);
    }

    [Fact]
    public void A_kind_of_a_newer_version_is_its_own_word() => Assert.Equal("teapot.emptied", AuditText.For("teapot.emptied"));
}
