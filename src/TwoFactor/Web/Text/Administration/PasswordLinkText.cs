namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;
using TwoFactor.Web.Text.Accounts;

/// <summary>What people read who ask for a new password by mail, and who set it.</summary>
public static class PasswordLinkText
{
    public static Sentence For(PasswordLinkOutcome outcome, TextContext text) => outcome switch
    {
        PasswordLinkOutcome.Changed => throw new LeadsOnException(outcome),
        PasswordLinkOutcome.PasswordRefused(var why) => NewPasswordText.For(why, text),
        PasswordLinkOutcome.LinkOver => InvitationAcceptanceText.LinkOver,
    };

    /// <summary>The same to everybody who asked for a new password, whoever they are.</summary>
    public static Sentence AskedFor(TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence(
            "If that account exists, a mail is on its way.",
            $"The link works for {Numbers.Minutes(text.Tickets.PasswordLinkHours * 60)}. "
                + $"Nothing there? Look in the spam folder, or contact {text.Support}.");
    }

    /// <summary>Without a mail server no link can be sent.</summary>
    public static Sentence NoMail(TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence(
            "Mails are not set up here, so we cannot send you a link.", $"Contact {text.Support}: they can help you to a new password.");
    }
}
