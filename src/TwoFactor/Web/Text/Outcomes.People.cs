namespace TwoFactor.Web.Text;

using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;

/// <summary>Links, new passwords, and what agents read.</summary>
public sealed partial class Outcomes
{
    /// <param name="message">What the page before left.</param>
    /// <param name="name">Whom it is about, where that is not the reader.</param>
    /// <param name="mail">Their address.</param>
    /// <param name="endsAt">When their ticket or invitation ends.</param>
    public string Note(FlashMessage message, string name = "", string mail = "", DateTimeOffset? endsAt = null) => message switch
    {
        FlashMessage.SignedOut => "You are signed out.",
        FlashMessage.FormKept => "Nothing was sent yet. Here is what you typed.",
        FlashMessage.MoreTime => "You have more time now.",
        FlashMessage.AddressesChanged => $"Changed. For {coolingOff.Hours} hours mails still go where they went before. All other sessions have ended.",
        FlashMessage.AddressesUnchanged => "It was so already. Nothing was changed.",
        FlashMessage.OneSessionEnded => "Session ended.",
        FlashMessage.OtherSessionsEnded => "All other sessions ended.",
        FlashMessage.Enrolled => "Done. From now on, signing in takes your password and a code.",
        FlashMessage.PasswordSet => "Your new password is set. Sign in with it, and with a code.",
        FlashMessage.ResetStopped => "The reset was stopped. Everything is as before.",
        FlashMessage.InvitationResent => "A new invitation is on its way to your mail address.",
        FlashMessage.InvitationTooOften => $"We sent {Numbers.InWords(tickets.InvitationResends).ToLowerInvariant()} already. Please contact {Support}.",
        FlashMessage.InvitationSent => $"The invitation is on its way to {mail}.{Ends(endsAt)}",
        FlashMessage.InvitationSentAgain => $"A new invitation is on its way to {mail}.{Ends(endsAt)}",
        FlashMessage.Unlocked => $"{name} can try again now.",
        FlashMessage.SwitchedOff => $"Switched off. {name}'s sessions have ended.",
        FlashMessage.SwitchedOn => $"Switched on. {name}'s authenticators work as before.",
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
        FlashMessage.PassMailed => $"{name}'s pass is on its way by mail. It works once, for {Numbers.Minutes(tickets.PassHours * 60)}.",
        FlashMessage.SecondAsked => $"Asked. A second person must approve it; {name} and they are told by mail.",
        FlashMessage.NoticeGiven => $"Notice is given. {name} and the admins are told by mail, and can stop it until it goes on.",
        FlashMessage.Approved => "Approved. Whoever asked for it hands it over.",
        FlashMessage.RequestStopped => "Stopped. Nothing more comes of it.",
        FlashMessage.ResetStoppedFrozen => $"The reset was stopped. {name}'s account stays frozen.",
        FlashMessage.LinkSent => $"A link for a new password is on its way to {name}.",
        FlashMessage.AccountSaved => "Saved.",
        FlashMessage.AccountSavedAndInvited => $"Saved. A new invitation is on its way to {mail}.",
        FlashMessage.AccountDeleted => "Deleted, with its secrets. Its events stay in the audit log.",
        FlashMessage.BulkInvited or FlashMessage.BulkReminded or FlashMessage.Imported => WaveNote(message, [])!,
        _ => throw new ArgumentOutOfRangeException(nameof(message)),
    };

    private static string Ends(DateTimeOffset? at) => at is { } moment ? $" It ends {Times.Moment(moment)}." : "";

    private static Sentence? ForPassword(PasswordVerdict verdict) => verdict switch
    {
        PasswordVerdict.TooShort(var least) => NewPasswordRefused($"Use at least {least} characters. A few words are fine."),
        PasswordVerdict.TooLong(var most) => NewPasswordRefused($"Use at most {most} characters."),
        PasswordVerdict.Common => NewPasswordRefused("This password is on the list of common ones. Choose another."),
        PasswordVerdict.BuiltFromNames => NewPasswordRefused("This password is built from a name or address that others know. Choose another."),
        _ => null,
    };

    private static Sentence NewPasswordRefused(string why) => new("Choose another password", why);

    private Sentence? ForNewPassword(NewPassword answer) => answer switch
    {
        NewPassword.Refused(var verdict) => ForPassword(verdict),
        NewPassword.Different => NewPasswordRefused("The two do not match."),
        NewPassword.Busy => Busy with { Text = "Your password was not set." },
        _ => null,
    };

    private static Sentence? ForSetup(SetupState state) => state switch
    {
        SetupState.EarlierStart => new Sentence(
            "This link was for an earlier start.",
            "The newest one is on the terminal, or in the file setup-link of the data directory.",
            Status: StatusCodes.Status404NotFound),
        SetupState.Unknown => new Sentence("There is no such page.", Status: StatusCodes.Status404NotFound),
        _ => null,
    };

