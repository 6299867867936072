namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Accounts.Groups;
using TwoFactor.Administration;

/// <summary>The text for an agent who invites, and for anybody who types a name or an address that is not allowed.</summary>
public static class InvitationText
{
    private const int Forbidden = StatusCodes.Status403Forbidden;

    public static Sentence For(InviteOutcome outcome) => outcome switch
    {
        InviteOutcome.Invited => throw new NoSentenceException(outcome),
        InviteOutcome.NameNotAllowed => new Sentence(
            "Check the user name", "A user name has 1 to 64 letters, digits, dots, underscores or hyphens."),
        InviteOutcome.MailNotAllowed => new Sentence("Check the mail address", "Enter a mail address, like ana@acme.example."),
        InviteOutcome.NameTaken(var taken) => new Sentence("Choose another user name", $"There is already an account named {taken}."),
        InviteOutcome.MailTaken(var taken) => new Sentence("Choose another mail address", $"{taken} belongs to another account."),
        InviteOutcome.GroupNotAllowed => new Sentence(
            "Check the groups",
            $"A group has 1 to {GroupName.Longest} letters, digits or other visible characters. Between two stands a semicolon."),
        InviteOutcome.DateNotAllowed => new Sentence("Check the date", "Enter a date, like 2026-12-24."),
        InviteOutcome.Altered(var name) => new Sentence(
            $"The role or the mail address of {name} was altered in the database. Nobody was mailed. Run audit verify on the server.",
            Status: Forbidden),
        InviteOutcome.RankForbids(var name) => CommonText.RankForbids(name),
        InviteOutcome.NotForThisRole => new Sentence("Only an admin can do this.", Status: Forbidden),
        InviteOutcome.ProofNeeded => new Sentence("Confirm with a code first.", "Nothing was changed."),
        InviteOutcome.NoSuchAccount => CommonText.NoSuchAccount,
        InviteOutcome.EnrolledAlready => new Sentence("This account is enrolled already.", "For a lost phone, reset it."),
        InviteOutcome.SwitchedOff => new Sentence("This account is switched off.", "Switch it on first."),
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
