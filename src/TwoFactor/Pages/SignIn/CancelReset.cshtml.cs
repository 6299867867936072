namespace TwoFactor.Pages.SignIn;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

public sealed class CancelResetModel(
    PendingSignInStates states, ResetCancellation cancellations, PendingSignIns pendings) : SecondStepPage(pendings)
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    public override string? StepText => null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Stop the reset";
        return await FindAsync(cancellation) switch
        {
            PendingSignInState.ResetOpen { CanCancel: true } => Page(),
            PendingSignInState.Over { Pending: null } => LocalRedirect("/sign-in"),
            PendingSignInState.Over over => StartAgain(PendingSignInText.For(over, TextContext)),
            PendingSignInState.ResetOpen => LocalRedirect("/sign-in/ticket"),
            _ => LocalRedirect("/sign-in/code"),
        };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Stop the reset";
        var pending = Cookies.PendingSignIn.Read(HttpContext);
        if (pending is null)
        {
            return StartAgain(CommonText.CookieLost(TextContext));
        }

        if (await IsOvertakenAsync(cancellation))
        {
            return StartAgain(CommonText.StartAgain);
        }

        switch (await cancellations.CancelAsync(pending, Code, HttpContext.Actor(), cancellation))
        {
            case CancelOutcome.Cancelled:
                return RedirectWithFlash("/sign-in", FlashMessage.ResetStopped);
            case CancelOutcome.Refused refused:
                await FindAsync(cancellation);
                return Refused(ResetCancellationText.For(refused, TextContext), "code");
            case var over:
                return StartAgain(ResetCancellationText.For(over, TextContext));
        }
    }

    private async Task<PendingSignInState> FindAsync(CancellationToken cancellation)
    {
        var state = await states.FindAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation);
        if (state is PendingSignInState.ResetOpen(var pending, _, _))
        {
            Show(pending);
        }

        return state;
    }
}
