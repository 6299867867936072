namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions;
using TwoFactor.Web.Text.Authenticators;

/// <summary>The text for an owner who cancels a reset.</summary>
public static class ResetCancellationText
{
    public static Sentence For(CancelOutcome outcome, TextContext text) => outcome switch
    {
        CancelOutcome.Cancelled => new Sentence("The reset was stopped.", "Everything is as before."),
        CancelOutcome.Refused(var verdict, var left) => CodeText.For(verdict, text, left),
        CancelOutcome.OutOfTries => CommonText.OutOfTries(text),
        CancelOutcome.StartAgain => CommonText.StartAgain,
    };
}
