namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions.SelfService;
using TwoFactor.Web.Text.Accounts;

/// <summary>The text for an owner who sets a new password.</summary>
public static class PasswordChangeText
{
    public static Sentence For(PasswordChangeOutcome outcome, TextContext text) => outcome switch
    {
        PasswordChangeOutcome.Changed => throw new NoSentenceException(outcome),
        PasswordChangeOutcome.CurrentRefused => new Sentence(
            "Check your current password", "After several tries we ask you to wait a few minutes, also with the right password."),
        PasswordChangeOutcome.Refused(var why) => NewPasswordText.For(why, text),
        PasswordChangeOutcome.ProofNeeded => CommonText.ProofNeeded,
        PasswordChangeOutcome.ChangedMeanwhile => CommonText.SignInChanged,
    };
}
