namespace TwoFactor.Web.Text.Authenticators;

using TwoFactor.Authenticators.Recovery;

/// <summary>The text after a recovery code or a pass.</summary>
public static class RecoveryCodeText
{
    public static Sentence For(RecoveryVerdict verdict, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return verdict switch
        {
            RecoveryVerdict.Accepted or RecoveryVerdict.PassAccepted => throw new NoSentenceException(verdict),
            RecoveryVerdict.Wrong => new Sentence(
                "That recovery code did not work", "It has 16 letters and digits, like K7QM-22XD-9RWA-5TJ0"),
            RecoveryVerdict.Used => new Sentence("That recovery code was already used", "Cross it out and take another."),
            RecoveryVerdict.PassWhileClosed => new Sentence(
                CommonText.GuardClosed,
                $"A pass cannot help now. Use a recovery code, or contact {text.Support}."),
            RecoveryVerdict.PassOver(var at, true) => new Sentence(
                "That pass was already used", $"On {Times.Moment(at)}. Was that not you? Contact {text.Support} now."),
            RecoveryVerdict.PassOver => new Sentence(
                "That pass works no longer", $"Contact {text.Support} for a new one. It was not counted."),
            RecoveryVerdict.LooksLikeCode => new Sentence(
                "This looks like a code from your app", "Enter it by the link below. It was not counted."),
            RecoveryVerdict.Resting(var until) => new Sentence(
                $"Too many wrong recovery codes. Try again at {Times.ShortClock(until)}.", "A code from your app works as before."),
            RecoveryVerdict.Held(var why) => CommonText.Held(why, text),
            RecoveryVerdict.StartAgain => CommonText.StartAgain,
            RecoveryVerdict.Busy => CommonText.Busy(text, "Your recovery code was not checked."),
            RecoveryVerdict.KeyMissing => CommonText.KeyMissing(text),
        };
    }
}
