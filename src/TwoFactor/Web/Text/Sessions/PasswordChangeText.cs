namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions.SelfService;
using TwoFactor.Web.Text.Accounts;

/// <summary>The text for an owner who sets a new password.</summary>
public static class PasswordChangeText
{
    public static Sentence For(PasswordChangeOutcome outcome, TextContext text) => outcome switch
    {
        PasswordChangeOutcome.Changed => throw new NoSentenceException(outcome),
        PasswordChangeOutcome.Refused(var why) => NewPasswordText.For(why, text),
        PasswordChangeOutcome.ProofNeeded => CommonText.ProofNeeded,
        PasswordChangeOutcome.ChangedMeanwhile => CommonText.SignInChanged,
    };
}