    private Sentence? ForLink(LinkState state) => state switch
    {
        LinkState.Ended(var at) => new Sentence($"This link ended on {Times.Moment(at)}.", "Nothing on your account has changed."),
        LinkState.Used(var at) => new Sentence($"This was used on {Times.Moment(at)}.", $"Was it you? Sign in. Not you? Contact {Support} now."),
        LinkState.Replaced => new Sentence("This link was replaced by a newer one, or stopped.", $"Look for the newest mail, or contact {Support}."),
        LinkState.Unknown => new Sentence(
            "This link is not complete.", "Copy the whole address from the mail.", Status: StatusCodes.Status404NotFound),
        _ => null,
    };

    private Sentence? ForAccept(AcceptOutcome answer) => answer switch
    {
        AcceptOutcome.PasswordRefused(var why) => ForNewPassword(why),
        AcceptOutcome.NameRefused(var why) => ForInvite(why),
        AcceptOutcome.LinkOver => new Sentence("This link works no longer.", "Nothing on your account has changed."),
        AcceptOutcome.KeyMissing => KeyMissing,
        _ => null,
    };

    /// <summary>The same to everybody who asked for a new password, whoever they are.</summary>
    public Sentence LinkAskedFor => new(
        "If that account exists, a mail is on its way.",
        $"The link works for {Numbers.Minutes(tickets.PasswordLinkHours * 60)}. Nothing there? Look in the spam folder, or contact {Support}.");

    /// <summary>Without a mail server no link can be sent.</summary>
    public Sentence NoMailNoLink => new("Mails are not set up here, so we cannot send you a link.", $"Contact {Support}: they can help you to a new password.");

    private Sentence? ForPasswordLink(PasswordLinkOutcome answer) => answer switch
    {
        PasswordLinkOutcome.PasswordRefused(var why) => ForNewPassword(why),
        PasswordLinkOutcome.LinkOver => ForAccept(new AcceptOutcome.LinkOver()),
        _ => null,
    };

    private Sentence? ForNotMe(NotMeState state) => state switch
    {
        NotMeState.Stopped(_, true) => new Sentence("Stopped. Nobody can sign in as you now.", $"Please contact {Support}."),
        NotMeState.Stopped(var at, false) => new Sentence($"This was stopped on {Times.Moment(at)}.", $"Your account was set up again since. Is something wrong? Contact {Support} now."),
        NotMeState.Over(var at) => new Sentence($"This link ended on {Times.Moment(at)}.", $"Is something wrong with your sign-in? Contact {Support} now."),
        NotMeState.Unknown => ForLink(new LinkState.Unknown()),
        _ => null,
    };

    private static Sentence? ForInvite(InviteOutcome answer) => answer switch
    {
        InviteOutcome.NameNotAllowed => new Sentence("Check the user name", "A user name has 1 to 64 letters, digits, dots, underscores or hyphens."),
        InviteOutcome.MailNotAllowed => new Sentence("Check the mail address", "Enter a mail address, like ana@acme.example."),
        InviteOutcome.NameTaken(var taken) => new Sentence("Choose another user name", $"There is already an account named {taken}."),
        InviteOutcome.MailTaken(var taken) => new Sentence("Choose another mail address", $"{taken} belongs to another account."),
        InviteOutcome.GroupNotAllowed => new Sentence("Check the groups", $"A group has 1 to {GroupName.Longest} letters, digits or other visible characters. Between two stands a semicolon."),
        InviteOutcome.DateNotAllowed => new Sentence("Check the date", "Enter a date, like 2026-12-24."),
        InviteOutcome.Altered(var name) => new Sentence($"The role or the mail address of {name} was altered in the database. Nobody was mailed. Run audit verify on the server.", Status: Forbidden),
        InviteOutcome.RankForbids(var name) => new Sentence($"Only somebody with a higher role can change {name}.", Status: Forbidden),
        InviteOutcome.NotForThisRole => new Sentence("Only an admin can do this.", Status: Forbidden),
        InviteOutcome.ProofNeeded => new Sentence("Confirm with a code first.", "Nothing was changed."),
        InviteOutcome.NoSuchAccount => new Sentence("There is no such account.", Status: StatusCodes.Status404NotFound),
        InviteOutcome.EnrolledAlready => new Sentence("This account is enrolled already.", "For a lost phone, reset it."),
        InviteOutcome.SwitchedOff => new Sentence("This account is switched off.", "Switch it on first."),
        _ => null,
    };

    private Sentence? ForResend(ResendOutcome answer) => answer switch
    {
        ResendOutcome.Sent => new Sentence(Note(FlashMessage.InvitationResent)),
        ResendOutcome.TooOften => new Sentence(Note(FlashMessage.InvitationTooOften)),
        ResendOutcome.NotPossible => new Sentence("This invitation cannot be sent again.", $"Please contact {Support}."),
        _ => null,
    };
}
