namespace TwoFactor.Web.Text.Authenticators;

using TwoFactor.Authenticators.Enrollment;

/// <summary>The text in place of a QR code that cannot be shown.</summary>
public static class EnrollmentStateText
{
    public static Sentence NoQrCode => new(
        "There is no picture to confirm in this browser.",
        "Confirmed in another tab? Then all is well. Otherwise sign in, and begin from there.");

    public static Sentence For(EnrollmentState state, TextContext text) => state switch
    {
        EnrollmentState.Open => throw new NoSentenceException(state),
        EnrollmentState.Over(_, var why) => ForEnd(why, text),
        EnrollmentState.KeyMissing => CommonText.KeyMissing(text),
        EnrollmentState.Unknown => NoQrCode,
    };

    public static Sentence ForEnd(EnrollmentEnd why, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string then = "Nothing on your account has changed. Delete the line you added in the app, then take a new picture.";
        return why switch
        {
            EnrollmentEnd.Expired => new Sentence($"This picture was valid for {text.Enrollments.QrCodeMinutes} minutes.", then),
            EnrollmentEnd.OtherBrowser => new Sentence("This picture was replaced from another browser.", then),
            EnrollmentEnd.TooManyWrong => new Sentence($"{Numbers.InWords(text.Enrollments.WrongCodes)} codes did not fit.", then),
            EnrollmentEnd.Unreadable => new Sentence("We cannot show this picture any more.", then),
            EnrollmentEnd.Ended => new Sentence(
                "This picture works no longer.", "Nothing on your account has changed. Start again with your password."),
            _ => throw new ArgumentOutOfRangeException(nameof(why)),
        };
    }
}
