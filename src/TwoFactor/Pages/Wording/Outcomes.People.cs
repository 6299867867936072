namespace TwoFactor.Pages;

using TwoFactor.Accounts;
using TwoFactor.Administration;

/// <summary>Links, new passwords, and what agents read.</summary>
public sealed partial class Outcomes
{
    /// <param name="word">What the page before left.</param>
    /// <param name="name">Whom it is about, where that is not the reader.</param>
    /// <param name="mail">Their address.</param>
    /// <param name="endsAt">When their ticket or invitation ends.</param>
    public string Note(NoteWord word, string name = "", string mail = "", DateTimeOffset? endsAt = null) => word switch
    {
        NoteWord.SignedOut => "You are signed out.",
        NoteWord.FormKept => "Nothing was sent yet. Here is what you typed.",
        NoteWord.MoreTime => "You have more time now.",
        NoteWord.AddressesChanged => $"Changed. For {caution.Hours} hours mails still go where they went before. All other sessions have ended.",
        NoteWord.AddressesUnchanged => "It was so already. Nothing was changed.",
        NoteWord.OneSessionEnded => "Session ended.",
        NoteWord.OtherSessionsEnded => "All other sessions ended.",
        NoteWord.Enrolled => "Done. From now on, signing in takes your password and a code.",
        NoteWord.PasswordSet => "Your new password is set. Sign in with it, and with a code.",
        NoteWord.ResetStopped => "The reset was stopped. Everything is as before.",
        NoteWord.InvitationResent => "A new invitation is on its way to your mail address.",
        NoteWord.InvitationTooOften => $"We sent {Numbers.Word(tickets.InvitationResends).ToLowerInvariant()} already. Please contact {Support}.",
        NoteWord.InvitationSent => $"The invitation is on its way to {mail}.{Ends(endsAt)}",
        NoteWord.InvitationSentAgain => $"A new invitation is on its way to {mail}.{Ends(endsAt)}",
        NoteWord.Unlocked => $"{name} can try again now.",
        NoteWord.SwitchedOff => $"Switched off. {name}'s sessions have ended.",
        NoteWord.SwitchedOn => $"Switched on. {name}'s authenticators work as before.",
        NoteWord.TicketMailed => $"{name}'s ticket is on its way by mail.{Ends(endsAt)}",
        NoteWord.NewPicture => "This is a new picture.",
        NoteWord.RecoveryCodesSaved => "Saved. These recovery codes are valid now, and all older ones are not.",
        NoteWord.RecoveryCodesOver => "Those codes can no longer be saved. Nothing was changed.",
        NoteWord.RecoveryCodesNewer => "You made newer codes in another tab. These are the ones to save.",
        NoteWord.Confirmed => "Confirmed. You can go on now.",
        NoteWord.PasswordChanged => "Your password is changed. All other sessions have ended.",
        NoteWord.AuthenticatorAdded => "Done. The new authenticator works.",
        NoteWord.AuthenticatorReplaced => "Done. From now on, codes come from the new authenticator alone.",
        NoteWord.AuthenticatorRemoved => "Removed. Delete its line in the app.",
        NoteWord.AuthenticatorRenamed => "Renamed.",
        NoteWord.Acknowledged => "Thank you.",
        _ => throw new ArgumentOutOfRangeException(nameof(word)),
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

    private static Sentence? ForSetup(SetupLook look) => look switch
    {
        SetupLook.EarlierStart => new Sentence(
            "This link was for an earlier start.",
            "The newest one is on the terminal, or in the file setup-link of the data directory.",
            Status: StatusCodes.Status404NotFound),
        SetupLook.Unknown => new Sentence("There is no such page.", Status: StatusCodes.Status404NotFound),
        _ => null,
    };

    private Sentence? ForLink(LinkLook look) => look switch
    {
        LinkLook.Ended(var at) => new Sentence($"This link ended on {Times.Moment(at)}.", "Nothing on your account has changed."),
        LinkLook.Used(var at) => new Sentence($"This was used on {Times.Moment(at)}.", $"Was it you? Sign in. Not you? Contact {Support} now."),
        LinkLook.Replaced => new Sentence("This link was replaced by a newer one, or stopped.", $"Look for the newest mail, or contact {Support}."),
        LinkLook.Unknown => new Sentence(
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

    private Sentence? ForNotMe(NotMeLook look) => look switch
    {
        NotMeLook.Stopped(_, true) => new Sentence("Stopped. Nobody can sign in as you now.", $"Please contact {Support}."),
        NotMeLook.Stopped(var at, false) => new Sentence($"This was stopped on {Times.Moment(at)}.", $"Your account was set up again since. Is something wrong? Contact {Support} now."),
        NotMeLook.Over(var at) => new Sentence($"This link ended on {Times.Moment(at)}.", $"Is something wrong with your sign-in? Contact {Support} now."),
        NotMeLook.Unknown => ForLink(new LinkLook.Unknown()),
        _ => null,
    };

    private static Sentence? ForInvite(InviteOutcome answer) => answer switch
    {
        InviteOutcome.NameNotAllowed => new Sentence("Check the user name", "A user name has 1 to 64 letters, digits, dots, underscores or hyphens."),
        InviteOutcome.MailNotAllowed => new Sentence("Check the mail address", "Enter a mail address, like ana@acme.example."),
        InviteOutcome.NameTaken(var taken) => new Sentence("Choose another user name", $"There is already an account named {taken}."),
        InviteOutcome.MailTaken(var taken) => new Sentence("Choose another mail address", $"{taken} belongs to another account."),
        InviteOutcome.RankForbids(var name) => new Sentence($"Only somebody with a higher role can change {name}.", Status: Forbidden),
        InviteOutcome.NoSuchAccount => new Sentence("There is no such account.", Status: StatusCodes.Status404NotFound),
        InviteOutcome.EnrolledAlready => new Sentence("This account is enrolled already.", "For a lost phone, reset it."),
        InviteOutcome.SwitchedOff => new Sentence("This account is switched off.", "Switch it on first."),
        _ => null,
    };

    private Sentence? ForResend(ResendOutcome answer) => answer switch
    {
        ResendOutcome.Sent => new Sentence(Note(NoteWord.InvitationResent)),
        ResendOutcome.TooOften => new Sentence(Note(NoteWord.InvitationTooOften)),
        ResendOutcome.NotPossible => new Sentence("This invitation cannot be sent again.", $"Please contact {Support}."),
        _ => null,
    };

    private Sentence? ForReset(ResetOutcome answer, string name) => answer switch
    {
        ResetOutcome.Mailed(var endsAt) => new Sentence($"{name}'s ticket is on its way by mail. It ends {Times.Moment(endsAt)}."),
        ResetOutcome.HandOver(_, var endsAt) => new Sentence(
            $"Ticket for {name}",
            $"It is shown once. Hand it over in person. It ends {Times.Moment(endsAt)}, and needs {name}'s password too."),
        ResetOutcome.Incomplete(var gaps) => ForGap(gaps[0], name),
        ResetOutcome.CodeRefused(var verdict) => ForCode(verdict, null),
        ResetOutcome.RankForbids => new Sentence($"Only somebody with a higher role can change {name}.", Status: Forbidden),
        ResetOutcome.Oneself => new Sentence(
            "You cannot reset yourself.", "Ask another admin, or use the command account reset on the server.", Status: Forbidden),
        ResetOutcome.NeedsSecondApprover(var userName, var since) => new Sentence(
            "This reset needs a second person.",
            $"{name}'s password was set by a mailed link, or a mail address was changed, on {Times.Moment(since)}. Use the command account reset {userName} on the server.",
            Status: Forbidden),
        ResetOutcome.NotEnrolledYet => new Sentence($"{name} has not enrolled yet.", "Send a new invitation instead."),
        ResetOutcome.ChangedMeanwhile => new Sentence("This account changed meanwhile. Look again."),
        ResetOutcome.NoSuchAccount => new Sentence("There is no such account.", Status: StatusCodes.Status404NotFound),
        _ => null,
    };

    /// <summary>What a reset's form lacks.</summary>
    public static Sentence ForGap(ResetGap gap, string name) => gap switch
    {
        ResetGap.Verified => new Sentence("The form is not complete", $"Choose how you checked that this is {name}."),
        ResetGap.Note => new Sentence("The form is not complete", "Say in a few words how you checked."),
        ResetGap.Reason => new Sentence("The form is not complete", $"Say why. {name} will read this."),
        ResetGap.TooLong => new Sentence("That was too long", $"Use at most {ResetRequest.LongestText} characters."),
        ResetGap.Delivery => new Sentence("The form is not complete", "Choose how the ticket reaches its owner."),
        ResetGap.HandOverNeedsBadge => new Sentence(
            "This ticket can only go by mail", "Handing a ticket over takes an admin who saw a badge in person."),
        ResetGap.MailInDoubt => new Sentence(
            "This ticket cannot go by mail",
            $"{name}'s password was set by a mailed link, or a mail address was changed, and nobody has signed in fully since. Hand the ticket over in person."),
        _ => throw new ArgumentOutOfRangeException(nameof(gap)),
    };

    private static Sentence? ForSwitch(SwitchOutcome answer, string name) => answer switch
    {
        SwitchOutcome.Done => new Sentence("Done."),
        SwitchOutcome.Unchanged => new Sentence("It was so already. Nothing was changed."),
        SwitchOutcome.ReasonMissing => new Sentence("Say why", $"Say why, in at most {ResetRequest.LongestText} characters."),
        SwitchOutcome.RankForbids => new Sentence($"Only somebody with a higher role can change {name}.", Status: Forbidden),
        SwitchOutcome.NoSuchAccount => new Sentence("There is no such account.", Status: StatusCodes.Status404NotFound),
        SwitchOutcome.NotWaiting => new Sentence($"{name} is not waiting."),
        SwitchOutcome.UnlockedAlready(var at) => new Sentence($"Unlocked already at {Times.Moment(at)}. It works once a day."),
        SwitchOutcome.GuardClosed => new Sentence(
            $"{name}'s authenticator was switched off after many wrong codes.", "Unlocking cannot help; a reset can."),
        SwitchOutcome.LastAdmin => new Sentence($"{name} is the last admin who can sign in.", "Make another one first."),
        _ => null,
    };
}
