namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Web.Text.Authenticators;

/// <summary>The text after a code at sign-in.</summary>
public static class SignInText
{
    public static Sentence For(SignInOutcome outcome, TextContext text) => outcome switch
    {
        SignInOutcome.SignedIn => throw new NoSentenceException(outcome),
        SignInOutcome.Refused refused => ForRefused(refused, text),
        SignInOutcome.OutOfTries => CommonText.OutOfTries(text),
        SignInOutcome.StartAgain => CommonText.StartAgain,
    };

    /// <summary>A wrong code that started a wait or closed the guard is reported as wrong, together with what it caused.</summary>
    private static Sentence ForRefused(SignInOutcome.Refused refused, TextContext text) => refused switch
    {
        { Verdict: CodeVerdict.Wrong wrong, State: PendingSignInState.Waiting or PendingSignInState.Closed } =>
            After(wrong, PendingSignInText.For(refused.State, text)),
        { State: PendingSignInState.Waiting or PendingSignInState.Closed } => PendingSignInText.For(refused.State, text),
        { State: PendingSignInState.AskCode } => CodeText.For(refused.Verdict, text, refused.TriesLeft),
        { Verdict: CodeVerdict.Malformed } => CommonText.StartAgain,
        _ => CodeText.For(refused.Verdict, text, refused.TriesLeft),
    };

    private static Sentence After(CodeVerdict.Wrong wrong, Sentence state) => new(
        $"That code did not work. {state.Title}",
        wrong.AlarmReference is { } reference ? $"{state.Text} Reference {reference}.".TrimStart() : state.Text);
}
