namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration.HelpDesk;
using TwoFactor.Web.Text.Authenticators;

/// <summary>The text for an agent who asks for, approves, hands over or stops a reset or a pass.</summary>
public static class HelpDeskText
{
    private const int Forbidden = StatusCodes.Status403Forbidden;

    /// <param name="name">The display name of the account that the agent acts on.</param>
    public static Sentence For(HelpOutcome outcome, TextContext text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        return outcome switch
        {
            HelpOutcome.Mailed(HelpKind.Pass, var endsAt) => new Sentence(
                $"{name}'s pass is on its way by mail. It works once, until {Times.Moment(endsAt)}."),
            HelpOutcome.Mailed(_, var endsAt) => new Sentence($"{name}'s ticket is on its way by mail. It ends {Times.Moment(endsAt)}."),
            HelpOutcome.HandOver(_, var endsAt) => ForHandover(HelpKind.Reset, endsAt, name),
            HelpOutcome.HandOverPass(_, var endsAt) => ForHandover(HelpKind.Pass, endsAt, name),
            HelpOutcome.AwaitsSecond(var until) => new Sentence(
                "Asked.", $"A second person must approve it until {Times.Moment(until)}. {name} and they are told by mail."),
            HelpOutcome.AwaitsTime(var from) => new Sentence(
                "Notice is given.",
                $"There is nobody to approve it. You can go on from {Times.Moment(from)}, unless somebody stops it."),
            HelpOutcome.Approved(HelpKind.Pass) => new Sentence("Approved.", "Whoever asked for it hands the pass over."),
            HelpOutcome.Approved => new Sentence(
                "Approved.", $"{name}'s account is held. Whoever asked for it hands the ticket over."),
            HelpOutcome.Incomplete(var gaps) => HelpFormText.For(gaps[0], name),
            HelpOutcome.CodeRefused(var verdict) => CodeText.For(verdict, text),
            HelpOutcome.RankForbids => CommonText.RankForbids(name),
            HelpOutcome.Oneself => new Sentence(
                "You cannot reset yourself.", "Ask another admin, or use the command account reset on the server.", Status: Forbidden),
            HelpOutcome.AdminMustApprove(null) => new Sentence(
                "An admin must approve this.", $"{name} was an admin until recently.", Status: Forbidden),
            HelpOutcome.AdminMustApprove(var asker) => new Sentence(
                "An admin must approve this.", $"Only an admin hands it over, and {asker} is not one.", Status: Forbidden),
            HelpOutcome.TooNewToApprove(var from) => new Sentence(
                "You cannot approve this yet.",
                $"You can from {Times.Moment(from)}: whoever approves must have had the role and an authenticator for some days.",
                Status: Forbidden),
            HelpOutcome.ApproverNowAvailable(var who) => new Sentence(
                "There is somebody now who can approve it.", $"{who} must, before you hand it over.", Status: Forbidden),
            HelpOutcome.AskedAlready => new Sentence("You asked for this already.", "It is not over: it stands under Resets."),
            HelpOutcome.OtherHandsOver(var admin) => new Sentence($"{admin} hands it over.", Status: Forbidden),
            HelpOutcome.ResetStopped(true) => new Sentence("The reset was stopped.", $"{name}'s account stays frozen."),
            HelpOutcome.ResetStopped => new Sentence(FlashText.For(FlashMessage.ResetStopped, text)),
            HelpOutcome.NoReset => new Sentence("No reset is open any more. Look again."),
            HelpOutcome.OwnRequest => new Sentence(
                "You asked for this yourself.", "Somebody else must approve it.", Status: Forbidden),
            HelpOutcome.NoApprover(var userName, var until) => ForNoApprover(userName, until, text),
            HelpOutcome.TooMany(var most) => CommonText.TooManyActs(most),
            HelpOutcome.NotEnrolledYet => CommonText.NotEnrolledYet(name),
            HelpOutcome.GuardClosed => new Sentence(
                CommonText.GuardClosedOf(name), "A pass cannot help; a reset can."),
            HelpOutcome.AccountHeld => new Sentence($"{name}'s account is on hold.", "A pass cannot help while it is."),
            HelpOutcome.ChangedMeanwhile => new Sentence("This account changed meanwhile. Look again."),
            HelpOutcome.RequestStopped => new Sentence(FlashText.For(FlashMessage.RequestStopped, text)),
            HelpOutcome.NotWaiting => new Sentence(
                "This waits no longer.", "It was approved, stopped or handed over, or the account changed. Look again."),
            HelpOutcome.NoSuchAccount => CommonText.NoSuchAccount,
        };
    }

    /// <summary>The text beside a ticket or pass that an agent hands over.</summary>
    public static Sentence ForHandover(HelpKind kind, DateTimeOffset endsAt, string name) => kind == HelpKind.Pass
        ? new Sentence(
            $"Pass for {name}",
            $"It is shown once. Hand it over in person. It works once, until {Times.Moment(endsAt)}, "
                + $"under “Use a recovery code”, and needs {name}'s password too.")
        : new Sentence(
            $"Ticket for {name}",
            $"It is shown once. Hand it over in person. It ends {Times.Moment(endsAt)}, and needs {name}'s password too.");

    private static Sentence ForNoApprover(string userName, DateTimeOffset until, TextContext text)
    {
        var alone = until > text.Time.GetUtcNow() ? $"From {Times.Moment(until)} an admin may hand it over alone." : "Ask an admin.";
        return new Sentence(
            "This takes a second person, and there is nobody who could.",
            $"{alone} The command account reset {userName} on the server always can.",
            Status: Forbidden);
    }
}
