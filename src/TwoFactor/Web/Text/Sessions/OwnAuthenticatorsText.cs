namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Authenticators;
using TwoFactor.Sessions.SelfService;

/// <summary>The text for an owner who changes authenticators.</summary>
public static class OwnAuthenticatorsText
{
    public static Sentence For(OwnAuthenticatorOutcome outcome, TextContext text) => outcome switch
    {
        OwnAuthenticatorOutcome.Opened or OwnAuthenticatorOutcome.Removed or OwnAuthenticatorOutcome.Renamed =>
            throw new NoSentenceException(outcome),
        OwnAuthenticatorOutcome.OnlyOne => new Sentence("This is your only authenticator.", "Add another one first, then remove this."),
        OwnAuthenticatorOutcome.ChangedMeanwhile => CommonText.SignInChanged,
        OwnAuthenticatorOutcome.TooMany(var most) => new Sentence(
            $"You have {Numbers.InWords(most).ToLowerInvariant()} authenticators, and that is the most.", "Remove one first."),
        OwnAuthenticatorOutcome.LabelTaken(var label) => new Sentence(
            "Choose another name", $"You already have an authenticator named {label}. Choose another name."),
        OwnAuthenticatorOutcome.LabelEmpty => new Sentence(
            "Choose a name", $"A name has 1 to {Authenticator.LongestLabel} characters, like Pixel 8."),
        OwnAuthenticatorOutcome.NotFound => new Sentence("There is no such authenticator.", Status: StatusCodes.Status404NotFound),
        OwnAuthenticatorOutcome.ProofNeeded => CommonText.ProofNeeded,
        OwnAuthenticatorOutcome.KeyMissing => CommonText.KeyMissing(text),
    };
}
