namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;
using TwoFactor.Web.Text.Accounts;

/// <summary>The text for people who accept an invitation or set up the first account.</summary>
public static class InvitationAcceptanceText
{
    public static Sentence LinkOver => new("This link works no longer.", "Nothing on your account has changed.");

    public static Sentence For(AcceptOutcome outcome, TextContext text) => outcome switch
    {
        AcceptOutcome.EnrollmentOpened or AcceptOutcome.AppKept => throw new NoSentenceException(outcome),
        AcceptOutcome.PasswordRefused(var why) => NewPasswordText.For(why, text),
        AcceptOutcome.NameRefused(var why) => InvitationText.For(why),
        AcceptOutcome.LinkOver => LinkOver,
        AcceptOutcome.KeyMissing => CommonText.KeyMissing(text),
    };
}
