namespace TwoFactor.Web.Text;

using TwoFactor.Web.Text.Administration;

/// <summary>A message that one page leaves for the next.</summary>
public enum FlashMessage
{
    SignedOut,
    FormKept,
    MoreTime,
    AddressesChanged,
    AddressesAsked,
    AddressConfirmed,
    AddressesUnchanged,
    OneSessionEnded,
    OtherSessionsEnded,
    Enrolled,
    PasswordSet,
    ResetStopped,
    InvitationResent,
    InvitationTooOften,
    InvitationSent,
    InvitationSentAgain,
    Unlocked,
    SwitchedOff,
    SwitchedOn,
    TicketMailed,
    NewQrCode,
    RecoveryCodesSaved,
    RecoveryCodesOver,
    RecoveryCodesNewer,
    Confirmed,
    Acknowledged,
    PasswordChanged,
    AuthenticatorAdded,
    AuthenticatorReplaced,
    AuthenticatorRemoved,
    AuthenticatorRenamed,
    PassMailed,
    SecondAsked,
    NoticeGiven,
    Approved,
    RequestStopped,
    ResetStoppedFrozen,
    LinkSent,
    AccountSaved,
    AccountSavedAndInvited,
    AccountDeleted,
    MailRetried,
    NothingToRetry,
    BulkInvited,
    BulkReminded,
    Imported,
    SessionsEnded,
}

/// <summary>The text of the messages that one page leaves for the next.</summary>
public static class FlashText
{
    /// <param name="message">The message that the page before left.</param>
    /// <param name="name">The name of the account that it is about, when that is not the reader's.</param>
    /// <param name="mail">The mail address of that account.</param>
    /// <param name="endsAt">When the ticket or invitation of that account ends.</param>
    /// <param name="numbers">The numbers of an act on many accounts, as <see cref="PeopleListText.ForBulk"/> reads them.</param>
    public static string For(
        FlashMessage message,
        TextContext text,
        string name = "",
        string mail = "",
        DateTimeOffset? endsAt = null,
        IReadOnlyList<int>? numbers = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return message switch
        {
            FlashMessage.SignedOut => "You are signed out.",
            FlashMessage.FormKept => "Nothing was sent yet. Here is what you typed.",
            FlashMessage.MoreTime => "You have more time now.",
            FlashMessage.AddressesChanged =>
                $"Changed. For {text.CoolingOff.Hours} hours mails still go where they went before. All other sessions have ended.",
            FlashMessage.AddressesAsked =>
                $"Look into the mailbox of the new address: it counts once you have opened the link there. It works for "
                    + $"{Numbers.Minutes(text.Tickets.AddressHours * 60)}.",
            FlashMessage.AddressConfirmed =>
                $"Changed. For {text.CoolingOff.Hours} hours mails still go where they went before. Sign in again.",
            FlashMessage.AddressesUnchanged => CommonText.Unchanged.Title,
            FlashMessage.OneSessionEnded => "Session ended.",
            FlashMessage.OtherSessionsEnded => "All other sessions ended.",
            FlashMessage.Enrolled => "Done. From now on, signing in takes your password and a code.",
            FlashMessage.PasswordSet => "Your new password is set. Sign in with it, and with a code.",
            FlashMessage.ResetStopped => "The reset was stopped. Everything is as before.",
            FlashMessage.InvitationResent => "A new invitation is on its way to your mail address.",
            FlashMessage.InvitationTooOften =>
                $"We sent {Numbers.InWords(text.Tickets.InvitationResends).ToLowerInvariant()} already. Please contact {text.Support}.",
            FlashMessage.InvitationSent => $"The invitation is on its way to {mail}.{Ends(endsAt)}",
            FlashMessage.InvitationSentAgain => $"A new invitation is on its way to {mail}.{Ends(endsAt)}",
            FlashMessage.Unlocked => $"{name} can try again now.",
            FlashMessage.SwitchedOff => $"Switched off. {name}'s sessions have ended.",
            FlashMessage.SwitchedOn => $"Switched on. {name}'s authenticators work as before.",
            FlashMessage.SessionsEnded => $"{name}'s sessions have ended.",
            FlashMessage.TicketMailed => $"{name}'s ticket is on its way by mail.{Ends(endsAt)}",
            FlashMessage.NewQrCode => "This is a new picture.",
            FlashMessage.RecoveryCodesSaved => "Saved. These recovery codes are valid now, and all older ones are not.",
            FlashMessage.RecoveryCodesOver => "Those codes can no longer be saved. Nothing was changed.",
            FlashMessage.RecoveryCodesNewer => "You made newer codes in another tab. These are the ones to save.",
            FlashMessage.Confirmed => "Confirmed. You can go on now.",
            FlashMessage.PasswordChanged => "Your password is changed. All other sessions have ended.",
            FlashMessage.AuthenticatorAdded => "Done. The new authenticator works.",
            FlashMessage.AuthenticatorReplaced => "Done. From now on, codes come from the new authenticator alone.",
            FlashMessage.AuthenticatorRemoved => "Removed. Delete its line in the app.",
            FlashMessage.AuthenticatorRenamed => "Renamed.",
            FlashMessage.MailRetried => "They are tried again now. What still cannot be sent comes back here.",
            FlashMessage.NothingToRetry => "Nothing waits any more that can be tried again.",
            FlashMessage.Acknowledged => "Thank you.",
            FlashMessage.PassMailed =>
                $"{name}'s pass is on its way by mail. It works once, for {Numbers.Minutes(text.Tickets.PassHours * 60)}.",
            FlashMessage.SecondAsked => $"Asked. A second person must approve it; {name} and they are told by mail.",
            FlashMessage.NoticeGiven => $"Notice is given. {name} and the admins are told by mail, and can stop it until it goes on.",
            FlashMessage.Approved => "Approved. Whoever asked for it hands it over.",
            FlashMessage.RequestStopped => "Stopped. Nothing more comes of it.",
            FlashMessage.ResetStoppedFrozen => $"The reset was stopped. {name}'s account stays frozen.",
            FlashMessage.LinkSent => $"A link for a new password is on its way to {name}.",
            FlashMessage.AccountSaved => "Saved.",
            FlashMessage.AccountSavedAndInvited => $"Saved. A new invitation is on its way to {mail}.",
            FlashMessage.AccountDeleted => "Deleted, with its secrets. Its events stay in the audit log.",
            FlashMessage.BulkInvited or FlashMessage.BulkReminded or FlashMessage.Imported =>
                PeopleListText.ForBulk(message, numbers ?? []),
            _ => throw new ArgumentOutOfRangeException(nameof(message)),
        };
    }

    private static string Ends(DateTimeOffset? at) => at is { } moment ? $" It ends {Times.Moment(moment)}." : "";
}
