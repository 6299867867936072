namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;
using TwoFactor.Administration.Importing;

/// <summary>The text for an agent who invites, and for anybody who types a name or an address that is not allowed.</summary>
public static class InvitationText
{
    private const int Forbidden = StatusCodes.Status403Forbidden;

    public static Sentence For(InviteOutcome outcome) => outcome switch
    {
        InviteOutcome.Invited => throw new NoSentenceException(outcome),
        InviteOutcome.NameNotAllowed => new Sentence("Check the user name", ImportMessages.UserName),
        InviteOutcome.MailNotAllowed => new Sentence("Check the mail address", "Enter a mail address, like ana@acme.example."),
        InviteOutcome.NameTaken(var taken) => new Sentence("Choose another user name", $"There is already an account named {taken}."),
        InviteOutcome.MailTaken(var taken) => new Sentence("Choose another mail address", ImportMessages.MailTaken(taken)),
        InviteOutcome.GroupNotAllowed => new Sentence("Check the groups", ImportMessages.Groups),
        InviteOutcome.DateNotAllowed => new Sentence("Check the date", "Enter a date, like 2026-12-24."),
        InviteOutcome.Altered(var name) => new Sentence(
            $"The account of {name} was altered in the database. Nobody was mailed. Run audit verify on the server.",
            Status: Forbidden),
        InviteOutcome.RankForbids(var name) => CommonText.RankForbids(name),
        InviteOutcome.NotForThisRole => new Sentence("Only an admin can do this.", Status: Forbidden),
        InviteOutcome.ProofNeeded => new Sentence("Confirm with a code first.", "Nothing was changed."),
        InviteOutcome.NoSuchAccount => CommonText.NoSuchAccount,
        InviteOutcome.EnrolledAlready => new Sentence("This account is enrolled already.", "For a lost phone, reset it."),
        InviteOutcome.SwitchedOff => CommonText.SwitchOnFirst,
    };
}

/// <summary>The text for people who ask for their invitation again.</summary>
public static class ResendText
{
    public static Sentence For(ResendOutcome outcome, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return outcome switch
        {
            ResendOutcome.Sent => new Sentence(FlashText.For(FlashMessage.InvitationResent, text)),
            ResendOutcome.TooOften => new Sentence(FlashText.For(FlashMessage.InvitationTooOften, text)),
            ResendOutcome.NotPossible => new Sentence("This invitation cannot be sent again.", $"Please contact {text.Support}."),
        };
    }
}
