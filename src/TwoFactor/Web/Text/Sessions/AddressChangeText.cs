namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Administration;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web.Text.Administration;

/// <summary>The text for an owner who changes mail addresses.</summary>
public static class AddressChangeText
{
    public static Sentence For(AddressOutcome outcome) => outcome switch
    {
        AddressOutcome.Changed or AddressOutcome.Unchanged => throw new NoSentenceException(outcome),
        AddressOutcome.FirstNotAnAddress or AddressOutcome.SecondNotAnAddress => InvitationText.For(new InviteOutcome.MailNotAllowed()),
        AddressOutcome.SameTwice => new Sentence(
            "Choose another second address", "Both are the same. Leave this empty, or enter another one."),
        AddressOutcome.Taken(var mail) => InvitationText.For(new InviteOutcome.MailTaken(mail)),
        AddressOutcome.ProofNeeded => CommonText.ProofNeeded,
        AddressOutcome.ChangedMeanwhile => CommonText.SignInChanged,
    };
}
