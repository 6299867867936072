namespace TwoFactor.Pages.SignIn;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Characters;
using TwoFactor.Sessions;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

public sealed class RecoveryCodeModel(
    PendingSignInStates states, RecoverySignIn recovery, PendingSignIns pendings) : SecondStepPage(pendings)
{
    [BindProperty(Name = "recovery-code")]
    public string? Code { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await ShowAsync(cancellation) ?? Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await IsOvertakenAsync(cancellation))
        {
            return StartAgain(CommonText.StartAgain);
        }

        if (await ShowAsync(cancellation) is { } elsewhere)
        {
            return elsewhere;
        }

        if (TypedText.IsBlank(Code))
        {
            return Refused(new Sentence("Something is missing", "Enter a recovery code"), "recovery-code");
        }

        switch (await recovery.CompleteAsync(
            Cookies.PendingSignIn.Read(
                HttpContext), Code, Cookies.Session.Read(HttpContext), Cookies.Device.Read(HttpContext), HttpContext.Actor(), cancellation))
        {
            case RecoveryOutcome.SignedIn signedIn:
                BeginSession(signedIn.Session, signedIn.Device, goesOnLater: signedIn is { IsRepair: true, ReturnUrl: not null });
                return LocalRedirect(signedIn is { IsRepair: false, ReturnUrl: { } destination } ? destination : "/account");
            case RecoveryOutcome.Refused refused:
                return Refused(RecoverySignInText.For(refused, TextContext), "recovery-code");
            case var over:
                return StartAgain(RecoverySignInText.For(over, TextContext));
        }
    }

    private async Task<IActionResult?> ShowAsync(CancellationToken cancellation)
    {
        Title = "Enter a recovery code";
        var state = await states.FindAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation);
        switch (state)
        {
            case PendingSignInState.AskCode(var pending, _):
                Show(pending);
                return null;
            case PendingSignInState.Waiting(var pending, _, _):
                Show(pending);
                return null;
            case PendingSignInState.Closed(var pending, _):
                Show(pending);
                return null;
            case PendingSignInState.Over { Pending: not null }:
                return StartAgain(PendingSignInText.For(state, TextContext));
            default:
                return LocalRedirect("/sign-in/code");
        }
    }
}
