namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Administration;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web.Text.Administration;

/// <summary>The text for an owner who changes mail addresses.</summary>
public static class AddressChangeText
{
    public static Sentence For(AddressOutcome outcome) => outcome switch
    {
        AddressOutcome.Changed or AddressOutcome.Asked or AddressOutcome.Unchanged or AddressOutcome.Dropped =>
            throw new NoSentenceException(outcome),
        AddressOutcome.FirstNotAnAddress or AddressOutcome.SecondNotAnAddress => InvitationText.For(new InviteOutcome.MailNotAllowed()),
        AddressOutcome.SameTwice => new Sentence(
            "Choose another second address", "Both are the same. Leave this empty, or enter another one."),
        AddressOutcome.TooOften => new Sentence("Wait a while", "We sent several links already. Try again in an hour."),
        AddressOutcome.Taken(var mail) => InvitationText.For(new InviteOutcome.MailTaken(mail)),
        AddressOutcome.ProofNeeded => CommonText.ProofNeeded,
        AddressOutcome.ChangedMeanwhile => CommonText.SignInChanged,
    };
}
