namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions;
using TwoFactor.Web.Text.Authenticators;

/// <summary>The text after a recovery code at sign-in.</summary>
public static class RecoverySignInText
{
    public static Sentence For(RecoveryOutcome outcome, TextContext text) => outcome switch
    {
        RecoveryOutcome.SignedIn => throw new NoSentenceException(outcome),
        RecoveryOutcome.Refused(var verdict) => RecoveryCodeText.For(verdict, text),
        RecoveryOutcome.OutOfTries => CommonText.OutOfTries(text),
        RecoveryOutcome.StartAgain => CommonText.StartAgain,
    };
}
