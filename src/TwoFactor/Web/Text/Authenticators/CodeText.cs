namespace TwoFactor.Web.Text.Authenticators;

using TwoFactor.Authenticators;

/// <summary>The text after a code.</summary>
public static class CodeText
{
    /// <param name="triesLeft">The tries that the pending sign-in has left; null when there is no pending sign-in.</param>
    public static Sentence For(CodeVerdict verdict, TextContext text, int? triesLeft = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return verdict switch
        {
            CodeVerdict.Accepted => throw new NoSentenceException(verdict),
            CodeVerdict.Malformed { Length: 0 } => new Sentence("Enter your code", "Enter the six digits your authenticator app shows"),
            CodeVerdict.Malformed { LooksLikeRecoveryCode: true } => new Sentence(
                "This looks like a recovery code", "Enter it by the link below. It was not counted."),
            CodeVerdict.Malformed(var length, _) => new Sentence(
                "That is not a code", $"A code has six digits, like 123 456. You entered {length} character{(length == 1 ? "" : "s")}."),
            CodeVerdict.Wrong wrong => ForWrong(wrong, text, triesLeft),
            CodeVerdict.Spent => new Sentence(
                "A code for this half minute was already used",
                "Wait for the next one. It takes at most 30 seconds. This did not count as a wrong try."),
            CodeVerdict.Waiting(var until) => new Sentence($"Too many wrong codes. Try again at {Times.ShortClock(until)}."),
            CodeVerdict.Closed => new Sentence(
                CommonText.GuardClosed,
                $"If these were not you, somebody may know your password: change it. Use a recovery code, or contact {text.Support}."),
            CodeVerdict.Held(var why) => CommonText.Held(why, text),
            CodeVerdict.StartAgain => CommonText.StartAgain,
            CodeVerdict.Busy => new Sentence(
                "Please send that code again. It was not checked.", Status: StatusCodes.Status503ServiceUnavailable, RetryAfterSeconds: 1),
            CodeVerdict.KeyMissing => CommonText.KeyMissing(text),
        };
    }

    private static Sentence ForWrong(CodeVerdict.Wrong wrong, TextContext text, int? triesLeft)
    {
        const string title = "That code did not work";
        var left = triesLeft switch
        {
            null => "",
            1 => "1 try left before you start again. ",
            var tries => $"{tries} tries left before you start again. ",
        };
        var alarm = wrong.AlarmReference is { } reference
            ? $" If this goes on, contact {text.Support} and say: reference {reference}."
            : "";
        return wrong.PhoneIsSlowBy is { } slow
            ? new Sentence(
                title,
                $"Your phone's clock is about {Math.Max(2, (int)Math.Round(slow.TotalMinutes))} minutes slow, so its codes do not fit. "
                    + "Switch on automatic date and time on the phone, then enter a new code.",
                $"{left}{text.OurTime}{alarm}")
            : new Sentence(
                title,
                "Enter the next code your app shows",
                $"{left}If codes keep failing, check that your phone sets its clock by itself. {text.OurTime}{alarm}");
    }
}
