namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions;

/// <summary>The text after name and password.</summary>
public static class PasswordStepText
{
    public static Sentence For(PasswordOutcome outcome, TextContext text) => outcome switch
    {
        PasswordOutcome.Proven or PasswordOutcome.Resumed => throw new NoSentenceException(outcome),
        PasswordOutcome.Refused => new Sentence(
            "Check your username and password.", "After several tries we ask you to wait a few minutes, also with the right password."),
        PasswordOutcome.Busy => CommonText.Busy(text),
        PasswordOutcome.Disabled => CommonText.SwitchedOff(text),
        PasswordOutcome.Frozen(var since) => CommonText.Frozen(since, text),
    };
}
