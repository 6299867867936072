namespace TwoFactor.Pages.SignIn;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;

public sealed class CancelResetModel(SignIn signIn, ResetCancellation cancellations) : SitePage
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    public bool MustStartAgain { get; private set; }

    public override Dots Dots => MustStartAgain ? Dots.None : Dots.Second;

    public override bool ProblemIsThePage => MustStartAgain;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Stop the reset";
        return await signIn.LookAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation) switch
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

        switch (await cancellations.CancelAsync(pending, Code, HttpContext.Origin(), cancellation))
        {
            case CancelOutcome.Cancelled:
                return RedirectWithNote("/sign-in", NoteWord.ResetStopped);
            case CancelOutcome.Refused refused:
                return Refused(Outcomes.For(refused)!, "code");
            case var over:
                return StartAgain(Outcomes.For(over)!);
        }
    }

    private IActionResult StartAgain(Sentence sentence)
    {
        MustStartAgain = true;
        Title = "Start again";
        return Refused(sentence);
    }
}
