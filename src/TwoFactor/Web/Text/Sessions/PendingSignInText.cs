namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Web.Text.Authenticators;

/// <summary>The text of why a pending sign-in cannot ask for a code.</summary>
public static class PendingSignInText
{
    public static Sentence For(PendingSignInState state, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return state switch
        {
            PendingSignInState.AskCode => throw new NoSentenceException(state),
            PendingSignInState.Waiting(_, var until, var hasCode) => CodeText.For(new CodeVerdict.Waiting(until), text) with
            {
                Text = hasCode ? "A recovery code works now." : null,
            },
            PendingSignInState.Closed(_, false) => new Sentence(
                CommonText.GuardClosed,
                $"If these were not you, somebody may know your password: change it. Contact {text.Support}."),
            PendingSignInState.Closed => CodeText.For(new CodeVerdict.Closed(), text),
            PendingSignInState.ResetOpen(_, var since, true) => new Sentence(
                $"The help desk started a reset of your sign-in on {Times.Moment(since)}.",
                "Have your ticket? Enter it below. Did not ask for this and still have your phone? Cancel it with a code."),
            PendingSignInState.ResetOpen(_, var since, _) => new Sentence(
                $"The help desk started a reset of your sign-in on {Times.Moment(since)}.", "Have your ticket? Enter it below."),
            PendingSignInState.NoAuthenticator => new Sentence(
                "You have no authenticator yet.", "Enter the ticket from the help desk, or open the link in your invitation."),
            PendingSignInState.Disabled => CommonText.SwitchedOff(text),
            PendingSignInState.Frozen(_, var since) => CommonText.Frozen(since, text),
            PendingSignInState.Over => CommonText.StartAgain,
        };
    }
}
