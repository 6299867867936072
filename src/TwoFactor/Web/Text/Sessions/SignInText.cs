namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions;
using TwoFactor.Web.Text.Authenticators;

/// <summary>What people read after a code at sign-in.</summary>
public static class SignInText
{
    public static Sentence For(SignInOutcome outcome, TextContext text) => outcome switch
    {
        SignInOutcome.SignedIn => throw new LeadsOnException(outcome),
        SignInOutcome.Refused(var verdict, var left) => CodeText.For(verdict, text, left),
        SignInOutcome.OutOfTries => CommonText.OutOfTries(text),
        SignInOutcome.StartAgain => CommonText.StartAgain,
    };
}
