namespace TwoFactor.Web.Text;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Administration.Banners;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;

/// <summary>A sentence for every verdict of every story, so that a translator finds them in one place and a test can walk them.</summary>
/// <remarks>An outcome that leads on to another page has none: null.</remarks>
public sealed partial class Outcomes(
    Brand brand, PublicUrl publicUrl, SessionLimits sessions, EnrollmentLimits enrollments, PasswordLimits passwords, TicketLimits tickets, CoolingOffLimits coolingOff, TimeProvider time)
{
    private const int Unavailable = StatusCodes.Status503ServiceUnavailable;
    private const int Forbidden = StatusCodes.Status403Forbidden;

    private string Support => brand.SupportText;

    private string OurTime => $"Our time: {Times.Clock(time.GetUtcNow())}.";

    public Sentence FormTooOld => new("This page was open too long, or in another tab. Nothing was changed.");

    public Sentence CookieLost => new($"Your browser did not keep our cookie, so we cannot sign you in. Allow cookies for {publicUrl.Host}.");

    /// <param name="outcome">A case of any story's answer.</param>
    /// <param name="name">The account that an agent acts on, as people call it.</param>
    public Sentence? For(object outcome, string? name = null) => outcome switch
    {
        CodeVerdict verdict => ForCode(verdict, null),
        RecoveryVerdict verdict => ForRecovery(verdict),
        RecoveryOutcome.Refused(var verdict) => ForRecovery(verdict),
        RecoveryOutcome.OutOfTries => OutOfTries,
        RecoveryOutcome.StartAgain => StartAgain,
        PendingRecoverySet.KeyMissing => KeyMissing,
        PendingRecoverySet.None => RecoveryCodesOver,
        ProofOutcome.Refused(var verdict) => ForProof(verdict),
        OwnAuthenticatorOutcome answer => ForPhone(answer),
        AddressOutcome answer => ForAddress(answer),
        PasswordChangeOutcome.Refused(var why) => ForNewPassword(why),
        PasswordChangeOutcome.ProofNeeded => ForPhone(new OwnAuthenticatorOutcome.ProofNeeded()),
        PasswordChangeOutcome.ChangedMeanwhile => ForProof(new CodeVerdict.StartAgain()),
        EnrollmentVerdict verdict => ForEnrollment(verdict),
        PasswordVerdict verdict => ForPassword(verdict),
        NewPassword answer => ForNewPassword(answer),
        PasswordOutcome answer => ForPasswordStep(answer),
        PendingSignInState state => ForPending(state),
        SignInOutcome answer => ForSignIn(answer),
        TicketOutcome answer => ForTicket(answer),
        CancelOutcome answer => ForCancel(answer),
        ConfirmOutcome.Refused(var verdict) => ForEnrollment(verdict),
        EnrollmentState state => ForPicture(state),
        SetupState state => ForSetup(state),
        LinkState state => ForLink(state),
        AcceptOutcome answer => ForAccept(answer),
        PasswordLinkOutcome answer => ForPasswordLink(answer),
        NotMeState state => ForNotMe(state),
        InviteOutcome answer => ForInvite(answer),
        ResendOutcome answer => ForResend(answer),
        HelpOutcome answer => ForHelp(answer, name ?? "this account"),
        EditOutcome answer => ForEdit(answer, name ?? "this account"),
        LockoutOutcome answer => ForSwitch(answer, name ?? "this account"),
        Banner banner => ForBanner(banner),
        _ => null,
    };

    /// <param name="triesLeft">Of the pending sign-in; null where there is none.</param>
    private Sentence? ForCode(CodeVerdict verdict, int? triesLeft) => verdict switch
    {
        CodeVerdict.Malformed { Length: 0 } => new Sentence("Enter your code", "Enter the six digits your authenticator app shows"),
        CodeVerdict.Malformed { LooksLikeRecoveryCode: true } => new Sentence("This looks like a recovery code", "Enter it by the link below. It was not counted."),
        CodeVerdict.Malformed(var length, _) => new Sentence(
            "That is not a code", $"A code has six digits, like 123 456. You entered {length} character{(length == 1 ? "" : "s")}."),
        CodeVerdict.Wrong wrong => ForWrong(wrong, triesLeft),
        CodeVerdict.Spent => new Sentence(
            "A code for this half minute was already used",
            "Wait for the next one. It takes at most 30 seconds. This did not count as a wrong try."),
        CodeVerdict.Waiting(var until) => new Sentence($"Too many wrong codes. Try again at {Times.ShortClock(until)}."),
        CodeVerdict.Closed => new Sentence(
            "Your authenticator was switched off after many wrong codes.",
            $"If these were not you, somebody may know your password: change it. Use a recovery code, or contact {Support}."),
        CodeVerdict.Held(var why) => ForHeld(why),
        CodeVerdict.StartAgain => StartAgain,
        CodeVerdict.Busy => new Sentence("Please send that code again. It was not checked.", Status: Unavailable, RetryAfterSeconds: 1),
        CodeVerdict.KeyMissing => KeyMissing,
        _ => null,
    };

    private static Sentence StartAgain => new(
        "This sign-in took too long, or you began another in a second tab.", "Nothing on your account has changed. Start again.");

    public Sentence KeyMissing => new(
        "We cannot check codes just now. Your code was not checked and nothing was counted.",
        $"Try again later, or contact {Support}.",
        Status: Unavailable,
        RetryAfterSeconds: 60);

    private Sentence OutOfTries => new("Five codes did not work.".Replace("Five", Numbers.InWords(sessions.TriesPerSignIn), StringComparison.Ordinal), "To be safe, start again with your password.");

    private Sentence ForWrong(CodeVerdict.Wrong wrong, int? triesLeft)
    {
        const string title = "That code did not work";
        var left = triesLeft switch
        {
            null => "",
            1 => "1 try left before you start again. ",
            var tries => $"{tries} tries left before you start again. ",
        };
        var alarm = wrong.AlarmReference is { } reference ? $" If this goes on, contact {Support} and say: reference {reference}." : "";
        return wrong.PhoneIsSlowBy is { } slow
            ? new Sentence(
                title,
                $"Your phone's clock is about {Math.Max(2, (int)Math.Round(slow.TotalMinutes))} minutes slow, so its codes do not fit. Switch on automatic date and time on the phone, then enter a new code.",
                $"{left}{OurTime}{alarm}")
            : new Sentence(
                title,
                "Enter the next code your app shows",
                $"{left}If codes keep failing, check that your phone sets its clock by itself. {OurTime}{alarm}");
    }

    private Sentence ForHeld(HeldBy why) => why switch
    {
        _ when why.HasFlag(HeldBy.Disabled) => SwitchedOff,
        _ when why.HasFlag(HeldBy.Reset) => new Sentence("The help desk started a reset of your sign-in.", "Start again with your password."),
        _ => new Sentence("Your sign-in was stopped because somebody said a change was not theirs.", $"Please contact {Support}."),
    };

    private Sentence SwitchedOff => new("Your account is switched off.", $"Please contact {Support}.");

    private Sentence Frozen(DateTimeOffset since) => new(
        $"Your sign-in was stopped on {Times.Moment(since)} because somebody said a change was not theirs.", $"Please contact {Support}.");

    private Sentence? ForPasswordStep(PasswordOutcome answer) => answer switch
    {
        PasswordOutcome.Refused => new Sentence(
            "Check your username and password.", "After several tries we ask you to wait a few minutes, also with the right password."),
        PasswordOutcome.Busy => Busy,
        PasswordOutcome.Disabled => SwitchedOff,
        PasswordOutcome.Frozen(var since) => Frozen(since),
        _ => null,
    };

    private Sentence Busy => new(
        $"Many people are signing in just now. Wait {passwords.BusyRetryAfterSeconds} seconds and try again.",
        "Your password was not checked.",
        Status: Unavailable,
        RetryAfterSeconds: passwords.BusyRetryAfterSeconds);

    private Sentence? ForPending(PendingSignInState state) => state switch
    {
        PendingSignInState.Waiting(_, var until, var hasCode) => ForCode(new CodeVerdict.Waiting(until), null)! with { Text = hasCode ? "A recovery code works now." : null },
        PendingSignInState.Closed(_, false) => new Sentence(
            "Your authenticator was switched off after many wrong codes.", $"If these were not you, somebody may know your password: change it. Contact {Support}."),
        PendingSignInState.Closed => ForCode(new CodeVerdict.Closed(), null),
        PendingSignInState.ResetOpen(_, var since, true) => new Sentence(
            $"The help desk started a reset of your sign-in on {Times.Moment(since)}.",
            "Have your ticket? Enter it below. Did not ask for this and still have your phone? Cancel it with a code."),
        PendingSignInState.ResetOpen(_, var since, _) => new Sentence(
            $"The help desk started a reset of your sign-in on {Times.Moment(since)}.", "Have your ticket? Enter it below."),
        PendingSignInState.NoAuthenticator => new Sentence(
            "You have no authenticator yet.", "Enter the ticket from the help desk, or open the link in your invitation."),
        PendingSignInState.Disabled => SwitchedOff,
        PendingSignInState.Frozen(_, var since) => Frozen(since),
        PendingSignInState.Over => StartAgain,
        _ => null,
    };

    private Sentence? ForSignIn(SignInOutcome answer) => answer switch
    {
        SignInOutcome.Refused refused => ForRefused(refused),
        SignInOutcome.OutOfTries => OutOfTries,
        SignInOutcome.StartAgain => StartAgain,
        _ => null,
    };

    /// <summary>A wrong code that itself began the wait, or closed the guard, is told as wrong, and then what came of it.</summary>
    private Sentence? ForRefused(SignInOutcome.Refused refused) => refused switch
    {
        { Verdict: CodeVerdict.Wrong wrong, State: PendingSignInState.Waiting or PendingSignInState.Closed } when ForPending(refused.State) is { } state =>
            new Sentence(
                $"That code did not work. {state.Title}",
                wrong.AlarmReference is { } reference ? $"{state.Text} Reference {reference}.".TrimStart() : state.Text),
        { State: PendingSignInState.Waiting or PendingSignInState.Closed } => ForPending(refused.State),
        { State: PendingSignInState.AskCode } => ForCode(refused.Verdict, refused.TriesLeft),
        { Verdict: CodeVerdict.Malformed } => StartAgain,
        _ => ForCode(refused.Verdict, refused.TriesLeft),
    };

    private Sentence? ForTicket(TicketOutcome answer) => answer switch
    {
        TicketOutcome.Wrong => new Sentence("That ticket did not work.", "Capital letters do not matter."),
        TicketOutcome.Over(var at) => new Sentence($"This ticket ended on {Times.Moment(at)}.", $"Ask {Support} for a new one."),
        TicketOutcome.Changed => new Sentence("This ticket works no longer: your account was changed since.", $"Ask {Support} for a new one."),
        TicketOutcome.StartAgain => StartAgain,
        TicketOutcome.KeyMissing => KeyMissing,
        _ => null,
    };

    private Sentence? ForCancel(CancelOutcome answer) => answer switch
    {
        CancelOutcome.Cancelled => new Sentence("The reset was stopped.", "Everything is as before."),
        CancelOutcome.Refused(var verdict, var left) => ForCode(verdict, left),
        CancelOutcome.OutOfTries => OutOfTries,
        CancelOutcome.StartAgain => StartAgain,
        _ => null,
    };

    private Sentence? ForEnrollment(EnrollmentVerdict verdict) => verdict switch
    {
        EnrollmentVerdict.Malformed(var length) => ForCode(new CodeVerdict.Malformed(length), null),
        EnrollmentVerdict.Wrong(var reference) => new Sentence(
            "That code does not fit this picture.",
            "Scan it again, or use the newest line in your app. The picture is still the same.",
            reference is null ? OurTime : $"If this goes on, contact {Support} and say: reference {reference}."),
        EnrollmentVerdict.Over(var why) => ForOver(why),
        EnrollmentVerdict.KeyMissing => KeyMissing,
        EnrollmentVerdict.Lost => ForOver(EnrollmentEnd.Ended),
        EnrollmentVerdict.Unknown => NoPicture,
        _ => null,
    };

    private Sentence? ForPicture(EnrollmentState state) => state switch
    {
        EnrollmentState.Over(_, var why) => ForOver(why),
        EnrollmentState.KeyMissing => KeyMissing,
        EnrollmentState.Unknown => NoPicture,
        _ => null,
    };

    private static Sentence NoPicture => new(
        "There is no picture to confirm in this browser.", "Confirmed in another tab? Then all is well. Otherwise sign in, and begin from there.");

    private Sentence ForOver(EnrollmentEnd why)
    {
        const string then = "Nothing on your account has changed. Delete the line you added in the app, then take a new picture.";
        return why switch
        {
            EnrollmentEnd.Expired => new Sentence($"This picture was valid for {enrollments.PictureMinutes} minutes.", then),
            EnrollmentEnd.OtherBrowser => new Sentence("This picture was replaced from another browser.", then),
            EnrollmentEnd.TooManyWrong => new Sentence($"{Numbers.InWords(enrollments.WrongCodes)} codes did not fit.", then),
            EnrollmentEnd.Unreadable => new Sentence("We cannot show this picture any more.", then),
            _ => new Sentence("This picture works no longer.", "Nothing on your account has changed. Start again with your password."),
        };
    }
}
