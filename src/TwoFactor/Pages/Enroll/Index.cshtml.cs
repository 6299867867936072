namespace TwoFactor.Pages.Enroll;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Authenticators;
using TwoFactor.Web.Text.Sessions;

public sealed class IndexModel(
    Enrollments enrollments,
    EnrollmentConfirmation confirmation,
    EnrollmentRenewal renewal,
    OwnAuthenticators authenticators,
    Continuation continuation) : EnrollmentPage(enrollments)
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>"ana", as the app shows it beside the issuer.</summary>
    public string? AccountName { get; private set; }

    /// <summary>The side of the QR code in CSS pixels: four for each module, so that modules stay square.</summary>
    public int PictureSize { get; private set; }

    public DateTimeOffset EndsAt { get; private set; }

    public bool MayHaveMoreTime { get; private set; }

    /// <summary>
    /// The authenticators that work until this one is confirmed. Empty when the enrollment began with a ticket, or in a repair session.
    /// </summary>
    public IReadOnlyList<string> Working { get; private set; } = [];

    /// <summary>Whether the QR code is no longer valid, and a new one may be requested.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether all the person can do is start again.</summary>
    public bool MustStartAgain { get; private set; }

    public override SignInProgress SignInProgress => IsOver || MustStartAgain ? SignInProgress.None : SignInProgress.Second;

    public override bool ShowsOnlyProblem => IsOver || MustStartAgain;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Set up your authenticator";
        if (HttpContext.Parked() is not null && await FindEnrollmentAsync(cancellation) is EnrollmentState.Unknown)
        {
            return LocalRedirect("/sign-in?returnUrl=%2Fenroll");
        }

        return await ShowAsync(cancellation) is { } sentence ? Refused(sentence) : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Set up your authenticator";
        var destination = await FindWantedAsync(cancellation);
        switch (await confirmation.ConfirmAsync(
            Cookies.Enrollment.Read(HttpContext),
            Code,
            Cookies.Session.Read(HttpContext),
            Cookies.Device.Read(HttpContext),
            HttpContext.Actor(),
            cancellation))
        {
            case ConfirmOutcome.SignedIn(var session, var device, var next):
                BeginSession(session, device, goesOnLater: destination is not null && next is AfterEnrolling.SaveRecoveryCodes);
                Cookies.Enrollment.Forget(HttpContext);
                Cookies.Setup.Forget(HttpContext);
                Cookies.Invitation.Forget(HttpContext);
                return next switch
                {
                    AfterEnrolling.SaveRecoveryCodes => RedirectWithFlash("/enroll/recovery-codes", FlashMessage.Enrolled),
                    AfterEnrolling.MakeRecoveryCodes => RedirectWithFlash(destination ?? "/account", FlashMessage.Enrolled),
                    AfterEnrolling.RemoveOrKeep => RedirectWithFlash("/account/authenticators", FlashMessage.AuthenticatorAdded),
                    _ => RedirectWithFlash(destination ?? "/account", FlashMessage.AuthenticatorReplaced),
                };
            case var refused:
                var problem = await ShowAsync(cancellation);
                if (problem is null)
                {
                    return Refused(EnrollmentConfirmationText.For(refused, TextContext), "code");
                }

                // The stored secret does not open: the help desk asks for this reference.
                var sentence = refused is ConfirmOutcome.Refused { Verdict: EnrollmentVerdict.Wrong { AlarmReference: { } reference } }
                    ? problem with { Text = $"{problem.Text} If this goes on, contact {Brand.SupportText} and say: reference {reference}." }
                    : problem;
                return Refused(sentence);
        }
    }

    /// <summary>"Show a new picture"</summary>
    public async Task<IActionResult> OnPostNewPictureAsync(CancellationToken cancellation)
    {
        Title = "Set up your authenticator";
        if (await renewal.RestartAsync(Cookies.Enrollment.Read(HttpContext), HttpContext.Actor(), cancellation) is not { } owner)
        {
            MustStartAgain = true;
            return Refused(EnrollmentStateText.ForEnd(EnrollmentEnd.Ended, TextContext));
        }

        Cookies.Enrollment.Write(HttpContext, owner);
        return RedirectWithFlash("/enroll", FlashMessage.NewQrCode);
    }

    /// <summary>"I need more time"</summary>
    public async Task<IActionResult> OnPostMoreTimeAsync(CancellationToken cancellation)
    {
        var owner = Cookies.Enrollment.Read(HttpContext);
        if (owner is null
            || await FindEnrollmentAsync(cancellation) is not EnrollmentState.Open
            || !await renewal.ExtendAsync(owner, HttpContext.Actor(), cancellation))
        {
            // It is too late, and the page itself will say so.
            return LocalRedirect("/enroll");
        }

        Cookies.Enrollment.Write(HttpContext, owner);
        return RedirectWithFlash("/enroll", FlashMessage.MoreTime);
    }

    /// <summary>Where the person was going when the sign-in began that led here.</summary>
    private async Task<string?> FindWantedAsync(CancellationToken cancellation) =>
        Cookies.PendingSignIn.Exists(HttpContext)
            && await FindEnrollmentAsync(cancellation) is EnrollmentState.Open { Pending.AccountId: var owner }
            ? await continuation.FindAsync(HttpContext, owner, cancellation)
            : null;

    private async Task<Sentence?> ShowAsync(CancellationToken cancellation)
    {
        var state = await FindEnrollmentAsync(cancellation);
        switch (state)
        {
            case EnrollmentState.Open open:
                AccountName = open.AccountName;
                PictureSize = QrCode.Draw(KeyUri.For(Brand.Issuer, open.AccountName, open.Secret)).Modules * 4;
                Working = open.Pending.SessionId is null || Me!.IsRepair ? [] : [.. (await authenticators.ListAsync(
                    open.Pending.AccountId, cancellation)).Select(authenticator => authenticator.Label)];
                MayHaveMoreTime = renewal.MayExtend(open.Pending);
                EndsAt = (open.Pending.ExpiresAt ?? default).ToDateTimeOffset();
                return null;
            case EnrollmentState.Over { Why: not EnrollmentEnd.Ended }:
                IsOver = true;
                Title = "Take a new picture";
                return EnrollmentStateText.For(state, TextContext);
            default:
                MustStartAgain = true;
                Title = "Start again";
                return EnrollmentStateText.For(state, TextContext);
        }
    }
}
