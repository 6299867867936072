namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions;
using TwoFactor.Web.Text.Authenticators;

/// <summary>The text for people who confirm a new authenticator.</summary>
public static class EnrollmentConfirmationText
{
    public static Sentence For(ConfirmOutcome outcome, TextContext text) => outcome switch
    {
        ConfirmOutcome.SignedIn => throw new NoSentenceException(outcome),
        ConfirmOutcome.Refused(var verdict) => EnrollmentText.For(verdict, text),
    };
}
