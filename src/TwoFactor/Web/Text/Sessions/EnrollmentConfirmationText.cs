namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions;
using TwoFactor.Web.Text.Authenticators;

/// <summary>What people read who confirm a new authenticator.</summary>
public static class EnrollmentConfirmationText
{
    public static Sentence For(ConfirmOutcome outcome, TextContext text) => outcome switch
    {
        ConfirmOutcome.SignedIn => throw new LeadsOnException(outcome),
        ConfirmOutcome.Refused(var verdict) => EnrollmentText.For(verdict, text),
    };
}
