namespace TwoFactor.Pages.SignIn;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;

public sealed class RecoveryCodeModel(SignIn signIn, RecoverySignIn recovery) : SitePage
{
    [BindProperty(Name = "recovery-code")]
    public string? Code { get; set; }

    public string? TypedName { get; private set; }

    public bool MustStartAgain { get; private set; }

    public override Dots Dots => MustStartAgain ? Dots.None : Dots.Second;

    public override string? StepWords => MustStartAgain ? null : "Step 2 of 2";

    public override bool ProblemIsThePage => MustStartAgain;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await ShowAsync(cancellation) ?? Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await ShowAsync(cancellation) is { } elsewhere)
        {
            return elsewhere;
        }

        if (string.IsNullOrWhiteSpace(Code))
        {
            return Refused(new Sentence("Something is missing", "Enter a recovery code"), "recovery-code");
        }

        switch (await recovery.CompleteAsync(
            Cookies.PendingSignIn.Read(HttpContext), Code, Cookies.Session.Read(HttpContext), Cookies.Device.Read(HttpContext), HttpContext.Origin(), cancellation))
        {
            case RecoveryOutcome.SignedIn signedIn:
                BeginSession(signedIn.Session, signedIn.Device);
                return LocalRedirect("/account");
            case RecoveryOutcome.Refused refused:
                return Refused(Outcomes.For(refused)!, "recovery-code");
            case var over:
                return StartAgain(Outcomes.For(over)!);
        }
    }

    private async Task<IActionResult?> ShowAsync(CancellationToken cancellation)
    {
        Title = "Enter a recovery code";
        var look = await signIn.LookAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation);
        switch (look)
        {
            case PendingLook.AskCode(var pending, _):
                TypedName = pending.TypedName;
                return null;
            case PendingLook.Waiting(var pending, _, _):
                TypedName = pending.TypedName;
                return null;
            case PendingLook.Closed(var pending, _):
                TypedName = pending.TypedName;
                return null;
            case PendingLook.Over { Pending: not null }:
                return StartAgain(Outcomes.For(look)!);
            default:
                return LocalRedirect("/sign-in/code");
        }
    }

    private IActionResult StartAgain(Sentence sentence)
    {
        MustStartAgain = true;
        Title = "Start again";
        return Refused(sentence);
    }
}
