namespace TwoFactor.Web.Text;

using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Sessions.SelfService;

/// <summary>What agents read: resets and passes, switches, edits.</summary>
public sealed partial class Outcomes
{
    private Sentence? ForHelp(HelpOutcome answer, string name) => answer switch
    {
        HelpOutcome.Mailed(HelpKind.Pass, var endsAt) => new Sentence($"{name}'s pass is on its way by mail. It works once, until {Times.Moment(endsAt)}."),
        HelpOutcome.Mailed(_, var endsAt) => new Sentence($"{name}'s ticket is on its way by mail. It ends {Times.Moment(endsAt)}."),
        HelpOutcome.HandOver(_, var endsAt) => new Sentence(
            $"Ticket for {name}",
            $"It is shown once. Hand it over in person. It ends {Times.Moment(endsAt)}, and needs {name}'s password too."),
        HelpOutcome.HandOverPass(_, var endsAt) => new Sentence(
            $"Pass for {name}",
            $"It is shown once. Hand it over in person. It works once, until {Times.Moment(endsAt)}, under “Use a recovery code”, and needs {name}'s password too."),
        HelpOutcome.AwaitsSecond(var until) => new Sentence(
            "Asked.", $"A second person must approve it until {Times.Moment(until)}. {name} and they are told by mail."),
        HelpOutcome.AwaitsTime(var ripe) => new Sentence(
            "Notice is given.", $"There is nobody to approve it. You can go on from {Times.Moment(ripe)}, unless somebody stops it."),
        HelpOutcome.Approved(HelpKind.Pass) => new Sentence("Approved.", "Whoever asked for it hands the pass over."),
        HelpOutcome.Approved => new Sentence("Approved.", $"{name}'s account is held. Whoever asked for it hands the ticket over."),
        HelpOutcome.Incomplete(var gaps) => ForGap(gaps[0], name),
        HelpOutcome.CodeRefused(var verdict) => ForCode(verdict, null),
        HelpOutcome.RankForbids => new Sentence($"Only somebody with a higher role can change {name}.", Status: Forbidden),
        HelpOutcome.Oneself => new Sentence(
            "You cannot reset yourself.", "Ask another admin, or use the command account reset on the server.", Status: Forbidden),
        HelpOutcome.AdminMustApprove(var asker) => new Sentence(
            "An admin must approve this.", $"Only an admin hands it over, and {asker} is not one.", Status: Forbidden),
        HelpOutcome.SecondCame(var who) => new Sentence(
            "There is somebody now who can approve it.", $"{who} must, before you hand it over.", Status: Forbidden),
        HelpOutcome.AskedAlready => new Sentence("You asked for this already.", "It is not over: it stands under Resets."),
        HelpOutcome.OtherHandsOver(var admin) => new Sentence($"{admin} hands it over.", Status: Forbidden),
        HelpOutcome.ResetStopped(true) => new Sentence("The reset was stopped.", $"{name}'s account stays frozen."),
        HelpOutcome.ResetStopped => new Sentence(Note(FlashMessage.ResetStopped)),
        HelpOutcome.NoReset => new Sentence("No reset is open any more. Look again."),
        HelpOutcome.OwnRequest => new Sentence("You asked for this yourself.", "Somebody else must approve it.", Status: Forbidden),
        HelpOutcome.NobodyElse(var userName, var until) => new Sentence(
            "This takes a second person, and there is nobody who could.",
            $"{(until > time.GetUtcNow() ? $"From {Times.Moment(until)} an admin may hand it over alone." : "Ask an admin.")} The command account reset {userName} on the server always can.",
            Status: Forbidden),
        HelpOutcome.TooMany(var most) => new Sentence(
            $"You have started {most} resets and passes in 24 hours.", "More are refused until tomorrow, and the admins are told. Somebody else can help, or the command line on the server.", Status: Forbidden),
        HelpOutcome.NotEnrolledYet => new Sentence($"{name} has not enrolled yet.", "Send a new invitation instead."),
        HelpOutcome.GuardClosed => new Sentence($"{name}'s authenticator was switched off after many wrong codes.", "A pass cannot help; a reset can."),
        HelpOutcome.OnHold => new Sentence($"{name}'s account is on hold.", "A pass cannot help while it is."),
        HelpOutcome.ChangedMeanwhile => new Sentence("This account changed meanwhile. Look again."),
        HelpOutcome.RequestStopped => new Sentence("Stopped. Nothing more comes of it."),
        HelpOutcome.NotWaiting => new Sentence("This waits no longer.", "It was approved, stopped or handed over, or the account changed. Look again."),
        HelpOutcome.NoSuchAccount => new Sentence("There is no such account.", Status: StatusCodes.Status404NotFound),
        _ => null,
    };

