namespace TwoFactor.Web.Text.Authenticators;

using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;

/// <summary>The text after the code that confirms a QR code.</summary>
public static class EnrollmentText
{
    public static Sentence For(EnrollmentVerdict verdict, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return verdict switch
        {
            EnrollmentVerdict.Confirmed => throw new NoSentenceException(verdict),
            EnrollmentVerdict.Malformed(var length) => CodeText.For(new CodeVerdict.Malformed(length), text),
            EnrollmentVerdict.Wrong(var reference) => new Sentence(
                "That code does not fit this picture.",
                "Scan it again, or use the newest line in your app. The picture is still the same.",
                reference is null ? text.OurTime : $"If this goes on, contact {text.Support} and say: reference {reference}."),
            EnrollmentVerdict.Over(var why) => EnrollmentStateText.ForEnd(why, text),
            EnrollmentVerdict.KeyMissing => CommonText.KeyMissing(text),
            EnrollmentVerdict.Lost => EnrollmentStateText.ForEnd(EnrollmentEnd.Ended, text),
            EnrollmentVerdict.Unknown => EnrollmentStateText.NoQrCode,
        };
    }
}
