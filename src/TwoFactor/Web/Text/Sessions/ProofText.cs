namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Authenticators;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web.Text.Authenticators;

/// <summary>The text for people who confirm by a code that it is them.</summary>
public static class ProofText
{
    public static Sentence For(ProofOutcome outcome, TextContext text) => outcome switch
    {
        ProofOutcome.Given => throw new NoSentenceException(outcome),
        ProofOutcome.Refused(var verdict) => ForRefused(verdict, text),
    };

    /// <summary>The text for a repair session whose recovery code no longer counts as a proof: it has no other proof.</summary>
    public static Sentence RecoveryProofOver(TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence(
            "Codes of your app are switched off, so none can confirm this.",
            $"Nothing was changed. For {Numbers.Minutes(text.Sessions.RecoveryProofMinutes)} after a sign-in with a recovery code, "
                + "you can set up a new authenticator, make new recovery codes and change the password. Sign in again with another one.");
    }

    /// <summary>A proof has no tries to count down and no sign-in to restart, so two verdicts need their own text.</summary>
    private static Sentence ForRefused(CodeVerdict verdict, TextContext text) => verdict switch
    {
        CodeVerdict.StartAgain => CommonText.SignInChanged,
        CodeVerdict.Closed => new Sentence(
            CommonText.GuardClosed,
            $"Sign out, and sign in again with a recovery code. Have none? Contact {text.Support}."),
        _ => CodeText.For(verdict, text),
    };
}