    /// <summary>What the form lacks.</summary>
    public static Sentence ForGap(HelpGap gap, string name) => gap switch
    {
        HelpGap.Verified => new Sentence("The form is not complete", $"Choose how you checked that this is {name}."),
        HelpGap.Note => new Sentence("The form is not complete", "Say in a few words how you checked."),
        HelpGap.Reason => new Sentence("The form is not complete", $"Say why. {name} will read this."),
        HelpGap.TooLong => new Sentence("That was too long", $"Use at most {HelpForm.LongestText} characters."),
        HelpGap.Delivery => new Sentence("The form is not complete", "Choose how it reaches its owner."),
        HelpGap.HandOverNeedsBadge => new Sentence(
            "This can only go by mail", "Handing it over takes an admin who saw a badge in person."),
        HelpGap.BadgeNotSeen => new Sentence(
            "One thing is missing", $"Hand it over only with {name} before you, and say that you saw the badge."),
        HelpGap.MailInDoubt => new Sentence(
            "This cannot go by mail",
            $"{name}'s password was set by a mailed link, or a mail address was changed, and nobody has signed in fully since. Hand it over in person."),
        _ => throw new ArgumentOutOfRangeException(nameof(gap)),
    };

    private Sentence? ForSwitch(LockoutOutcome answer, string name) => answer switch
    {
        LockoutOutcome.Done => new Sentence("Done."),
        LockoutOutcome.Unchanged => new Sentence("It was so already. Nothing was changed."),
        LockoutOutcome.ReasonMissing => new Sentence("The form is not complete", $"Say why, in at most {HelpForm.LongestText} characters."),
        LockoutOutcome.RankForbids => new Sentence($"Only somebody with a higher role can change {name}.", Status: Forbidden),
        LockoutOutcome.NoSuchAccount => new Sentence("There is no such account.", Status: StatusCodes.Status404NotFound),
        LockoutOutcome.NotWaiting => new Sentence($"{name} is not waiting."),
        LockoutOutcome.UnlockedAlready(var at) => new Sentence($"Unlocked already at {Times.Moment(at)}. It works once a day."),
        LockoutOutcome.GuardClosed => new Sentence(
            $"{name}'s authenticator was switched off after many wrong codes.", "Unlocking cannot help; a reset can."),
        LockoutOutcome.LastAdmin => LastAdmin(name),
        LockoutOutcome.TooManyLinks => new Sentence($"{name} was sent {tickets.PasswordLinksAnHour} links within an hour.", "They still work. Look in the spam folder, or wait."),
        LockoutOutcome.NotEnrolledYet => new Sentence($"{name} has not enrolled yet.", "Send a new invitation instead."),
        LockoutOutcome.SwitchedOff => new Sentence("This account is switched off.", "Switch it on first."),
        _ => null,
    };

    private Sentence? ForEdit(EditOutcome answer, string name) => answer switch
    {
        EditOutcome.Saved(true) => new Sentence("Saved. A new invitation is on its way."),
        EditOutcome.Saved => new Sentence("Saved."),
        EditOutcome.Deleted => new Sentence(Note(FlashMessage.AccountDeleted)),
        EditOutcome.Unchanged => new Sentence("It was so already. Nothing was changed."),
        EditOutcome.MailNotAllowed => ForInvite(new InviteOutcome.MailNotAllowed()),
        EditOutcome.MailTaken(var taken) => ForInvite(new InviteOutcome.MailTaken(taken)),
        EditOutcome.GroupNotAllowed => ForInvite(new InviteOutcome.GroupNotAllowed()),
        EditOutcome.DateNotAllowed => ForInvite(new InviteOutcome.DateNotAllowed()),
        EditOutcome.ProofNeeded => ForPhone(new Sessions.SelfService.OwnAuthenticatorOutcome.ProofNeeded()),
        EditOutcome.RankForbids => new Sentence($"Only somebody with a higher role can change {name}.", Status: Forbidden),
        EditOutcome.Oneself => new Sentence("You cannot change your own account here.", "Your addresses stand under Mail addresses. Your role is another admin's to change, your name the server's command line's.", Status: Forbidden),
        EditOutcome.LastAdmin => LastAdmin(name),
        EditOutcome.ReasonMissing => new Sentence("The form is not complete", $"Say why, in at most {HelpForm.LongestText} characters."),
        EditOutcome.NoSuchAccount => new Sentence("There is no such account.", Status: StatusCodes.Status404NotFound),
        _ => null,
    };

    private static Sentence LastAdmin(string name) => new($"{name} is the last admin who can sign in.", "Make another one first.");
}
