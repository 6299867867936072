namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;
using TwoFactor.Web.Text.Accounts;

/// <summary>The text for people who ask for a password link, and who use it.</summary>
public static class PasswordLinkText
{
    public static Sentence For(PasswordLinkOutcome outcome, TextContext text) => outcome switch
    {
        PasswordLinkOutcome.Changed => throw new NoSentenceException(outcome),
        PasswordLinkOutcome.PasswordRefused(var why) => NewPasswordText.For(why, text),
        PasswordLinkOutcome.LinkOver => InvitationAcceptanceText.LinkOver,
    };

    /// <summary>The same answer for everybody who asks for a new password, so that it does not tell whether the account exists.</summary>
    public static Sentence AskedFor(TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence(
            "If that account exists, a mail is on its way.",
            $"The link works for {Numbers.Minutes(text.Tickets.PasswordLinkHours * 60)}. "
                + $"Nothing there? Look in the spam folder, or contact {text.Support}.");
    }

    /// <summary>The answer without a mail server, when no link can be sent.</summary>
    public static Sentence NoMail(TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence(
            "Mails are not set up here, so we cannot send you a link.", $"Contact {text.Support}: they can help you to a new password.");
    }
}
