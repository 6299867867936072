namespace TwoFactor.Pages.SignIn;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;

public sealed class CancelResetModel(SignIn signIn, ResetCancellation cancellations) : SecondStepPage
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    public override string? StepWords => null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Stop the reset";
        return await LookAsync(cancellation) switch
        {
            PendingLook.ResetOpen { CanCancel: true } => Page(),
            PendingLook.Over { Pending: null } => LocalRedirect("/sign-in"),
            PendingLook.Over over => StartAgain(Outcomes.For(over)!),
            PendingLook.ResetOpen => LocalRedirect("/sign-in/ticket"),
            _ => LocalRedirect("/sign-in/code"),
        };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Stop the reset";
        var pending = Cookies.PendingSignIn.Read(HttpContext);
        if (pending is null)
        {
            return StartAgain(Outcomes.CookieLost);
        }

        if (await IsOvertakenAsync(cancellation))
        {
            return StartAgain(Outcomes.For(new CancelOutcome.StartAgain())!);
        }

        switch (await cancellations.CancelAsync(pending, Code, HttpContext.Origin(), cancellation))
        {
            case CancelOutcome.Cancelled:
                return RedirectWithNote("/sign-in", NoteWord.ResetStopped);
            case CancelOutcome.Refused refused:
                await LookAsync(cancellation);
                return Refused(Outcomes.For(refused)!, "code");
            case var over:
                return StartAgain(Outcomes.For(over)!);
        }
    }

    private async Task<PendingLook> LookAsync(CancellationToken cancellation)
    {
        var look = await signIn.LookAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation);
        if (look is PendingLook.ResetOpen(var pending, _, _))
        {
            Show(pending);
        }

        return look;
    }
}
